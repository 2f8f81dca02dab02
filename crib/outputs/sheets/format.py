"""Which format a cheat sheet has: whole pages or half a page, and how many columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from math import ceil
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from crib.print.fit.copyfitting import PageFitter, PageFormat
from crib.print.fit.measure import Block, BlockHeights, Ruler
from crib.print.paper import PAPER_SIZES
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model.selection import PrintSettings
    from crib.print.fit.copyfitting import FittedPages
    from crib.print.paper import Paper
    from crib.print.pdf.printer import Printer, PrintSetup

CARD_GAP = 0.85
"""Between answers, in em."""

_PIECE_GAP = 0.35


@dataclass(frozen=True)
class Theme:
    """What the theme of a book decides.

    smallest, largest  sizes of type to choose from, in points
    least              the smallest where the number of pages is given
    column             about how wide a column is, in millimeters
    foot               the height of a page's foot, in millimeters
    """

    smallest: float = 7.5
    largest: float = 12
    least: float = 7
    column: float = 95
    foot: float = 11


_THEMES = {"color": Theme(), "ink": Theme(), "large": Theme(14, 18, 14, 150, 14)}

_SHORT = 0.8
"""What fills less of a page than this in the largest type goes on half a page."""

_LINE = 75
"""The most characters of a line, so that the eye finds the next (Bringhurst, 2.1.2)."""

_MM_A_CHARACTER = 0.166
"""In type of one point, on an average."""

_LOOSE = 2.5
"""How far apart blocks may be drawn beyond their least distance, in em, before other columns are tried."""

_HEADINGS = [half / 2 for half in range(31, 11, -1)]
_HEAD = 9.0
"""How high a heading may be, in millimeters."""

_ONE_LINE = 7.4
_TIGHT = 1.15 * 25.4 / 72
"""The least distance of lines in millimeters, in type of one point."""

_HOPELESS = 3.0
"""The smallest type that is tried, in points, to tell a writer how small it would have to be."""


@dataclass(frozen=True)
class Heading:
    """Type of `size` points, its lines `leading` millimeters apart."""

    size: float
    leading: float


def heading(number: str, title: str, press: PrintSetup, room: float) -> Heading:
    """Return the largest type in which a heading fits into *room* millimeters, in as many lines as that allows."""
    html = press.html("sheets/heading.html.j2", number=number, title=title)
    left, _, right, _ = press.printer({}).lay_out(html).pages[0].anchors["heading"]
    width = (right - left) * 25.4 / 96 / 10
    size = next((size for size in _HEADINGS if _lines(width * size, room) * size * _TIGHT <= _HEAD), _HEADINGS[-1])
    return Heading(size, round(min(_ONE_LINE, _HEAD / _lines(width * size, room)), 2))


class SheetFit:
    """The blocks of one sheet, to be fitted as the paper and theme of a book ask for."""

    def __init__(self, blocks: Sequence[Block], press: PrintSetup, printer: Printer) -> None:
        """Take *blocks* that *printer* has the formulas of."""
        self._blocks, self._ruler = blocks, Ruler(press, printer)
        self._measured = BlockHeights(blocks, self._ruler, self._ruler)
        self._how = press.book.print
        self._type = _THEMES[self._how.theme]
        self._fitting = cache(self._fitted)

    def best(self) -> FittedPages:
        """Return them on half a page if they are short, else as `whole` does.

        Raises ContentError for blocks that are higher than a column, and formulas that are too wide for one.
        """
        size, largest = self._type.smallest, self._type.largest
        fitting = self._fitting(next(_wholes(self._how)), size)
        short = fitting.least_pages(size) == 1 and fitting.fullness(largest) < _SHORT
        half = self._tightest(_halves(self._how), 1) if short else None
        return half or self.whole()

    def whole(self, least: int = 1) -> FittedPages:
        """Return them on as few whole pages as the smallest type needs, or *least*. Raises ContentError as `best`."""
        size = self._type.smallest
        least = max(least, self._fitting(next(_wholes(self._how)), size).least_pages(size))
        return next(fit for pages in count(least) if (fit := self._tightest(_wholes(self._how), pages)))

    def on(self, pages: int, file: str) -> FittedPages:
        """Return them on *pages* whole pages. Raises ContentError, for *file*, if the type would be too small."""
        least = self._type.least
        fitting = self._fitting(next(_wholes(self._how)), least)
        if fit := fitting.fit_pages(pages, least, self._type.largest):
            return fit
        smaller = fitting.fit_pages(pages, _HOPELESS, least)
        size = f"{smaller.size} pt" if smaller else f"less than {_HOPELESS} pt"
        text = f"{pages} {'page' if pages == 1 else 'pages'} would take type of {size}"
        enough = max(pages + 1, fitting.least_pages(least))
        hint = f"{least} pt is the least: try --pages {enough}"
        raise ContentError([Problem(file, 1, "pages", text, hint)])

    def _tightest(self, formats: Iterable[PageFormat], pages: int) -> FittedPages | None:
        """Return the first fit without wide gaps and long lines, or else that with the least gaps."""
        smallest, largest = self._type.smallest, self._type.largest
        found: list[FittedPages] = []
        for page in formats:
            if (fit := self._fitting(page, smallest).fit_pages(pages, smallest, largest)) and _readable(fit):
                found.append(fit)
                if fit.looseness <= _LOOSE:
                    break
        return min(found, key=lambda fit: fit.looseness, default=None)

    def _fitted(self, page: PageFormat, size: float) -> PageFitter:
        """Return the fitting of all blocks into *page*, those that are higher than a column in pieces."""
        fitting = PageFitter(self._measured, page)
        fitting.check(size)
        if high := fitting.too_high(size):
            blocks = [piece for block in self._blocks for piece in (_pieces(block) if block in high else [block])]
            fitting = PageFitter(BlockHeights(blocks, self._ruler, self._ruler), page)
        if high := fitting.too_high(size):
            raise ContentError(list(map(_too_high, high)))
        return fitting


def _lines(width: float, room: float) -> int:
    """Return how many lines it takes, with a little lost at the end of each."""
    return ceil(width / room) if width <= room else ceil(width * 1.15 / room)


def whole_paper(how: PrintSettings) -> Paper:
    """Return the paper that sheets are printed on."""
    upright = PAPER_SIZES[how.paper]
    return upright.rotated if how.landscape else upright


def _wholes(how: PrintSettings) -> Iterator[PageFormat]:
    """Yield the formats of a whole page, that with the usual columns first."""
    paper, theme = whole_paper(how), _THEMES[how.theme]
    for columns in range(max(1, round(paper.width / theme.column)), 0, -1):
        yield PageFormat(paper, columns, foot=theme.foot)


def _halves(how: PrintSettings) -> Iterator[PageFormat]:
    """Yield the formats of half a page, those with long lines first."""
    page = next(_wholes(how))
    half = page.paper.half
    for columns in range(1, page.columns + (half.width == page.paper.width)):
        yield replace(page, paper=half, columns=columns, half=True)


def _readable(fit: FittedPages) -> bool:
    """Return whether lines are short enough."""
    return fit.format.column_width / (fit.size * _MM_A_CHARACTER) <= _LINE


def _too_high(block: Block) -> Problem:
    text = f"the gist of {block.item.code} is higher than a column"
    return Problem(block.item.file, block.item.line, "too-high", text, "shorten it, or part a long paragraph or table")


def _pieces(block: Block) -> list[Block]:
    """Part a card between the paragraphs of its gist, and the items of its lists."""
    if block.kind != "card":
        return [block]
    first, *others = _parted(block.item.gist)
    return [
        replace(block, item=replace(block.item, gist=first)),
        *(
            Block(f"{block.id}-{i}", "rest", replace(block.item, gist=html), _PIECE_GAP)
            for i, html in enumerate(others, 2)
        ),
    ]


def _parted(html: Markup) -> Iterator[Markup]:
    for element in ET.fromstring(f"<div>{html}</div>"):  # noqa: S314 - our own HTML
        for part in _items(element) if element.tag in ("ul", "ol") else [element]:
            yield Markup(ET.tostring(part, "unicode", method="xml"))  # noqa: S704


def _items(listing: ET.Element) -> Iterator[ET.Element]:
    """Yield a list of one item for each of a list; numbers go on."""
    for number, item in enumerate(listing, int(listing.get("start", "1"))):
        single = ET.Element(listing.tag, {**listing.attrib, "start": str(number)})
        single.append(item)
        yield single
