"""Jobs of the study page: one for each chapter, and one that puts them into a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.outputs.web.chapters import chapter_parts, render_chapter
from crib.outputs.web.page import build_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from crib.render.templates import Templates


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the job of the page. Raises BuildError."""
    templates = templates.only("web", "fonts", "labels")
    chapters = [Job("", render_chapter, (part, templates)) for part in chapter_parts(book)]
    yield Job(f"{book.stem}.html", build_page, (_frame(book), templates, *chapters))


def _frame(book: Book) -> Book:
    """Return *book* without its answers: all that the page shows around them."""
    chapters = tuple(replace(chapter, answers=()) for chapter in book.chapters)
    linked = tuple(answer.bare for answer in book.answers)
    return replace(book.bare, chapters=chapters, neighbors=linked, tags=book.tags, notation=book.notation)
