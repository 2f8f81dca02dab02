"""The grid of flashcards: positions of their sides on a sheet, cuts, folds, and type sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crib.outputs.cards.stocks import StockSheet
from crib.print.fit.box_heights import PX_PER_MM
from crib.print.paper import PAPER_SIZES, Paper, paper_name
from crib.problems import BuildError

if TYPE_CHECKING:
    from crib.outputs.cards.stocks import Stock
    from crib.selection import PrintSettings

Flip = Literal["long", "short"]
"""The edge over which a duplex printer flips the paper."""

_SIDE, _TOP = 10, 12  # minimum margins of a sheet without stock, in millimeters, with room for crop marks
_LETTER = 0.45
"""Minimum area of a letter, in square em; the average is 0.5."""

_USUAL_AREA = 95 * 68
"""The area of a card on A4 without stock, in square millimeters."""

_SMALL_CARD = 60
"""Minimum width and height, in millimeters, of a card with wide margins."""

_SMALL_SHEET = 150
"""Minimum height, in millimeters, of a sheet with room for instructions and test on one page."""

_AT_EDGE = 2
"""Distance from the edge of the paper, in millimeters, of cuts without a crop mark."""

_ROUNDING = 1e-6


@dataclass(frozen=True)
class TypeSizes:
    """Type sizes of a card, in points.

    largest   maximum, to keep cards similar
    whole     minimum for a card with the full answer or the hint; otherwise these are left out
    smallest  minimum for question and gist; otherwise an error is reported
    small     size of codes, chapter titles, and hints
    """

    largest: float
    whole: float
    smallest: float
    small: float

    @classmethod
    def of(cls, theme: str, width: float, height: float) -> TypeSizes:
        """Return the type sizes in *theme* on cards of *width* by *height* millimeters: large cards, larger type."""
        if theme == "large":
            return cls(18, 14, 14, 14)
        scale = max(1, (width * height / _USUAL_AREA) ** 0.5)
        return cls(round(13 * scale), 8.5, 6.5, 7.5)


@dataclass(frozen=True)
class Grid:
    """Places of cards on a sheet, in millimeters.

    width, height  size of a side of a card
    lefts, tops    positions of the columns and rows of sides
    type           type sizes on a side
    cut            True for cards cut from paper, as one stack
    fold           True for sides beside each other, in two columns, to fold between; False for duplex printing
    """

    paper: Paper
    width: float
    height: float
    lefts: tuple[float, ...]
    tops: tuple[float, ...]
    type: TypeSizes
    cut: bool = True
    fold: bool = False

    @classmethod
    def of(cls, settings: PrintSettings, stock: Stock | None = None, *, fold: bool = False) -> Grid:
        """Return the grid of *stock*, or of as many of its cards as fit on the paper.

        Without stock, it has eight cards on a portrait sheet, or four large ones on a landscape sheet. A card to
        *fold* takes two adjoining columns; on a stock without such columns, each card is folded to half its width.
        Raises BuildError if no card fits on the paper.
        """
        if stock is None:
            sheet, width, height = _usual_sheet(settings)
        else:
            width, height = stock.width, stock.height
            sheet = stock.sheet or _fullest_sheet(settings.paper, width, height, 2 if fold else 1)
        lefts = _starts(sheet.left, sheet.columns, width, sheet.gutters[0])
        if fold and (sheet.columns % 2 or sheet.gutters[0]):
            width /= 2
            lefts = tuple(half for left in lefts for half in (left, left + width))
        tops = _starts(sheet.top, sheet.rows, height, sheet.gutters[1])
        sizes = TypeSizes.of(settings.theme, width, height)
        return cls(sheet.paper, width, height, lefts, tops, sizes, cut=not (stock and stock.sheet), fold=fold)

    @property
    def padding(self) -> float:
        """The margin inside a card."""
        return 4 if min(self.width, self.height) < _SMALL_CARD else 5

    @property
    def room(self) -> float:
        """The height of a card inside its padding, in pixels."""
        return (self.height - 2 * self.padding) * PX_PER_MM

    @property
    def letters(self) -> int:
        """Upper bound of the number of letters on a card with a full answer."""
        em = self.type.whole * 25.4 / 72
        return int((self.width - 2 * self.padding) * (self.height - 2 * self.padding) / (_LETTER * em**2))

    @property
    def _across(self) -> int:
        """Number of columns of sides per card."""
        return 2 if self.fold else 1

    @property
    def columns(self) -> int:
        """The number of columns of cards."""
        return len(self.lefts) // self._across

    @property
    def places(self) -> int:
        """The number of cards on a sheet."""
        return self.columns * len(self.tops)

    @property
    def foot(self) -> float:
        """The margin below the last row."""
        return self.paper.height - self.tops[-1] - self.height

    @property
    def paper_name(self) -> str:
        """The name of its paper, or its size."""
        return paper_name(self.paper)

    @property
    def is_small(self) -> bool:
        """True if instructions and test do not fit on one page."""
        return self.paper.height < _SMALL_SHEET

    def front(self, place: int) -> tuple[float, float]:
        """Return left and top of a card's front; places are counted row by row."""
        row, column = divmod(place, self.columns)
        return self.lefts[column * self._across], self.tops[row]

    def back(self, place: int, flip: Flip) -> tuple[float, float]:
        """Return left and top of a card's back: beside its front, or behind it after a flip over the *flip* edge."""
        left, top = self.front(place)
        if self.fold:
            return self.lefts[self.lefts.index(left) + 1], top
        if flip == ("long" if self.paper.height > self.paper.width else "short"):
            return self.paper.width - left - self.width, top
        return left, self.paper.height - top - self.height

    @property
    def cuts(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The positions of vertical cuts, from the left, and of horizontal cuts, from the top."""
        fronts = self.lefts[:: self._across]
        width = self.width * self._across
        return _edges(fronts, width, self.paper.width), _edges(self.tops, self.height, self.paper.height)

    @staticmethod
    def mark(margin: float) -> tuple[float, float]:
        """Return the distance of a crop mark from the edge of the paper, and its length.

        It is outside the cards if the *margin* is wide enough, else on the cut, as near to the edge as printers reach.
        """
        return (margin - 5.5, 4) if margin > 6 else (3, 5)

    @property
    def folds(self) -> tuple[float, ...]:
        """The distance of each fold from the left of the sheet."""
        return self.lefts[1::2] if self.fold else ()


def _usual_sheet(settings: PrintSettings) -> tuple[StockSheet, float, float]:
    """Return the sheet without stock, and the width and height of its cards: whole millimeters."""
    upright = PAPER_SIZES[settings.paper]
    paper, columns, rows = (upright.rotated, 2, 2) if settings.theme == "large" else (upright, 2, 4)
    width, height = int((paper.width - 2 * _SIDE) / columns), int((paper.height - 2 * _TOP) / rows)
    return _centered(paper, columns, rows, width, height), width, height


def _fullest_sheet(name: str, width: float, height: float, sides: int) -> StockSheet:
    """Return the sheet, upright or rotated, that holds more cards of *sides* sides. Raises BuildError."""
    upright = PAPER_SIZES[name]
    sheets = [
        _centered(paper, sides * _fitting(paper.width, sides * width), _fitting(paper.height, height), width, height)
        for paper in (upright, upright.rotated)
    ]
    fullest = max(sheets, key=lambda sheet: sheet.places)
    if not fullest.places:
        text = f"no card of {sides * width:g} × {height:g} mm fits on {name}"
        raise BuildError(text, code="stock", hint="choose smaller cards" + " or leave out --fold" * (sides > 1))
    return fullest


def _fitting(room: float, size: float) -> int:
    return int(room / size + _ROUNDING)


def _centered(paper: Paper, columns: int, rows: int, width: float, height: float) -> StockSheet:
    return StockSheet(paper, columns, rows, (paper.width - columns * width) / 2, (paper.height - rows * height) / 2)


def _starts(first: float, count: int, size: float, gutter: float) -> tuple[float, ...]:
    return tuple(round(first + i * (size + gutter), 4) for i in range(count))


def _edges(starts: tuple[float, ...], size: float, room: float) -> tuple[float, ...]:
    """Return the cuts along both edges of each card, except near the edges of the paper, *room* apart."""
    edges = {round(edge, 3) for start in starts for edge in (start, start + size)}
    return tuple(edge for edge in sorted(edges) if _AT_EDGE < edge < room - _AT_EDGE)
