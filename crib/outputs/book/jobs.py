"""The printed book: all answers in full, between what a book has before and behind them.

Each chapter is a part of its own, and so is all that stands before the chapters, and each section
behind them (`crib.outputs.book.pagination`). A chapter is composed, laid out, and printed with the numbers of
the pages that it refers to; what is before and behind is printed when all chapters have their pages.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.model import Answer
from crib.model.elements import target
from crib.model.tree import find_all
from crib.outputs.book import matter as book_ends
from crib.outputs.book.chapter import PARTS, compose, outline_of, part_of
from crib.outputs.book.pagination import begin, first_page, lay_out, layout_of, print_again, print_part, tell
from crib.print.chapter_jobs import chapter_jobs
from crib.print.chunks import chunk_count
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.printer import PrintSetup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model import Book
    from crib.outputs.book.pagination import Layout, Printed
    from crib.render.templates import Templates

_BLOCK = re.compile(r"[a-z0-9-]+(\.\d+)?")
"""The identifier of an answer, or of a block of its body."""


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the PDF of *book*, if it has answers. Raises BuildError."""
    if any(book.answers):
        press = PrintSetup.of(book, templates, "book/book.css")
        chapters = _Chapters(book, templates, press)
        before, behind = _ends(book, press, chapters)
        yield Job(f"{book.named('book')}.pdf", bind, (before, chapters.printed, chapters.again, behind))


def page_list(book: Book, templates: Templates) -> Job:
    """Return the job that makes a mapping, in reading order, from where pages begin in the text to their numbers.

    A place is the key of an answer, or `key.N` for the block N of its body, counted from 0: the first that
    begins on the page. Raises BuildError.
    """
    chapters = _Chapters(book, templates, PrintSetup.of(book, templates, "book/book.css"))
    return Job("", page_numbers, (chapters.layouts,))


def bind(
    before: tuple[Printed, ...], chapters: tuple[Printed, ...], again: tuple[bytes, ...], behind: tuple[Printed, ...]
) -> bytes:
    """Return the PDF of all parts; of the *chapters* those that were not printed *again*. Raises BuildError."""
    text = [latest or first.pdf for first, latest in zip(chapters, again, strict=True)]
    return merge_pdf(*(part.pdf for part in before), *text, *(part.pdf for part in behind))


def page_numbers(layouts: tuple[Layout, ...]) -> dict[str, str]:
    """Return by the first place on each page of the chapters with these *layouts* its number."""
    first: dict[int, str] = {}
    for begins, layout in zip(begin(*layouts), layouts, strict=False):
        for name, page in layout.places.items():
            if _BLOCK.fullmatch(name):
                first.setdefault(begins + page, name)
    return {name: str(page) for page, name in first.items()}


class _Chapters:
    """The jobs that print chapters.

    outlines  what else is told of them
    layouts   how they are laid out in the end
    printed   each of them
    again     those of which numbers have changed meanwhile
    """

    def __init__(self, book: Book, templates: Templates, press: PrintSetup) -> None:
        typeset = chapter_jobs(book, templates)
        texts = [book.part(each.chapter, *PARTS) for each in typeset]
        composed = [Job("", compose, (text, press, each.job)) for text, each in zip(texts, typeset, strict=True)]
        self._parts = [Job("", part_of, (each,)) for each in composed]
        self._into = list(_referring(texts))
        self.outlines = tuple(Job("", outline_of, (each,)) for each in composed)
        told = self._told(
            [Job("", lay_out, (part, press, digits)) for part, digits in zip(self._parts, _digits(book), strict=True)]
        )
        self.printed = tuple(
            Job("", print_part, (part, press, known)) for part, known in zip(self._parts, told, strict=True)
        )
        self.layouts = tuple(Job("", layout_of, (each,)) for each in self.printed)
        self.again = tuple(
            Job("", print_again, (part, press, *known))
            for part, *known in zip(self._parts, told, self.layouts, self._told(self.layouts), strict=True)
        )

    def _told(self, layouts: Sequence[Job]) -> list[Job]:
        begins = Job("", begin, tuple(layouts))
        return [
            Job("", tell, (part, Job("", first_page, (begins, number)), begins, into, tuple(layouts[i] for i in into)))
            for number, (part, into) in enumerate(zip(self._parts, self._into, strict=True))
        ]


def _digits(book: Book) -> Iterator[int]:
    """Yield how many digits page numbers in each chapter are likely to have: an answer takes about a page."""
    answers = accumulate((len(chapter.answers) for chapter in book.chapters), initial=1)
    return (len(str(page)) for page, _ in zip(answers, book.chapters, strict=False))


def _referring(texts: Sequence[Book]) -> Iterator[tuple[int, ...]]:
    """Yield for each chapter alone in one of *texts* those that it refers to, counted from 0, and itself."""
    places = {text.chapters[0].number: place for place, text in enumerate(texts)}
    for place, text in enumerate(texts):
        yield tuple(sorted({place, *(places[answer.chapter] for answer in text.neighbors)}))


def _ends(book: Book, press: PrintSetup, chapters: _Chapters) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
    """Return the jobs that print what stands before the *chapters*, and behind them."""
    shares = chunk_count(book)
    behind = _behind(book, press, chapters.outlines, shares)
    text = chapters.layouts
    printed = _printed(press, [part for parts in behind for part in parts], text, text)
    titles = [parts[0] for parts in behind]
    before = [Job("", book_ends.front, (press, chapters.outlines, number, shares, *titles)) for number in range(shares)]
    everything = (*text, *(Job("", layout_of, (each,)) for each in printed))
    return _printed(press, before, (), everything), printed


def _behind(book: Book, press: PrintSetup, outlines: tuple[Job, ...], shares: int) -> list[list[Job]]:
    """Return the jobs that compose the sections of `book_ends.BEHIND`, of those that are long a job a share."""
    return [
        [Job("", book_ends.notation, (press, _notation(book)))],
        [Job("", book_ends.changes, (press, outlines))],
        [Job("", book_ends.index, (press, outlines, number, shares)) for number in range(shares)],
        [Job("", book_ends.topics, (press, outlines, dict(book.tags), number, shares)) for number in range(shares)],
        [Job("", book_ends.colophon, (press,))],
    ]


def _printed(press: PrintSetup, parts: Sequence[Job], before: Sequence[Job], text: Sequence[Job]) -> tuple[Job, ...]:
    """Return the jobs that print *parts*, one after another.

    before  the layouts of those whose numbers they go on with
    text    the layouts of those they refer to, from page 1 on
    """
    begins, into = Job("", begin, tuple(text)), tuple(range(len(text)))
    layouts, printed = list(before), []
    for part in parts:
        first = Job("", first_page, (Job("", begin, tuple(layouts)), -1))
        printed.append(Job("", print_part, (part, press, Job("", tell, (part, first, begins, into, tuple(text))))))
        layouts.append(Job("", layout_of, (printed[-1],)))
    return tuple(printed)


def _notation(book: Book) -> Book:
    """Return *book* with nothing but its notation, and the codes of the answers that this leads to."""
    blocks = book.notation.blocks if book.notation else []
    targets = set(map(target, find_all(blocks, "Link")))
    linked = tuple(Answer(a.key, a.chapter, a.number) for a in book.answers if f"#{a.key}" in targets)
    return replace(book.bare, notation=book.notation, neighbors=linked)
