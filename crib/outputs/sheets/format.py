"""Format of a cheat sheet: half a page or whole pages, number of columns, and the largest fitting type size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from math import ceil
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from crib import plurals
from crib.outputs.sheets.figures import figured_blocks
from crib.print.fit.copyfitting import PageFitter, PageFormat
from crib.print.fit.measure import Block, BlockHeights, Ruler
from crib.print.paper import PAPER_SIZES, poster_scale
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.print.fit.copyfitting import FittedPages
    from crib.print.paper import Paper
    from crib.print.pdf.print_setup import PrintSetup
    from crib.print.pdf.printer import Printer
    from crib.selection import PrintSettings

CARD_GAP = 0.85
"""Gap between answers outside boxes, in em."""

_PIECE_GAP = 0.35


@dataclass(frozen=True)
class SheetTheme:
    """Settings of sheets in one of the themes of print.

    smallest, largest  range of type sizes, in points
    least              smallest type size if the number of pages is given
    column             approximate width of a column, in millimeters
    foot               the height of a page's foot, in millimeters
    label              smallest type of a figure's labels, in points
    gap                between answers, in em
    gutter             between columns, in millimeters

    On posters, `largest` and the dimensions are larger.
    """

    smallest: float = 7.5
    largest: float = 12
    least: float = 7
    column: float = 95
    foot: float = 11
    label: float = 6.5
    gap: float = CARD_GAP
    gutter: float = 6


_THEMES = {
    "color": SheetTheme(),
    "ink": SheetTheme(),
    "large": SheetTheme(14, 18, 14, 150, 14, 14),
    "card": SheetTheme(gap=0.5, gutter=3),
}

_HALF_PAGE = 0.8
"""Minimum fill of a page in the largest type; a sheet with less is printed on half a page."""

_LONGEST_LINE = 75
"""Maximum characters per line, for the eye to find the next line (Bringhurst, 2.1.2)."""

_MM_A_CHARACTER = 0.166
"""Average width of a character in type of one point."""

_MOST_LOOSENESS = 2.5
"""Maximum extra space between blocks, in em, before another number of columns is tried."""

_HEADING_SIZES = [half / 2 for half in range(31, 11, -1)]
_HEADING_HEIGHT = 9.0
"""Maximum height of a heading, in millimeters."""

_LARGEST_LEADING = 7.4
_LEADING = 1.15 * 25.4 / 72
"""Minimum leading in millimeters, in type of one point."""

_SMALLEST_TRIED = 3.0
"""Smallest type size tried, in points, to report the size for a number of pages."""


@dataclass(frozen=True)
class Heading:
    """Type of `size` points, its lines `leading` millimeters apart."""

    size: float
    leading: float


def fit_heading(number: str, title: str, press: PrintSetup, room: float) -> Heading:
    """Return the largest type for a heading in a width of *room* millimeters, on one or more lines."""
    scale = poster_scale(press.book.print.paper)
    heading = _fit_usual_heading(number, title, press, room / scale)
    return Heading(round(heading.size * scale, 2), round(heading.leading * scale, 2))


def _fit_usual_heading(number: str, title: str, press: PrintSetup, room: float) -> Heading:
    html = press.html("sheets/heading.html.j2", number=number, title=title)
    left, _, right, _ = press.printer({}).lay_out(html).pages[0].anchors["heading"]
    width = (right - left) * 25.4 / 96 / 10
    fitting = (size for size in _HEADING_SIZES if _lines(width * size, room) * size * _LEADING <= _HEADING_HEIGHT)
    size = next(fitting, _HEADING_SIZES[-1])
    return Heading(size, round(min(_LARGEST_LEADING, _HEADING_HEIGHT / _lines(width * size, room)), 2))


class FormatChoice:
    """Fits the blocks of one sheet to the paper and theme of a book."""

    def __init__(self, blocks: Sequence[Block], press: PrintSetup, printer: Printer) -> None:
        """Fit *blocks*; *printer* has their formulas."""
        self._blocks, self._printer, self._ruler = blocks, printer, Ruler(press, printer)
        self._measured = BlockHeights(blocks, self._ruler, self._ruler)
        self._settings = press.book.print
        self._scale = poster_scale(self._settings.paper)
        theme = _THEMES[self._settings.theme]
        self._type = replace(theme, largest=round(theme.largest * self._scale, 1))
        self._fitting_for = cache(self._fit)

    def best(self) -> FittedPages:
        """Fit them on half a page if they are short and not a poster, else like `whole_pages`.

        Raises ContentError for blocks higher than a column, and formulas wider than one.
        """
        if self._scale > 1:
            return self.whole_pages()
        size, largest = self._type.smallest, self._type.largest
        fitting = self._fitting_for(next(_whole_pages(self._settings)), size)
        short = fitting.least_pages(size) == 1 and fitting.fullness(largest) < _HALF_PAGE
        half = self._tightest(_half_pages(self._settings), 1) if short else None
        return half or self.whole_pages()

    def whole_pages(self, least: int = 1) -> FittedPages:
        """Fit them on *least* whole pages, or the minimum for the smallest type. Raises ContentError like `best`."""
        size = self._type.smallest
        least = max(least, self._fitting_for(next(_whole_pages(self._settings)), size).least_pages(size))
        return next(fit for pages in count(least) if (fit := self._tightest(_whole_pages(self._settings), pages)))

    def exactly(self, pages: int, file: str) -> FittedPages:
        """Fit them on *pages* whole pages, but no more than there are answers.

        Raises ContentError, for *file*, if the type would be too small.
        """
        pages = min(pages, sum(block.kind != "topics" for block in self._blocks))
        least = self._type.least
        fitting = self._fitting_for(next(_whole_pages(self._settings)), least)
        if fit := fitting.fit_pages(pages, least, self._type.largest):
            return fit
        smaller = fitting.fit_pages(pages, _SMALLEST_TRIED, least)
        size = f"{smaller.size} pt" if smaller else f"less than {_SMALLEST_TRIED} pt"
        text = f"{plurals.count(pages, 'page')} would take type of {size}"
        enough = max(pages + 1, fitting.least_pages(least))
        hint = f"{least} pt is the least: try --fill {enough}"
        raise ContentError([Problem(file, 1, "pages", text, hint)])

    def with_figures(self, fit: FittedPages) -> FittedPages:
        """Return *fit* with figures in the room of its columns; its pages and the size of its type stay.

        All figures, or as many as fit when they are added one after the other.
        """
        blocks = [placed.block for page in fit.pages for column in page for placed in column.blocks]
        figured = figured_blocks(blocks, self._printer, self._type.label)
        shown: set[str] = set()
        for some in (figured, *([name] for name in figured)):
            trial = [figured[block.id] if block.id in {*shown, *some} else block for block in blocks]
            if some and len(shown) < len(figured) and (more := self._like(fit, trial)):
                fit, shown = more, {*shown, *some}
        return fit

    def _like(self, fit: FittedPages, blocks: Sequence[Block]) -> FittedPages | None:
        """Return *blocks* on as many pages as *fit*, in type of its size; None if they need more."""
        measured = BlockHeights(blocks, self._ruler, self._ruler)
        formats = _half_pages(self._settings) if fit.format.half else _whole_pages(self._settings)
        fitters = (PageFitter(measured, page) for page in dict.fromkeys((fit.format, *formats)))
        return _tightest(fitter.fit_pages(len(fit.pages), fit.size, fit.size) for fitter in fitters)

    def _tightest(self, formats: Iterable[PageFormat], pages: int) -> FittedPages | None:
        smallest, largest = self._type.smallest, self._type.largest
        return _tightest(self._fitting_for(page, smallest).fit_pages(pages, smallest, largest) for page in formats)

    def _fit(self, page: PageFormat, size: float) -> PageFitter:
        """Return a fitter of all blocks into *page*, after splitting blocks higher than a column."""
        fitting = PageFitter(self._measured, page)
        fitting.check(size)
        if high := fitting.too_high(size):
            blocks = [piece for block in self._blocks for piece in (_split(block) if block in high else [block])]
            fitting = PageFitter(BlockHeights(blocks, self._ruler, self._ruler), page)
        if high := fitting.too_high(size):
            raise ContentError(list(map(_too_high, high)))
        return fitting


def _lines(width: float, room: float) -> int:
    """Return the number of lines for text of this *width*; broken lines lose some room at their ends."""
    return ceil(width / room) if width <= room else ceil(width * 1.15 / room)


def card_gap(settings: PrintSettings) -> float:
    """Return the minimum distance between answers, in em."""
    return _THEMES[settings.theme].gap


def whole_paper(settings: PrintSettings) -> Paper:
    """Return the paper of whole pages."""
    upright = PAPER_SIZES[settings.paper]
    return upright.rotated if settings.landscape else upright


def _whole_pages(settings: PrintSettings) -> Iterator[PageFormat]:
    """Yield the formats of a whole page, the one with the usual number of columns first.

    Posters may have more, if their type is small.
    """
    paper, theme, scale = whole_paper(settings), _THEMES[settings.theme], poster_scale(settings.paper)
    usual, most = (max(1, round(paper.width / width)) for width in (theme.column * scale, theme.column))
    page = PageFormat(paper, usual, foot=theme.foot, gutter=theme.gutter).scaled(scale)
    for columns in (*range(usual, most + 1), *range(usual - 1, 0, -1)):
        yield replace(page, columns=columns)


def _half_pages(settings: PrintSettings) -> Iterator[PageFormat]:
    """Yield the formats of half a page, the one with the longest lines first."""
    page = next(_whole_pages(settings))
    half = page.paper.half
    for columns in range(1, page.columns + (half.width == page.paper.width)):
        yield replace(page, paper=half, columns=columns, half=True)


def _tightest(fits: Iterable[FittedPages | None]) -> FittedPages | None:
    """Return the first of *fits* without wide gaps or long lines, or else the one with the smallest gaps."""
    readable: list[FittedPages] = []
    for fit in fits:
        if fit and _readable(fit):
            readable.append(fit)
            if fit.looseness <= _MOST_LOOSENESS:
                break
    return min(readable, key=lambda fit: fit.looseness, default=None)


def _readable(fit: FittedPages) -> bool:
    """Return True if the lines are short enough."""
    return fit.format.column_width / (fit.size * _MM_A_CHARACTER) <= _LONGEST_LINE


def _too_high(block: Block) -> Problem:
    if isinstance(block.item, tuple):
        return Problem("", 0, "too-high", "a formula of a strip is higher than a column", "make it smaller")
    text = f"{block.item.name_of_gist} is higher than a column"
    hint = block.item.hint_if_too_long("shorten it, or split a long paragraph or table")
    return Problem(block.item.file, 0, "too-high", text, hint, answer=block.item.key)


def _split(block: Block) -> list[Block]:
    """Split a card between the paragraphs of its gist, and between list items; a formula strip between formulas."""
    if block.kind == "formulas":
        first, *others = block.item
        more = [Block(f"{block.id}-{i}", "more-formulas", (each,), _PIECE_GAP) for i, each in enumerate(others, 2)]
        return [replace(block, item=(first,)), *more]
    if block.kind != "card":
        return [block]
    *others, last = _split_html(block.item.gist or block.item.right)
    bare = replace(block.item, figures=Markup())
    pieces = [*(replace(bare, gist=html, more="") for html in others), replace(bare, gist=last)]
    return [
        replace(block, item=pieces[0]),
        *(
            Block(f"{block.id}-{i}", "rest", piece, _PIECE_GAP, topic=block.topic)
            for i, piece in enumerate(pieces[1:], 2)
        ),
    ]


def _split_html(html: Markup) -> Iterator[Markup]:
    for element in ET.fromstring(f"<div>{html}</div>"):  # noqa: S314 - our own HTML
        for part in _single_items(element) if element.tag in ("ul", "ol") else [element]:
            yield Markup(ET.tostring(part, "unicode", method="xml"))  # noqa: S704


def _single_items(listing: ET.Element) -> Iterator[ET.Element]:
    """Yield a list of one item for each item of *listing*, with its number."""
    for number, item in enumerate(listing, int(listing.get("start", "1"))):
        single = ET.Element(listing.tag, {**listing.attrib, "start": str(number)})
        single.append(item)
        yield single
