"""Flashcards: the question in front, the gist behind, each in the largest type that fits its card.

Sheets are cut as one stack: the cards of each place on the sheet follow one another, so that the
piles that come out of it, laid on one another, are in the order of the codes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Literal, TypeVar

from crib.job import Job
from crib.outputs.sections import sections
from crib.press.joined import join
from crib.press.paper import SIZES, Paper
from crib.press.printer import Press
from crib.press.typeset import drawings_of
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model import Book, Print
    from crib.press.typeset import Entry, Section
    from crib.render.templates import Templates

Flip = Literal["long", "short"]
"""The edge that a sheet is turned over to print its back."""

_Card = TypeVar("_Card")

STEP = 0.5
"""Sizes of type differ by so many points."""

_SIDES = ("front", "back")
_SIDE, _TOP = 10, 12  # of a sheet, in millimeters, at least; crop marks stand there
_PX_A_MM = 96 / 25.4


@dataclass(frozen=True)
class Type:
    """Sizes of type on a card, in points.

    largest   no text is larger, so that cards look alike
    whole     a full answer in smaller type is left out, and so is a hint
    smallest  a question or gist that needs smaller type is an error
    small     what stands beside: codes, titles of chapters, hints
    """

    largest: float
    whole: float
    smallest: float
    small: float


@dataclass(frozen=True)
class Grid:
    """Cards side by side in the middle of a sheet, in millimeters."""

    paper: Paper
    columns: int
    rows: int
    type: Type
    padding: float = 5

    @classmethod
    def of(cls, settings: Print) -> Grid:
        """Return eight cards on an upright sheet, or four on its side with large type."""
        paper = SIZES[settings.paper]
        if settings.theme == "large":
            return cls(paper.turned, 2, 2, Type(18, 14, 14, 14))
        return cls(paper, 2, 4, Type(13, 8.5, 6.5, 7.5))

    @property
    def width(self) -> int:
        """The width of a card."""
        return int((self.paper.width - 2 * _SIDE) / self.columns)

    @property
    def height(self) -> int:
        """The height of a card."""
        return int((self.paper.height - 2 * _TOP) / self.rows)

    @property
    def left(self) -> float:
        """Where the first column begins."""
        return (self.paper.width - self.columns * self.width) / 2

    @property
    def top(self) -> float:
        """Where the first row begins."""
        return (self.paper.height - self.rows * self.height) / 2

    @property
    def room(self) -> float:
        """The height of a card inside its padding, in pixels."""
        return (self.height - 2 * self.padding) * _PX_A_MM

    @property
    def places(self) -> int:
        """How many cards a sheet has."""
        return self.columns * self.rows

    def front(self, place: int) -> tuple[int, int]:
        """Return column and row of a place in front, row by row."""
        row, column = divmod(place, self.columns)
        return column, row

    def back(self, place: int, flip: Flip) -> tuple[int, int]:
        """Return column and row of what lies behind a place, once the sheet is turned over its *flip* edge."""
        column, row = self.front(place)
        sideways = flip == ("long" if self.paper.height > self.paper.width else "short")
        return (self.columns - 1 - column, row) if sideways else (column, self.rows - 1 - row)


@dataclass(frozen=True)
class Face:
    """One side of a card, `front` or `back`, in type of `size` points.

    whole   with the hint, or the full answer
    height  what it takes of the card inside its padding, in pixels, once it is measured: infinite
            if a formula is too wide
    """

    entry: Entry
    side: str
    whole: bool
    size: float
    height: float = 0

    @property
    def id(self) -> str:
        """Its name among all that are measured."""
        return f"{self.entry.key}-{self.side}{'-whole' * self.whole}"


@dataclass(frozen=True)
class Card:
    """Both sides of one answer; `section` is its chapter, with no other answers."""

    section: Section
    front: Face
    back: Face


@dataclass(frozen=True)
class Turning:
    """How sheets are printed on both sides.

    flip    the edge over which the printer turns a sheet
    dx, dy  by how many millimeters to the right and down backs are moved, as one looks at them
    """

    flip: Flip
    dx: float
    dy: float


def jobs(book: Book, templates: Templates, *, flip: Flip = "long", dx: float = 0, dy: float = 0) -> Iterator[Job]:
    """Yield one PDF of all cards, if there are any: a sheet that explains and tests printing, then a part a sheet.

    flip, dx, dy  see `Turning`

    Raises ContentError for characters that cannot be printed.
    """
    press, turning = Press.of(book, templates, "cards/cards.css"), Turning(flip, dx, dy)
    cards = []
    for each in sections(book, templates):
        deck = Job("", fit, (each.section, press))
        cards += [Job("", nth, (i, deck)) for i in range(len(each.chapter.answers))]
    if cards:
        sheets = stacked(cards, Grid.of(book.print).places)
        parts = [
            Job("", print_sheet, (press, turning, number, len(sheets), *sheet))
            for number, sheet in enumerate(sheets, 1)
        ]
        yield Job(f"{book.named('cards')}.pdf", joined, (Job("", print_guide, (press, turning)), *parts))


def fit(section: Section, press: Press) -> tuple[Card, ...]:
    """Return the cards of *section*, each side as whole and then as large as it can be.

    Raises ContentError for questions and gists that do not fit their cards.
    """
    scale = _Scale(section, press)
    choices = scale.measured([face for entry in section.entries for face in _choices(entry, scale.grid.type)])
    faces: dict[tuple[str, str], Face] = {}
    for face in choices:
        if face.height <= scale.grid.room:
            faces.setdefault((face.entry.key, face.side), face)
    long = [_too_long(entry, side) for entry in section.entries for side in _SIDES if (entry.key, side) not in faces]
    if long:
        raise ContentError(long)
    large = dict(zip(faces, scale.enlarged(list(faces.values())), strict=True))
    return tuple(Card(section.only(entry), *(large[entry.key, side] for side in _SIDES)) for entry in section.entries)


def nth(i: int, cards: Sequence[Card]) -> Card:
    """Return one card of a chapter: so a sheet is printed again only if one of its own cards changes."""
    return cards[i]


def print_guide(press: Press, turning: Turning) -> bytes:
    """Return the part that explains and tests printing."""
    return _print(press, turning, 0, 0, ())


def print_sheet(press: Press, turning: Turning, number: int, count: int, *cards: Card) -> bytes:
    """Return the part with one of *count* sheets of cards."""
    return _print(press, turning, number, count, cards)


def joined(*parts: bytes) -> bytes:
    """Return the PDF of all *parts*."""
    return join(parts)


def _print(press: Press, turning: Turning, number: int, count: int, cards: Sequence[Card]) -> bytes:
    html = press.html(
        "cards/cards.html.j2", grid=Grid.of(press.book.print), turning=turning, number=number, count=count, cards=cards
    )
    shown = [card.section for card in cards]
    entries = [entry for section in shown for entry in section.entries]
    return press.printer(drawings_of(shown), entries).part(html)


def stacked(cards: Sequence[_Card], places: int) -> list[list[_Card]]:
    """Return the cards of each sheet by their place, so that the piles of a cut stack follow one another.

    Only the last sheet has empty places, after its cards.
    """
    full, rest = divmod(len(cards), places)
    starts = [place * full + min(place, rest) for place in range(places)]
    sheets = [[cards[start + sheet] for start in starts] for sheet in range(full)]
    last = [cards[start + full] for start in starts[:rest]]
    return [*sheets, last] if last else sheets


def _choices(entry: Entry, sizes: Type) -> Iterator[Face]:
    """Yield how both sides could be set, in the smallest type each, the fullest first."""
    if entry.hint:
        yield Face(entry, "front", whole=True, size=sizes.whole)
    yield Face(entry, "front", whole=False, size=sizes.smallest)
    yield Face(entry, "back", whole=True, size=sizes.whole)
    yield Face(entry, "back", whole=False, size=sizes.smallest)


def _too_long(entry: Entry, side: str) -> Problem:
    what, hint = {
        "front": ("question", "shorten it"),
        "back": ("gist", "shorten it, or break its formulas: the full answer has room for the rest"),
    }[side]
    return Problem(entry.file, entry.line, "card-too-long", f"the {what} of {entry.code} does not fit on a card", hint)


class _Scale:
    """Measures the sides of a chapter's cards, all of them in one layout."""

    def __init__(self, section: Section, press: Press) -> None:
        self.grid = Grid.of(press.book.print)
        self._title, self._press = section.title, press
        self._printer = press.printer(section.drawings, section.entries)

    def measured(self, faces: Sequence[Face]) -> list[Face]:
        """Return *faces* with their heights."""
        html = self._press.html("cards/measure.html.j2", faces=faces, chapter=self._title, grid=self.grid)
        document = self._printer.lay_out(html)
        corners = {name: corner for page in document.pages for name, corner in page.anchors.items()}
        wide = {name for formula in self._printer.shrunk(document) for name in formula.inside}
        heights = {name: inf if name in wide else bottom - top for name, (_, top, _, bottom) in corners.items()}
        return [replace(face, height=heights[face.id]) for face in faces]

    def enlarged(self, faces: Sequence[Face]) -> list[Face]:
        """Return *faces*, which fit, in the largest type in which they do."""
        best, tried = list(faces), list(faces)
        limits = [self.grid.type.largest] * len(best)
        while open_ := [i for i, face in enumerate(best) if face.size < limits[i]]:
            trials = [replace(tried[i], size=self._likely(tried[i], best[i].size, limits[i])) for i in open_]
            for i, trial in zip(open_, self.measured(trials), strict=True):
                tried[i] = trial
                if trial.height <= self.grid.room:
                    best[i] = trial
                else:
                    limits[i] = trial.size - STEP
        return best

    def _likely(self, tried: Face, fits: float, limit: float) -> float:
        """Return the size above *fits* and up to *limit* to try: text takes room by the square of its size."""
        size: float = tried.size * (self.grid.room / tried.height) ** 0.5
        return min(max(size // STEP * STEP, fits + STEP), limit)
