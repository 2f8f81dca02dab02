"""Jobs to render the chapters of a book to HTML for print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.print.chapter_html import render_chapter
from crib.render.fragments import RENDERED_PARTS

if TYPE_CHECKING:
    from crib.model import Book, Chapter
    from crib.render.templates import Templates


@dataclass(frozen=True)
class ChapterJob:
    """A chapter, and the job to render it to ChapterHtml."""

    chapter: Chapter
    job: Job


def chapter_jobs(book: Book, templates: Templates, parts: tuple[str, ...] = RENDERED_PARTS) -> list[ChapterJob]:
    """Return a job for each chapter of *book*, with these *parts* of its answers."""
    used_templates = templates.only("fonts", "labels")
    return [
        ChapterJob(chapter, Job("", render_chapter, (book.part(chapter, *parts), used_templates, parts)))
        for chapter in book.chapters
    ]
