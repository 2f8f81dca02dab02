"""The e-book: EPUB 3.3, every document of it a template, in two flavors of formulas.

We put the container together ourselves instead of mending what pandoc's EPUB writer makes: so
titles, landmarks, manifest properties and alternative texts stand in the templates, where a
reader of HTML can change them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.outputs.book.jobs import page_list
from crib.outputs.epub.binding import Volume, bind
from crib.outputs.epub.chapters import bind_leaf, leaves_of, linked_answers, names_of
from crib.outputs.epub.cover import cover_of, draw
from crib.outputs.epub.formulas import FLAVORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Book
    from crib.render.templates import Templates


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the e-book in each flavor; a whole one tells where printed pages begin. Raises BuildError, ContentError."""
    is_whole = any(book.answers) and not book.selection.names
    yield from editions(book, templates, page_list(book, templates) if is_whole else None)


def editions(book: Book, templates: Templates, printed: Mapping[str, str] | Job | None = None) -> Iterator[Job]:
    """Yield the e-book in each flavor, last in that which most readers want. Raises BuildError, ContentError.

    *printed* says where the pages of the printed book begin (see `bind`), or is a job that does.
    """
    templates = templates.only("epub", "fonts", "labels")
    cover = Job("", draw, (cover_of(book, templates),))
    leaves = [Job("", bind_leaf, (leaf, templates)) for leaf in leaves_of(book)]
    for kind in FLAVORS:
        volume = _volume(book, kind, templates)
        yield Job(f"{volume.name}.epub", bind, (volume, cover, printed or {}, *leaves))


def _volume(book: Book, kind: str, templates: Templates) -> Volume:
    names = names_of(book)
    chapters = tuple(replace(chapter, answers=()) for chapter in book.chapters)
    linked = linked_answers(book.notation.blocks if book.notation else [], book)
    return Volume(
        book=replace(book.bare, chapters=chapters, tags=book.tags, notation=book.notation),
        kind=kind,
        linked=linked,
        leaves={answer.key: names[answer.key] for answer in linked},
        templates=templates,
    )
