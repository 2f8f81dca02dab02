"""Jobs of the study page: one for each chapter, and one for the page itself, alone or as part of a website."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.outputs.web.chapters import chapter_parts, render_chapter
from crib.outputs.web.page import build_page
from crib.outputs.web.site import site_jobs, unlisted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.model import Book
    from crib.render.templates import Templates


def jobs(book: Book, templates: Templates, *, site: Path | None = None) -> Iterator[Job]:
    """Yield the job of the page, after the jobs of the other files of the website if there is a *site*.

    Raises BuildError.
    """
    templates = templates.only("web", "fonts", "labels")
    chapters = [Job("", render_chapter, (part, templates)) for part in chapter_parts(book)]
    page = Job(f"{book.stem}.html", build_page, (_frame(book), templates, *chapters))
    if site:
        yield from site_jobs(book, templates)
        page = replace(page, path="index.html", notices=unlisted(book))
    yield page


def _frame(book: Book) -> Book:
    """Return *book* without its answers, the data of the page around them."""
    chapters = tuple(replace(chapter, answers=()) for chapter in book.chapters)
    linked = tuple(answer.bare for answer in book.answers)
    return replace(book.bare, chapters=chapters, neighbors=linked, tags=book.tags, notation=book.notation)
