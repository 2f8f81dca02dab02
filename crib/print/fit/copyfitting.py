"""Blocks in columns on whole pages, in the largest type that fits.

How high a block is depends on how many em wide its column is, in any type: a few widths are laid
out once, and what lies between is read off. So all sizes and packings are tried in plain Python;
only the best is laid out to see that it is true. Letting CSS balance columns would lay a page out
anew for every height it tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import TYPE_CHECKING

from crib.print.fit.column_packing import Packing
from crib.print.fit.measure import MM_PER_POINT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.print.fit.column_packing import Column
    from crib.print.fit.measure import Block, BlockHeights
    from crib.print.paper import Paper

SIZE_STEP = 0.1
"""Sizes of type are multiples of it, in points."""

_SHARES = (0.8, 0.85, 0.9, 0.95, 1, 1.06, 1.12, 1.18, 1.25)
"""How wide a column may be, as parts of an even share."""

_TRIALS = 8
_WORTH = 0.25
"""How many points larger type must be likely to get for another layout; nobody sees less."""

_SPARE = 0.2
"""What of a column's height may be left before its blocks are no longer spread over all of it."""


@dataclass(frozen=True)
class PageFormat:
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
        if self.columns == 1:
            return [self.column_width]
        widest = self.columns - _SHARES[0] * (self.columns - 1)
        return [share * self.column_width for share in _SHARES if share <= widest]

    @property
    def column_height(self) -> float:
        """How high a column can be."""
        return self.paper.height - self.edge - self.head - self.foot


@dataclass(frozen=True)
class PlacedBlock:
    """A block in its column, `above` em below the one before it."""

    block: Block
    above: float


@dataclass(frozen=True)
class PlacedColumn:
    """A column, `left` millimeters from the first one's edge and `width` millimeters wide."""

    left: float
    width: float
    blocks: tuple[PlacedBlock, ...]


@dataclass(frozen=True)
class FittedPages:
    """Blocks on pages of columns, in type of `size` points."""

    format: PageFormat
    size: float
    pages: tuple[tuple[PlacedColumn, ...], ...]

    @property
    def looseness(self) -> float:
        """How far blocks are drawn apart beyond their least distance, in em, where they are most."""
        placed = (placed for page in self.pages for column in page for placed in column.blocks)
        return max(placed.above - placed.block.gap for placed in placed)


class PageFitter:
    """Blocks to fit into one format."""

    def __init__(self, measured: BlockHeights, page: PageFormat) -> None:
        """Take *measured* blocks, which other formats may share."""
        self._measured, self.format = measured, page
        self._capacity = page.column_height
        self._truth = [1.0] * len(measured.blocks)

    def check(self, size: float) -> None:
        """Raise ContentError for formulas that are too wide even for the widest column in type of *size* points."""
        width = self.format.widths[-1]
        if inf in self._heights(size, width):
            self._measured.check(size, width)

    def too_high(self, size: float) -> list[Block]:
        """Return the blocks that are higher than the widest column in type of *size* points."""
        heights = self._heights(size, self.format.widths[-1])
        return [block for block, height in zip(self._measured.blocks, heights, strict=True) if height > self._capacity]

    def least_pages(self, size: float) -> int:
        """Return how many pages it takes in type of *size* points. No block may be too high."""
        return self._packing(size).least_pages(self._capacity)

    def fullness(self, size: float) -> float:
        """Return how many pages blocks of type of *size* points would fill if they could be cut anywhere."""
        packing = self._packing(size)
        together = sum(self._heights(size, self.format.column_width)) + sum(packing.gaps[1:])
        return together / self._capacity / self.format.columns

    def fit_pages(self, pages: int, smallest: float, largest: float) -> FittedPages | None:
        """Return the blocks on *pages* pages, in the largest type of *smallest* to *largest* points that fits.

        None if none does.
        """
        best: FittedPages | None = None
        for _ in range(_TRIALS):
            size = self._largest(pages, smallest, largest)
            if size is None or (best and size - best.size < _WORTH):
                break
            fit = self._placed(size, self._packing(size).level(pages, self._capacity) or [])
            best, largest = (fit, largest) if fit else (best, size)
        return best

    def _largest(self, pages: int, smallest: float, largest: float) -> float | None:
        low, high = -1, round((largest - smallest) / SIZE_STEP)
        while low < high:
            middle = ceil((low + high) / 2)
            packed = self._packing(smallest + middle * SIZE_STEP).pack(pages, self._capacity)
            low, high = (middle, high) if packed else (low, middle - 1)
        return round(smallest + low * SIZE_STEP, 1) if low >= 0 else None

    def _placed(self, size: float, packed: list[list[Column]]) -> FittedPages | None:
        """Return *packed* as it is when laid out, or None if it is too high; the next packing knows better."""
        columns = [column for page in packed for column in page]
        parts = [(each.width, self._measured.blocks[each.blocks.start : each.blocks.stop]) for each in columns]
        heights = self._measured.lay_out(size, parts)
        gaps = self._gaps(size)
        filled = {column: column.height(heights, gaps) for column in columns}
        highest = max(filled.values())
        em = size * MM_PER_POINT
        roomy = all(self._measured.has_room(i, column.width / em) for column in columns for i in column.blocks)
        fits = highest <= self._capacity and roomy
        self._learn(size, columns, heights, fits=fits)
        if not fits:
            return None
        level = self._capacity if highest > self._capacity * (1 - _SPARE) else highest
        spread = {column: (level - height) / max(1, len(column.blocks) - 1) / em for column, height in filled.items()}
        return FittedPages(self.format, size, tuple(tuple(self._beside(page, spread)) for page in packed))

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
            blocks = [self._measured.blocks[i] for i in column.blocks]
            above = [0, *(round(block.gap + spread[column], 3) for block in blocks[1:])]
            yield PlacedColumn(round(left, 2), round(column.width, 2), tuple(map(PlacedBlock, blocks, above)))
            left += column.width + self.format.gutter

    def _packing(self, size: float) -> Packing:
        widths = self.format.widths
        heights = [self._heights(size, width) for width in widths]
        columns = self.format.columns
        return Packing(widths, heights, self._gaps(size), columns, columns * self.format.column_width)

    def _gaps(self, size: float) -> list[float]:
        return [block.gap * size * MM_PER_POINT for block in self._measured.blocks]

    def _heights(self, size: float, width: float) -> list[float]:
        """Return how high blocks are likely to be in a column of *width* mm; infinitely if it is too narrow."""
        likely, em = self._likely(size, width), size * MM_PER_POINT
        return [height if self._measured.has_room(i, width / em) else inf for i, height in enumerate(likely)]

    def _likely(self, size: float, width: float) -> list[float]:
        em = size * MM_PER_POINT
        heights = self._measured.heights(width / em)
        return [height * truth * em for height, truth in zip(heights, self._truth, strict=True)]
