"""Card stock: sheets of cards from shops, and sizes of cards to cut from paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.print.paper import PAPER_SIZES, Paper

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST = (40, 30)
"""Minimum size of a custom card, in millimeters: room for its code and a few words."""

_OWN = re.compile(r"(\d{1,4}(?:\.\d+)?)[x×](\d{1,4}(?:\.\d+)?)", re.IGNORECASE)


@dataclass(frozen=True)
class StockSheet:
    """A sheet of cards from a shop, in millimeters.

    left, top  its margins
    gutters    the space between columns, and between rows
    """

    paper: Paper
    columns: int = 1
    rows: int = 1
    left: float = 0
    top: float = 0
    gutters: tuple[float, float] = (0, 0)

    @property
    def places(self) -> int:
        """The number of cards on it."""
        return self.columns * self.rows


@dataclass(frozen=True)
class Stock:
    """Cards, `width` by `height` millimeters.

    title   its name in shops
    source  source of the measures
    sheet   None for cards cut from any paper, as many as fit
    """

    name: str
    title: str
    width: float
    height: float
    source: str = ""
    sheet: StockSheet | None = None

    @property
    def size(self) -> str:
        """Its size in words."""
        return f"{self.width:g} × {self.height:g} mm"


_US = "gLabels, templates/avery-us-templates.xml"
_ISO = "gLabels, templates/avery-iso-templates.xml; qmethod, AveryZweckformC32010.Rnw"
_LETTER, _A4 = PAPER_SIZES["Letter"], PAPER_SIZES["A4"]
_BUSINESS, _INDEX, _POSTCARD = (88.9, 50.8), (127, 76.2), (152.4, 101.6)

STOCKS = (
    Stock("A7", "index cards, cut from paper", 105, 74, "ISO 216"),
    Stock("A8", "index cards, cut from paper", 74, 52, "ISO 216"),
    Stock("poker", "playing cards, cut from paper", 88.9, 63.5, "3½ × 2½ inches"),
    Stock(
        *("5371", "Avery 5371 business cards", *_BUSINESS, _US),
        StockSheet(_LETTER, columns=2, rows=5, left=19.05, top=12.7),
    ),
    Stock(
        *("C32010", "Avery Zweckform C32010 business cards", 85, 54, _ISO),
        StockSheet(_A4, columns=2, rows=5, left=15, top=13.5, gutters=(10, 0)),
    ),
    Stock(
        *("5388", "Avery 5388 index cards", *_INDEX, _US),
        StockSheet(_LETTER, rows=3, left=44.45, top=25.4),
    ),
    Stock(
        *("5389", "Avery 5389 postcards", *_POSTCARD, _US),
        StockSheet(_LETTER, rows=2, left=31.75, top=31.75, gutters=(0, 12.7)),
    ),
    Stock("index-3x5", "index cards, one a page", *_INDEX, "5 × 3 inches", StockSheet(Paper(*_INDEX))),
    Stock("index-4x6", "index cards, one a page", *_POSTCARD, "6 × 4 inches", StockSheet(Paper(*_POSTCARD))),
)
"""All stocks with a name. To add one, take its measures from the maker, and give the source."""


def find_stock(name: str) -> Stock:
    """Return the stock *name*, ignoring case; a size such as `95x66` is a custom stock. Raises ValueError."""
    if stock := next((stock for stock in STOCKS if stock.name.lower() == name.lower()), None):
        return stock
    if not (size := _OWN.fullmatch(name)):
        names = ", ".join(stock.name for stock in STOCKS)
        raise ValueError(f"there is no stock {name!r}: use one of {names}, or a size in mm such as 95x66")
    width, height = map(float, size.groups())
    if width < _LEAST[0] or height < _LEAST[1]:
        least = "x".join(map(str, _LEAST))
        text = f"{name} is too small: a size is in millimeters, {least} or more; index cards in inches have names"
        raise ValueError(text)
    return Stock(name, "own size, cut from paper", width, height)


def stock_lines() -> Iterator[str]:
    """Yield a line for each stock with a name."""
    for stock in STOCKS:
        places = stock.sheet.places if stock.sheet else 0
        on_sheet = f"{places} on a sheet" if places > 1 else ""
        yield f"{stock.name:<10} {stock.size:<17} {on_sheet:<14} {stock.title} ({stock.source})".rstrip()
