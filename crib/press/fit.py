"""Blocks in columns on whole pages, in the largest type that fits.

How high a block is depends on how many em wide its column is, in any type: a few widths are laid
out once, and what lies between is read off. So all sizes and packings are tried in plain Python;
only the best is laid out to see that it is true. Letting CSS balance columns would lay a page out
anew for every height it tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, log
from typing import TYPE_CHECKING, Any

from crib.press.columns import Blocks
from crib.press.printer import LEAST_FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.press.columns import Column
    from crib.press.paper import Paper
    from crib.press.printer import Press, Printer

STEP = 0.1
"""Sizes of type are multiples of it, in points."""

_PX_A_MM = 96 / 25.4
_MM_A_POINT = 25.4 / 72
_SHARES = (0.8, 0.85, 0.9, 0.95, 1, 1.06, 1.12, 1.18, 1.25)
"""How wide a column may be, as parts of an even share."""

_SAMPLES = 1.6
"""How much wider each column is that blocks are laid out in than the one before."""

_SAMPLE_SIZE = 10.0
_TRIALS = 8
_CUT = 0.7
"""How much of a formula that runs out of a table its column is taken to hold."""

_SPARE = 0.2
"""What of a column's height may be left before its blocks are no longer spread over all of it."""


@dataclass(frozen=True)
class Format:
    """A page in millimeters: its margins, its head and foot, and columns; `half` of a sheet, or all of it."""

    paper: Paper
    columns: int
    half: bool = False
    edge: float = 8
    side: float = 9
    head: float = 12
    foot: float = 11
    gutter: float = 6

    @property
    def column_width(self) -> float:
        """How wide a column is if all are alike."""
        return (self.paper.width - 2 * self.side - (self.columns - 1) * self.gutter) / self.columns

    @property
    def widths(self) -> list[float]:
        """How wide a column may be, narrow ones first, if the others are no narrower than `_SHARES` allow."""
        widest = self.columns - _SHARES[0] * (self.columns - 1)
        return [share * self.column_width for share in _SHARES if share <= widest]

    @property
    def column_height(self) -> float:
        """How high a column can be."""
        return self.paper.height - self.edge - self.head - self.foot


@dataclass(frozen=True)
class Block:
    """What stands in a column as a whole.

    id    its `id` in the HTML
    kind  the macro of `sheet/blocks.html.j2` that shows it
    item  what that macro shows
    gap   the least distance from the block above, in em
    """

    id: str
    kind: str
    item: Any
    gap: float


@dataclass(frozen=True)
class Placed:
    """A block in its column, `above` em below the one before it."""

    block: Block
    above: float


@dataclass(frozen=True)
class PlacedColumn:
    """A column, `left` millimeters from the first one's edge and `width` millimeters wide."""

    left: float
    width: float
    blocks: tuple[Placed, ...]


@dataclass(frozen=True)
class Fit:
    """Blocks on pages of columns, in type of `size` points."""

    format: Format
    size: float
    pages: tuple[tuple[PlacedColumn, ...], ...]

    @property
    def looseness(self) -> float:
        """How far blocks are drawn apart beyond their least distance, in em, where they are most."""
        placed = (placed for page in self.pages for column in page for placed in column.blocks)
        return max(placed.above - placed.block.gap for placed in placed)


class Fitting:
    """Blocks to fit into one format."""

    def __init__(self, blocks: Sequence[Block], page: Format, press: Press, printer: Printer) -> None:
        """Take *blocks* that *printer* has the formulas of."""
        self.blocks, self.format = blocks, page
        self._press, self._printer = press, printer
        self._capacity = page.column_height
        self._samples: dict[int, list[float]] = {}
        self._truth = [1.0] * len(blocks)
        self._least = [0.0] * len(blocks)  # how many em wide a column must be for the formulas

    def check(self, size: float) -> None:
        """Raise ContentError for formulas that are too wide even for the widest column in type of *size* points."""
        width = self.format.widths[-1]
        if inf in self._heights(size, width):
            html, document = self._render(size, [(width, self.blocks)])
            self._printer.check(document, html)

    def too_high(self, size: float) -> list[Block]:
        """Return the blocks that are higher than the widest column in type of *size* points."""
        heights = self._heights(size, self.format.widths[-1])
        return [block for block, height in zip(self.blocks, heights, strict=True) if height > self._capacity]

    def least_pages(self, size: float) -> int:
        """Return how many pages it takes in type of *size* points. No block may be too high."""
        return self._packing(size).least_pages(self._capacity)

    def fullness(self, size: float) -> float:
        """Return how many pages blocks of type of *size* points would fill if they could be cut anywhere."""
        packing = self._packing(size)
        together = sum(self._heights(size, self.format.column_width)) + sum(packing.gaps[1:])
        return together / self._capacity / self.format.columns

    def fit(self, pages: int, smallest: float, largest: float) -> Fit | None:
        """Return the blocks on *pages* pages, in the largest type of *smallest* to *largest* points that fits.

        None if none does.
        """
        best: Fit | None = None
        for _ in range(_TRIALS):
            size = self._largest(pages, smallest, largest)
            if size is None or (best and size <= best.size):
                break
            fit = self._placed(size, self._packing(size).level(pages, self._capacity) or [])
            best, largest = (fit, largest) if fit else (best, size)
        return best

    def _largest(self, pages: int, smallest: float, largest: float) -> float | None:
        low, high = -1, round((largest - smallest) / STEP)
        while low < high:
            middle = ceil((low + high) / 2)
            packed = self._packing(smallest + middle * STEP).pack(pages, self._capacity)
            low, high = (middle, high) if packed else (low, middle - 1)
        return round(smallest + low * STEP, 1) if low >= 0 else None

    def _placed(self, size: float, packed: list[list[Column]]) -> Fit | None:
        """Return *packed* as it is when laid out, or None if it is too high; the next packing knows better."""
        columns = [column for page in packed for column in page]
        parts = [(each.width, self.blocks[each.blocks.start : each.blocks.stop]) for each in columns]
        heights = self._lay_out(size, parts)
        gaps = self._gaps(size)
        filled = {column: column.height(heights, gaps) for column in columns}
        highest = max(filled.values())
        narrow = any(self._least[i] * size * _MM_A_POINT > column.width for column in columns for i in column.blocks)
        fits = highest <= self._capacity and not narrow
        self._learn(size, columns, heights, fits=fits)
        if not fits:
            return None
        level = self._capacity if highest > self._capacity * (1 - _SPARE) else highest
        spread = {
            column: (level - height) / max(1, len(column.blocks) - 1) / (size * _MM_A_POINT)
            for column, height in filled.items()
        }
        return Fit(self.format, size, tuple(tuple(self._beside(page, spread)) for page in packed))

    def _learn(self, size: float, columns: Sequence[Column], heights: Sequence[float], *, fits: bool) -> None:
        """Correct what heights are likely; after a failure only upwards, so that the next trial is safer."""
        for column in columns:
            likely = self._likely(size, column.width)
            for i in column.blocks:
                truth = self._truth[i] * heights[i] / likely[i]
                self._truth[i] = truth if fits else max(truth, self._truth[i])

    def _beside(self, page: Sequence[Column], spread: Mapping[Column, float]) -> Iterator[PlacedColumn]:
        left = 0.0
        for column in page:
            blocks = [self.blocks[i] for i in column.blocks]
            above = [0, *(round(block.gap + spread[column], 3) for block in blocks[1:])]
            yield PlacedColumn(round(left, 2), round(column.width, 2), tuple(map(Placed, blocks, above)))
            left += column.width + self.format.gutter

    def _packing(self, size: float) -> Blocks:
        widths = self.format.widths
        heights = [self._heights(size, width) for width in widths]
        columns = self.format.columns
        return Blocks(widths, heights, self._gaps(size), columns, columns * self.format.column_width)

    def _gaps(self, size: float) -> list[float]:
        return [block.gap * size * _MM_A_POINT for block in self.blocks]

    def _heights(self, size: float, width: float) -> list[float]:
        """Return how high blocks are likely to be in a column of *width* mm; infinitely if it is too narrow."""
        likely, em = self._likely(size, width), size * _MM_A_POINT
        return [height if width >= least * em else inf for height, least in zip(likely, self._least, strict=True)]

    def _likely(self, size: float, width: float) -> list[float]:
        em = size * _MM_A_POINT
        place = log(width / em) / log(_SAMPLES)
        narrow, wide = self._sample(floor(place)), self._sample(floor(place) + 1)
        share = place - floor(place)
        return [n * (w / n) ** share * t * em for n, w, t in zip(narrow, wide, self._truth, strict=True)]

    def _sample(self, step: int) -> list[float]:
        """Return how many em high blocks are in a column that is `_SAMPLES` to the power of *step* em wide."""
        if step not in self._samples:
            em = _SAMPLE_SIZE * _MM_A_POINT
            heights = self._lay_out(_SAMPLE_SIZE, [(_SAMPLES**step * em, self.blocks)])
            self._samples[step] = [height / em for height in heights]
        return self._samples[step]

    def _lay_out(self, size: float, columns: Sequence[tuple[float, Sequence[Block]]]) -> list[float]:
        """Return how high the blocks of all *columns* are; their widths and the result in millimeters."""
        _, document = self._render(size, columns)
        widths = {block.id: width for width, blocks in columns for block in blocks}
        for formula in self._printer.shrunk(document):
            [name] = formula.inside & widths.keys()
            i = next(i for i, block in enumerate(self.blocks) if block.id == name)
            enough = widths[name] / (size * _MM_A_POINT) * LEAST_FORMULA / (_CUT if formula.cut else formula.ratio)
            self._least[i] = max(self._least[i], enough)
        anchors = document.pages[0].anchors
        corners = [anchors[block.id] for _, blocks in columns for block in blocks]
        return [(bottom - top) / _PX_A_MM for _, top, _, bottom in corners]

    def _render(self, size: float, columns: Sequence[tuple[float, Sequence[Block]]]) -> tuple[str, Any]:
        html = self._press.html("sheet/measure.html.j2", columns=columns, size=size)
        return html, self._printer.lay_out(html)
