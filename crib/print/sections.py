"""The chapters of a book in HTML for paper, a job each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.print.typeset import typeset
from crib.render.fragments import PARTS

if TYPE_CHECKING:
    from crib.model import Book, Chapter
    from crib.render.templates import Templates


@dataclass(frozen=True)
class Typeset:
    """A chapter, and the job that makes its Section."""

    chapter: Chapter
    section: Job


def sections(book: Book, templates: Templates, parts: tuple[str, ...] = PARTS) -> list[Typeset]:
    """Return every chapter of *book* with these *parts* of its answers."""
    used = templates.only("fonts", "labels")
    return [Typeset(chapter, Job("", typeset, (book.part(chapter, *parts), used, parts))) for chapter in book.chapters]
