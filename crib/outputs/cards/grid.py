"""The grid of flashcards: where their sides are on a sheet, and which type they have."""

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
"""The edge over which a duplex printer turns a sheet."""

_SIDE, _TOP = 10, 12  # least margins of a sheet without stock, in millimeters, with room for crop marks
_LETTER = 0.45
"""Least area of a letter, in square em; the average is a half."""

_USUAL_AREA = 95 * 68
"""The area of a card on A4 without stock, in square millimeters."""

_SMALL_CARD = 60
"""Cards that are less wide or high than this have narrow margins."""

_SMALL_SHEET = 150
"""Sheets that are less high than this have no room for the instructions and the test on one page."""

_AT_EDGE = 2
"""A cut that is nearer to the edge of the paper than this needs no mark."""

_ROUNDING = 1e-6


@dataclass(frozen=True)
class TypeSizes:
    """Type sizes of a card, in points.

    largest   maximum, so that cards look alike
    whole     minimum for a card with the full answer or the hint; these are left out if they need smaller type
    smallest  minimum for question and gist; it is an error if they need smaller type
    small     codes, chapter titles, and hints
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

    width, height  of a side of a card
    lefts, tops    of the columns and rows of sides
    type           sizes of the type on a side
    cut            whether the cards are cut from paper, as one stack
    fold           whether a card's sides are beside each other, in two columns, to fold between; else its back is on
                   the back of the sheet
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
        """Return the grid of *stock*: its own, or as many cards as the paper holds.

        Without stock, it has eight cards on a portrait sheet, or four large ones on a landscape sheet. A card to
        *fold* takes two columns that touch; where a stock has none, each of its cards is folded to half its width.
        Raises BuildError if the paper holds no card.
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
        """An upper bound for the letters that fit on a card with a full answer."""
        em = self.type.whole * 25.4 / 72
        return int((self.width - 2 * self.padding) * (self.height - 2 * self.padding) / (_LETTER * em**2))

    @property
    def _across(self) -> int:
        """How many columns of sides a card takes."""
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
        """Whether instructions and test do not fit on one page."""
        return self.paper.height < _SMALL_SHEET

    def front(self, place: int) -> tuple[float, float]:
        """Return left and top of a card's front; places are counted row by row."""
        row, column = divmod(place, self.columns)
        return self.lefts[column * self._across], self.tops[row]

    def back(self, place: int, flip: Flip) -> tuple[float, float]:
        """Return left and top of a card's back: beside its front, or behind it once the *flip* edge is turned over."""
        left, top = self.front(place)
        if self.fold:
            return self.lefts[self.lefts.index(left) + 1], top
        if flip == ("long" if self.paper.height > self.paper.width else "short"):
            return self.paper.width - left - self.width, top
        return left, self.paper.height - top - self.height

    @property
    def cuts(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Where to cut: the distances of vertical cuts from the left, and of horizontal cuts from the top."""
        fronts = self.lefts[:: self._across]
        width = self.width * self._across
        return _edges(fronts, width, self.paper.width), _edges(self.tops, self.height, self.paper.height)

    @staticmethod
    def mark(margin: float) -> tuple[float, float]:
        """Return where a crop mark begins, from the edge of the paper, and its length: outside the cards if it fits.

        Without a wide *margin* it is on the cut, as near to the edge as printers reach.
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
    """Return the sheet, upright or rotated, with most cards of *sides* sides beside each other. Raises BuildError."""
    upright = PAPER_SIZES[name]
    sheets = [
        _centered(paper, sides * _fitting(paper.width, sides * width), _fitting(paper.height, height), width, height)
        for paper in (upright, upright.rotated)
    ]
    fullest = max(sheets, key=lambda sheet: sheet.places)
    if not fullest.places:
        text = f"{name} holds no card of {sides * width:g} × {height:g} mm"
        raise BuildError(text, code="stock", hint="name smaller cards" + " or leave out --fold" * (sides > 1))
    return fullest


def _fitting(room: float, size: float) -> int:
    return int(room / size + _ROUNDING)


def _centered(paper: Paper, columns: int, rows: int, width: float, height: float) -> StockSheet:
    return StockSheet(paper, columns, rows, (paper.width - columns * width) / 2, (paper.height - rows * height) / 2)


def _starts(first: float, count: int, size: float, gutter: float) -> tuple[float, ...]:
    return tuple(round(first + i * (size + gutter), 4) for i in range(count))


def _edges(starts: tuple[float, ...], size: float, room: float) -> tuple[float, ...]:
    """Return where to cut along both edges of each card; not at the edge of the paper, which is *room* wide."""
    edges = {round(edge, 3) for start in starts for edge in (start, start + size)}
    return tuple(edge for edge in sorted(edges) if _AT_EDGE < edge < room - _AT_EDGE)
