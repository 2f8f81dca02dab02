"""Cheat sheets: the gists of a chapter in columns, on whole pages, in the largest type that fits.

Cards are measured in one endless column, packed in plain Python, and laid out once more where
they belong: several times faster than letting CSS balance columns, which lays a page out anew
for every height it tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from crib.outputs import Job
from crib.press.columns import balance, pack
from crib.press.printer import Press
from crib.press.typeset import drawings_of, typeset
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from crib.press.columns import Columns
    from crib.press.typeset import Entry, Section
    from crib.render.templates import Templates

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
class Column:
    """Answers that stand below one another, `gap` em apart."""

    entries: tuple[Entry, ...]
    gap: float


@dataclass(frozen=True)
class Fit:
    """A sheet in columns: `pages` of columns, in type of `size` points."""

    section: Section
    size: float
    pages: tuple[tuple[Column, ...], ...]


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield a PDF a chapter with answers, and one of them all if the book is whole.

    Raises ContentError for characters that cannot be printed.
    """
    press = Press.of(book, templates, "sheet/sheet.css")
    fits = []
    for section in typeset(book, templates, _PARTS):
        if section.entries:
            fits.append(Job("", fit, (section, press)))
            title = f"{section.number} {section.title}"
            yield Job(f"sheets/{section.name}.pdf", print_sheets, (title, press, fits[-1]))
    if fits and not book.selection.names:
        yield Job("sheets.pdf", print_sheets, (book.title, press, *fits))


def fit(section: Section, press: Press) -> Fit:
    """Return *section* on as few pages as `SMALLEST` type needs, in the largest type that fits them.

    Raises ContentError for cards that are higher than a column even then.
    """
    measured = _Measured(section, press)
    pages = measured.least_pages()
    steps = range(round((LARGEST - SMALLEST) / STEP), 0, -1)
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measured.columns(SMALLEST + middle * STEP, pages) else (low, middle - 1)
    size = round(SMALLEST + low * STEP, 1)
    columns = measured.spread(measured.columns(size, pages) or [], size)
    each = PAPER.columns
    return Fit(section, size, tuple(tuple(columns[i : i + each]) for i in range(0, len(columns), each)))


def print_sheets(title: str, press: Press, *fits: Fit) -> bytes:
    """Return the PDF of *fits*, one chapter after the other, called *title*."""
    html = press.html("sheet/sheet.html.j2", title=title, fits=fits, paper=PAPER)
    return press.printer(drawings_of(fit.section for fit in fits)).write(html)


class _Measured:
    """The heights of a sheet's cards at any size of type, in pixels; each size is laid out once."""

    def __init__(self, section: Section, press: Press) -> None:
        self._section, self._press = section, press
        self._printer = press.printer(section.drawings)
        self._heights: dict[float, list[float]] = {}
        self._capacity = PAPER.column_height * _PX_A_MM

    def heights(self, size: float) -> list[float]:
        if size not in self._heights:
            html = self._press.html("sheet/measure.html.j2", entries=self._section.entries, size=size, paper=PAPER)
            anchors = self._printer.lay_out(html).pages[0].anchors
            corners = [anchors[entry.key] for entry in self._section.entries]
            self._heights[size] = [bottom - top for _, top, _, bottom in corners]
        return self._heights[size]

    def least_pages(self) -> int:
        heights = self.heights(SMALLEST)
        high = [
            Problem(
                entry.file,
                entry.line,
                "too-high",
                f"the gist of {entry.code} is higher than a column",
                "shorten it: the full answer has room for the rest",
            )
            for entry, height in zip(self._section.entries, heights, strict=True)
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
            Column(tuple(self._section.entries[i] for i in column), round(_GAP_EM + spread, 3))
            for column, spread in zip(columns, spreads, strict=True)
        ]


def _em(size: float) -> float:
    """Return an em of type of *size* points, in pixels."""
    return size * 96 / 72


def _gap(size: float) -> float:
    """Return the least distance between cards, in pixels."""
    return _GAP_EM * _em(size)
