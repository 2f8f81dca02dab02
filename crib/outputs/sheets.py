"""Cheat sheets: the gists of a chapter in columns, on whole pages, in the largest type that fits.

Cards are measured in one endless column, packed in plain Python, and laid out once more where
they belong: several times faster than letting CSS balance columns, which lays a page out anew
for every height it tries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from crib.outputs import Job
from crib.outputs.columns import balance, pack
from crib.outputs.glyphs import missing_glyphs
from crib.outputs.pdf import Page, Printer, PrintFlavor
from crib.problems import ContentError, Problem
from crib.render.fragments import render_answers
from crib.render.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from markupsafe import Markup

    from crib.model import Book, Chapter, Exercises
    from crib.outputs.columns import Columns
    from crib.render.fragments import Fragments

LARGEST, SMALLEST, STEP = 12.0, 7.5, 0.1
"""Sizes of type, in points."""

_PARTS = ("question", "gist")
_PX_A_MM = 96 / 25.4
_GAP_EM = 0.85
_MOST_SPREAD_EM = 1.2


@dataclass(frozen=True)
class Paper:
    """A sheet of paper in millimeters: its margins, the head of a page, and columns."""

    width: float = 297
    height: float = 210
    edge: float = 8
    side: float = 9
    bottom: float = 11
    head: float = 12
    columns: int = 3
    gutter: float = 6

    @property
    def column_width(self) -> float:
        """A little less than its share: the last of several floats drops if it is a hair too wide."""
        inner = self.width - 2 * self.side - (self.columns - 1) * self.gutter
        return int(inner / self.columns * 10 - 1) / 10

    @property
    def column_height(self) -> float:
        """A little less than the room there is, which floats need at the end of a page."""
        return self.height - self.edge - self.head - self.bottom - 1.2


PAPER = Paper()


@dataclass(frozen=True)
class Card:
    """One answer on a sheet."""

    key: str
    code: str
    level: str
    question: Markup
    gist: Markup
    line: int


@dataclass(frozen=True)
class Sheet:
    """One chapter to print; `drawings` as in `pdf.Page`."""

    number: int
    title: str
    file: str
    cards: tuple[Card, ...]
    exercises: tuple[Exercises, ...]
    drawings: Mapping[str, str]


@dataclass(frozen=True)
class Look:
    """What all sheets of a book share; `page` has no drawings yet."""

    book: Book
    templates: Path | None
    page: Page


@dataclass(frozen=True)
class Column:
    """Cards that stand below one another, `gap` em apart."""

    cards: tuple[Card, ...]
    gap: float


@dataclass(frozen=True)
class Fit:
    """A sheet in columns: `pages` of columns, in type of `size` points."""

    sheet: Sheet
    size: float
    pages: tuple[tuple[Column, ...], ...]


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield a PDF a chapter with answers, and one of them all if the book is whole.

    Raises ContentError for characters that cannot be printed.
    """
    problems = [problem for chapter in book.chapters for problem in missing_glyphs(chapter, _PARTS, templates)]
    if problems:
        raise ContentError(problems)
    flavor = PrintFlavor(book, templates.labels(book))
    fragments = render_answers(book.answers, flavor, _PARTS)
    page = Page((templates.path("sheet/sheet.css"),), (book.folder, *templates.folders), {})
    look = Look(replace(book, chapters=()), templates.user_folder, page)
    fits = []
    for chapter in book.chapters:
        if chapter.answers:
            sheet = _sheet(chapter, fragments, flavor)
            fits.append(Job("", fit, (sheet, look)))
            title = f"{chapter.number} {chapter.title}"
            yield Job(f"sheets/{chapter.name}.pdf", print_sheets, (title, look, fits[-1]))
    if fits and not book.selection:
        yield Job("sheets.pdf", print_sheets, (book.title, look, *fits))


def fit(sheet: Sheet, look: Look) -> Fit:
    """Return *sheet* on as few pages as `SMALLEST` type needs, in the largest type that fits them.

    Raises ContentError for cards that are higher than a column even then.
    """
    measured = _Measured(sheet, look)
    pages = measured.least_pages()
    steps = range(round((LARGEST - SMALLEST) / STEP), 0, -1)
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measured.columns(SMALLEST + middle * STEP, pages) else (low, middle - 1)
    size = round(SMALLEST + low * STEP, 1)
    columns = measured.spread(measured.columns(size, pages) or [], size)
    each = PAPER.columns
    return Fit(sheet, size, tuple(tuple(columns[i : i + each]) for i in range(0, len(columns), each)))


def print_sheets(title: str, look: Look, *fits: Fit) -> bytes:
    """Return the PDF of *fits*, one chapter after the other, called *title*."""
    templates = Templates(look.templates)
    html = templates.render(
        "sheet/sheet.html.j2", title=title, book=look.book, fits=fits, paper=PAPER,
        labels=templates.labels(look.book),
    )  # fmt: skip
    drawings = {name: svg for each in fits for name, svg in each.sheet.drawings.items()}
    return _printer(look, drawings).write(html)


class _Measured:
    """The heights of a sheet's cards at any size of type, in pixels; each size is laid out once."""

    def __init__(self, sheet: Sheet, look: Look) -> None:
        self._sheet, self._templates = sheet, Templates(look.templates)
        self._printer = _printer(look, sheet.drawings)
        self._heights: dict[float, list[float]] = {}
        self._capacity = PAPER.column_height * _PX_A_MM

    def heights(self, size: float) -> list[float]:
        if size not in self._heights:
            html = self._templates.render("sheet/measure.html.j2", sheet=self._sheet, size=size, paper=PAPER)
            anchors = self._printer.lay_out(html).pages[0].anchors
            corners = [anchors[card.key] for card in self._sheet.cards]
            self._heights[size] = [bottom - top for _, top, _, bottom in corners]
        return self._heights[size]

    def least_pages(self) -> int:
        heights = self.heights(SMALLEST)
        high = [
            Problem(
                self._sheet.file,
                card.line,
                "too-high",
                f"the gist of {card.code} is higher than a column",
                "shorten it: the full answer has room for the rest",
            )
            for card, height in zip(self._sheet.cards, heights, strict=True)
            if height > self._capacity
        ]
        if high:
            raise ContentError(high)
        return ceil(len(pack(heights, self._capacity, _gap(SMALLEST))) / PAPER.columns)

    def columns(self, size: float, pages: int) -> Columns | None:
        return balance(self.heights(size), pages * PAPER.columns, self._capacity, _gap(size))

    def spread(self, columns: Columns, size: float) -> list[Column]:
        """Set the cards of *columns* so far apart that all end level with the highest."""
        heights, em = self.heights(size), _em(size)
        filled = [sum(heights[i] + _gap(size) for i in column) for column in columns]
        spreads = (
            min((max(filled) - height) / max(1, len(column) - 1) / em, _MOST_SPREAD_EM)
            for column, height in zip(columns, filled, strict=True)
        )
        return [
            Column(tuple(self._sheet.cards[i] for i in column), round(_GAP_EM + spread, 3))
            for column, spread in zip(columns, spreads, strict=True)
        ]


def _em(size: float) -> float:
    """Return an em of type of *size* points, in pixels."""
    return size * 96 / 72


def _gap(size: float) -> float:
    """Return the least distance between cards, in pixels."""
    return _GAP_EM * _em(size)


def _printer(look: Look, drawings: Mapping[str, str]) -> Printer:
    return Printer(replace(look.page, drawings=drawings), look.book.folder)


def _sheet(chapter: Chapter, fragments: Mapping[str, Fragments], flavor: PrintFlavor) -> Sheet:
    cards = tuple(
        Card(answer.key, answer.code, answer.level, part.question, part.gist, answer.line)
        for answer in chapter.answers
        if (part := fragments[answer.key])
    )
    drawings = flavor.drawings_in(*(html for card in cards for html in (card.question, card.gist)))
    return Sheet(chapter.number, chapter.title, chapter.file, cards, chapter.exercises, drawings)
