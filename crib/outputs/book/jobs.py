"""Jobs of the printed book: one part per chapter, and the parts of the front and back matter.

Page numbers across parts: `crib.outputs.book.pagination`. A chapter is composed, laid out to count its
pages, and printed with the page numbers of its references. The front and back matter is printed last,
with the page numbers of all chapters.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.engine.job import Job
from crib.model.book_files import BOOK_FILE
from crib.outputs.book import front_and_back_matter as matter
from crib.outputs.book.chapter import PRINTED_FRAGMENTS, chapter_part, compose, summary_of
from crib.outputs.book.pagination import (
    first_page,
    first_pages,
    lay_out_part,
    layout_of,
    page_numbers,
    print_part,
    reprint_if_changed,
)
from crib.print.chapter_jobs import chapter_jobs
from crib.print.chunks import chunk_count
from crib.print.font_coverage import chapter_glyph_problems, glyph_problems
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.print_setup import PrintSetup
from crib.render.templates import all_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model import Book, Chapter
    from crib.outputs.book.pagination import PartLayout, PrintedPart
    from crib.problems import Problem
    from crib.render.templates import Templates

_BLOCK = re.compile(r"[a-z0-9-]+(\.\d+)?")
"""The id of an answer, or of a block of its body."""


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the job for the PDF of *book*, if it has answers. Raises BuildError."""
    if any(book.answers):
        press = PrintSetup.of(book, templates, "book/book.css")
        chapters = _Chapters(book, templates, press)
        front, back = _front_and_back(book, press, chapters)
        yield Job(f"{book.named('book')}.pdf", merge_book, (front, chapters.printed, chapters.reprinted, back))


def chapters_only(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the job for a PDF of the chapters of *book* without front and back matter. Raises BuildError."""
    if any(book.answers):
        chapters = _Chapters(book, templates, PrintSetup.of(book, templates, "book/book.css"))
        yield Job(f"{book.named('chapters')}.pdf", merge_book, ((), chapters.printed, chapters.reprinted, ()))


def page_list(book: Book, templates: Templates) -> Job:
    """Return the job for the e-book's page list: a map from places in the text to printed page numbers, in order.

    The place of a page is its first answer or block, given by the key of the answer, or as `key.N` for block N of
    its body, counted from 0. Raises BuildError.
    """
    chapters = _Chapters(book, templates, PrintSetup.of(book, templates, "book/book.css"))
    return Job("", number_places, (chapters.layouts,))


def unprintable_text(book: Book, templates: Templates) -> Iterator[Problem]:
    """Yield a problem for each Unicode script and chapter with unprintable characters in `page_list`."""
    file = str(book.folder / BOOK_FILE)
    sources = {source.title for source in book.sources}
    words = "".join([book.title, *sources, *all_words(templates.labels(book))])
    yield from glyph_problems(file, [(0, words)], templates)
    parts = (book.part(chapter, *PRINTED_FRAGMENTS) for chapter in book.chapters)
    fonts = templates.only("fonts")
    for problems in _unprintable.each((part.chapters[0], fonts) for part in parts):
        yield from problems


@cached
def _unprintable(chapter: Chapter, templates: Templates) -> list[Problem]:
    return list(chapter_glyph_problems(chapter, PRINTED_FRAGMENTS, templates))


class AnswerPages:
    """Finds the first page of answers in the printed book."""

    def __init__(self, book: Book, templates: Templates) -> None:
        """Plan the layout of *book*. Raises BuildError."""
        self._layouts = _Chapters(book, templates, PrintSetup.of(book, templates, "book/book.css")).layouts

    def job(self, keys: Iterable[str]) -> Job:
        """Return a job for a map from *keys* to pages."""
        return Job("", pages_of, (tuple(keys), self._layouts))


def pages_of(keys: tuple[str, ...], layouts: tuple[PartLayout, ...]) -> dict[str, int]:
    """Return the first page of each of *keys*, in chapters with these *layouts*."""
    starts = first_pages(*layouts)
    return {
        key: start + layout.places[key]
        for start, layout in zip(starts, layouts, strict=False)
        for key in keys
        if key in layout.places
    }


def merge_book(
    front: tuple[PrintedPart, ...],
    chapters: tuple[PrintedPart, ...],
    reprinted: tuple[bytes, ...],
    back: tuple[PrintedPart, ...],
) -> bytes:
    """Merge all parts into one PDF, with *reprinted* chapters in place of outdated ones. Raises BuildError."""
    text = [reprint or chapter.pdf for chapter, reprint in zip(chapters, reprinted, strict=True)]
    return merge_pdf(*(part.pdf for part in front), *text, *(part.pdf for part in back))


def number_places(layouts: tuple[PartLayout, ...]) -> dict[str, str]:
    """Return the number of each page of chapters with these *layouts*, by the first place on the page."""
    first_places: dict[int, str] = {}
    for start, layout in zip(first_pages(*layouts), layouts, strict=False):
        for name, page in layout.places.items():
            if _BLOCK.fullmatch(name):
                first_places.setdefault(start + page, name)
    return {name: str(page) for page, name in first_places.items()}


class _Chapters:
    """Jobs of all chapters, each field with one job per chapter.

    summaries  the data for the front and back matter
    printed    the part
    layouts    the final layout of the part
    reprinted  the part again if its page numbers changed meanwhile, else empty
    """

    def __init__(self, book: Book, templates: Templates, press: PrintSetup) -> None:
        typeset = chapter_jobs(book, templates)
        texts = [book.part(chapter.chapter, *PRINTED_FRAGMENTS) for chapter in typeset]
        composed = [Job("", compose, (text, press, chapter.job)) for text, chapter in zip(texts, typeset, strict=True)]
        self._parts = [Job("", chapter_part, (chapter,)) for chapter in composed]
        self._targets = list(_targets(texts))
        self.summaries = tuple(Job("", summary_of, (chapter,)) for chapter in composed)
        numbers = self._page_numbers(
            [
                Job("", lay_out_part, (part, press, digits))
                for part, digits in zip(self._parts, _digits(book), strict=True)
            ]
        )
        self.printed = tuple(
            Job("", print_part, (part, press, first_numbers))
            for part, first_numbers in zip(self._parts, numbers, strict=True)
        )
        self.layouts = tuple(Job("", layout_of, (part,)) for part in self.printed)
        final_numbers = self._page_numbers(self.layouts)
        self.reprinted = tuple(
            Job("", reprint_if_changed, (part, press, *first_numbers))
            for part, *first_numbers in zip(self._parts, numbers, self.layouts, final_numbers, strict=True)
        )

    def _page_numbers(self, layouts: Sequence[Job]) -> list[Job]:
        """Return the jobs to number the pages in each part, given the *layouts* of all."""
        starts = Job("", first_pages, tuple(layouts))
        return [
            Job(
                "",
                page_numbers,
                (part, Job("", first_page, (starts, number)), starts, targets, tuple(layouts[i] for i in targets)),
            )
            for number, (part, targets) in enumerate(zip(self._parts, self._targets, strict=True))
        ]


def _digits(book: Book) -> Iterator[int]:
    """Yield the likely number of digits of page numbers in each chapter: an answer takes about one page."""
    pages = accumulate((len(chapter.answers) for chapter in book.chapters), initial=1)
    return (len(str(page)) for page, _ in zip(pages, book.chapters, strict=False))


def _targets(texts: Sequence[Book]) -> Iterator[tuple[int, ...]]:
    """Yield for each text the positions of the texts it refers to, including its own; *texts* have one chapter each."""
    positions = {text.chapters[0].number: position for position, text in enumerate(texts)}
    for position, text in enumerate(texts):
        yield tuple(sorted({position, *(positions[answer.chapter] for answer in text.neighbors)}))


def _front_and_back(book: Book, press: PrintSetup, chapters: _Chapters) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
    """Return the jobs to print the front matter and the back matter."""
    count = chunk_count(book)
    sections = _back_matter(book, press, chapters.summaries, count)
    text = chapters.layouts
    back = _printed(press, [part for parts in sections for part in parts], text, text)
    first_parts = [parts[0] for parts in sections]
    has_gists = any(answer.has("gist") and answer.has("body") for answer in book.answers)
    has_hints = any(answer.has("hint") for answer in book.answers)
    explained = ("gists",) * has_gists + ("hints",) * has_hints
    front = [
        Job("", matter.front_matter, (press, chapters.summaries, explained, number, count, *first_parts))
        for number in range(count)
    ]
    layouts = (*text, *(Job("", layout_of, (part,)) for part in back))
    return _printed(press, front, (), layouts), back


def _back_matter(book: Book, press: PrintSetup, summaries: tuple[Job, ...], count: int) -> list[list[Job]]:
    """Return the jobs to compose each section of `matter.BACK_MATTER`, the long ones in *count* chunks."""
    formulas = replace(book.bare, chapters=book.formula_chapters)
    return [
        [Job("", matter.formulas, (press, formulas, number, count)) for number in range(count)],
        [Job("", matter.notation, (press, _notation(book)))],
        [Job("", matter.changes, (press, summaries))],
        [Job("", matter.index, (press, summaries, number, count)) for number in range(count)],
        [Job("", matter.topics, (press, summaries, dict(book.tags), number, count)) for number in range(count)],
        [Job("", matter.colophon, (press,))],
    ]


def _printed(press: PrintSetup, parts: Sequence[Job], before: Sequence[Job], text: Sequence[Job]) -> tuple[Job, ...]:
    """Return the jobs to print consecutive *parts*.

    before  layouts of the parts before them, for page numbers
    text    layouts of the parts from page 1 on, for references
    """
    starts, targets = Job("", first_pages, tuple(text)), tuple(range(len(text)))
    layouts, printed = list(before), []
    for part in parts:
        first = Job("", first_page, (Job("", first_pages, tuple(layouts)), -1))
        numbers = Job("", page_numbers, (part, first, starts, targets, tuple(text)))
        printed.append(Job("", print_part, (part, press, numbers)))
        layouts.append(Job("", layout_of, (printed[-1],)))
    return tuple(printed)


def _notation(book: Book) -> Book:
    """Return *book* with only its notation, and the codes of answers linked from it."""
    return replace(book.bare, notation=book.notation, neighbors=book.linked_from_notation)
