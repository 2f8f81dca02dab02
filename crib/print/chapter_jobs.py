"""The chapters of a book in HTML for paper, a job each."""

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
    """A chapter, and the job that makes its Section."""

    chapter: Chapter
    job: Job


def chapter_jobs(book: Book, templates: Templates, parts: tuple[str, ...] = RENDERED_PARTS) -> list[ChapterJob]:
    """Return every chapter of *book* with these *parts* of its answers."""
    used = templates.only("fonts", "labels")
    return [
        ChapterJob(chapter, Job("", render_chapter, (book.part(chapter, *parts), used, parts)))
        for chapter in book.chapters
    ]
