"""Jobs of the e-book: EPUB 3.3 with MathML, and another edition with formulas as SVG drawings.

We assemble the package ourselves instead of repairing the output of pandoc's EPUB writer. So titles,
landmarks, manifest properties and alternative texts are in templates, and can be changed with some
knowledge of HTML.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.outputs.book.jobs import page_list
from crib.outputs.epub.chapters import chapter_chunks, chunk_names, render_chunk
from crib.outputs.epub.cover import cover_of, draw_cover
from crib.outputs.epub.formulas import FORMULA_FORMATS
from crib.outputs.epub.package import EpubFrame, build_epub
from crib.outputs.epub.pictures import conversions
from crib.outputs.epub.unprintable import against_page_list, left_off_cover

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Book
    from crib.render.templates import Templates


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the job of each edition; a whole, printable book gets a page list. Raises BuildError."""
    is_whole = any(book.answers) and not book.selection.names
    notices = [warning for _, warning in left_off_cover(book, templates)]
    unprintable = list(against_page_list(book, templates)) if is_whole else []
    pages = page_list(book, templates) if is_whole and not unprintable else None
    for job in editions(book, templates, pages):
        yield replace(job, notices=(*notices, *unprintable, *conversions(book)))


def editions(book: Book, templates: Templates, printed: Mapping[str, str] | Job | None = None) -> Iterator[Job]:
    """Yield the job of each edition, the one for most readers last. Raises BuildError.

    *printed* maps places to labels of printed pages (see `build_epub`), or is a job for this mapping.
    """
    templates = templates.only("epub", "fonts", "labels")
    cover = Job("", draw_cover, (cover_of(book, templates),))
    chunks = [Job("", render_chunk, (chunk, templates)) for chunk in chapter_chunks(book)]
    for kind in FORMULA_FORMATS:
        frame = _frame(book, kind, templates)
        yield Job(f"{frame.name}.epub", build_epub, (frame, cover, printed or {}, *chunks))


def _frame(book: Book, kind: str, templates: Templates) -> EpubFrame:
    names = chunk_names(book)
    chapters = tuple(replace(chapter, answers=()) for chapter in book.chapters)
    linked = book.linked_from_notation
    return EpubFrame(
        book=replace(book.bare, chapters=chapters, tags=book.tags, notation=book.notation),
        kind=kind,
        linked=linked,
        chunks={answer.key: names[answer.key] for answer in linked},
        templates=templates,
    )
