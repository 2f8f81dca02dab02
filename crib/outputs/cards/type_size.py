"""The size of type on flashcards: the largest in which the question and the gist fit their sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Literal

from crib.engine.cached import cached_each
from crib.print.fit.box_heights import PX_PER_MM, box_heights
from crib.print.paper import PAPER_SIZES, Paper
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model.selection import PrintSettings
    from crib.print.chapter_html import AnswerHtml, ChapterHtml
    from crib.print.pdf.printer import PrintSetup

Flip = Literal["long", "short"]
"""The edge that a sheet is turned over to print its back."""

STEP = 0.5
"""Sizes of type differ by so many points."""

_SIDES = ("front", "back")
_SIDE, _TOP = 10, 12  # of a sheet, in millimeters, at least; crop marks stand there
_LETTER = 0.45
"""How much room a letter takes at the very least, in the square of an em; ours take a half on an average."""


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
    def of(cls, settings: PrintSettings) -> Grid:
        """Return eight cards on an upright sheet, or four on its side with large type."""
        paper = PAPER_SIZES[settings.paper]
        if settings.theme == "large":
            return cls(paper.rotated, 2, 2, Type(18, 14, 14, 14))
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
        return (self.height - 2 * self.padding) * PX_PER_MM

    @property
    def letters(self) -> int:
        """More letters than fit on a card beside its head, in type in which a full answer is not left out."""
        em = self.type.whole * 25.4 / 72
        return int((self.width - 2 * self.padding) * (self.height - 2 * self.padding) / (_LETTER * em**2))

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

    entry: AnswerHtml
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

    section: ChapterHtml
    front: Face
    back: Face


def fit(section: ChapterHtml, press: PrintSetup) -> tuple[Card, ...]:
    """Return the cards of *section*, each side as whole and then as large as it can be.

    Raises ContentError for questions and gists that do not fit their cards.
    """
    scale = _Scale(section, press)
    tried: dict[tuple[str, str], Face] = {}
    for face in scale.measured([face for entry in section.entries for face in _choices(entry, scale.grid)]):
        if face.height <= scale.grid.room or not face.whole:
            tried.setdefault((face.entry.key, face.side), face)
    large = {(face.entry.key, face.side): face for face in scale.enlarged(list(tried.values()))}
    long = [_too_long(entry, side) for entry in section.entries for side in _SIDES if (entry.key, side) not in large]
    if long:
        raise ContentError(long)
    return tuple(Card(section.only(entry), *(large[entry.key, side] for side in _SIDES)) for entry in section.entries)


def _choices(entry: AnswerHtml, grid: Grid) -> Iterator[Face]:
    """Yield how both sides could be set, the fullest first: whole in small type, or else in type that is large."""
    sizes = grid.type
    if entry.hint:
        yield Face(entry, "front", whole=True, size=sizes.whole)
    yield Face(entry, "front", whole=False, size=sizes.largest)
    if _letters(entry) <= grid.letters:
        yield Face(entry, "back", whole=True, size=sizes.whole)
    yield Face(entry, "back", whole=False, size=sizes.largest)


def _letters(entry: AnswerHtml) -> int:
    """Return about how many letters a gist and its full answer have, not counting formulas."""
    return len((entry.gist + entry.body).striptags())


def _too_long(entry: AnswerHtml, side: str) -> Problem:
    what, hint = {
        "front": ("question", "shorten it"),
        "back": ("gist", "shorten it, or break its formulas: the full answer has room for the rest"),
    }[side]
    return Problem(entry.file, entry.line, "card-too-long", f"the {what} of {entry.code} does not fit on a card", hint)


class _Scale:
    """Measures the sides of a chapter's cards, all of them in one layout."""

    def __init__(self, section: ChapterHtml, press: PrintSetup) -> None:
        self.grid = Grid.of(press.book.print)
        self._title, self._press = section.title, press
        self._printer = press.printer(section.drawings, section.entries)

    def measured(self, faces: Sequence[Face]) -> list[Face]:
        """Return *faces* with their heights."""
        high = self._heights(faces, press=self._press, title=self._title)
        return [replace(face, height=height) for face, height in zip(faces, high, strict=True)]

    @cached_each(key_only=("press", "title"))
    def _heights(self, faces: Sequence[Face]) -> list[float]:
        html = self._press.html("cards/measure.html.j2", faces=faces, chapter=self._title, grid=self.grid)
        document = self._printer.lay_out(html)
        wide = {name for formula in self._printer.shrunk_formulas(document) for name in formula.inside}
        high = box_heights(document)
        return [inf if face.id in wide else high[face.id] for face in faces]

    def enlarged(self, faces: Sequence[Face]) -> list[Face]:
        """Return *faces*, which are measured in one size of type, in the largest in which each fits, if any does."""
        searches = [_Search(face, self.grid) for face in faces]
        while open_ := [search for search in searches if not search.over]:
            for search, face in zip(open_, self.measured([search.next for search in open_]), strict=True):
                search.learn(face)
        return [search.best for search in searches if search.best]


class _Search:
    """Finds the largest type for one side of a card: `best` is the largest that is known to fit."""

    def __init__(self, face: Face, grid: Grid) -> None:
        self._room, self._limit = grid.room, grid.type.largest
        self._least = grid.type.whole if face.whole else grid.type.smallest
        self.best: Face | None = None
        self.learn(face)

    def learn(self, face: Face) -> None:
        """Take notice of the height of *face*, in a size that was not tried yet."""
        self._tried = face
        if face.height <= self._room:
            self.best, self._least = face, face.size + STEP
        else:
            self._limit = face.size - STEP

    @property
    def over(self) -> bool:
        """Whether no other size needs to be tried."""
        return self._least > self._limit

    @property
    def next(self) -> Face:
        """The side in the size to try: text takes room by the square of its size."""
        size: float = self._tried.size * (self._room / self._tried.height) ** 0.5
        return replace(self._tried, size=min(max(size // STEP * STEP, self._least), self._limit))
