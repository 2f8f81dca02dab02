"""Copyfitting: blocks in columns on whole pages, in the largest type size that fits.

The height of a block in em depends only on the width of its column in em, whatever the type size. So
blocks are laid out in a few widths once, other widths are interpolated, and all sizes and packings are
tried in plain Python. Only the best one is laid out to verify it. CSS would balance columns by laying
them out again for every height it tries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
"""Type sizes are multiples of this, in points."""

_RELATIVE_WIDTHS = (0.8, 0.85, 0.9, 0.95, 1, 1.06, 1.12, 1.18, 1.25)
"""Column widths to choose from, relative to columns of equal width."""

_TRIALS = 8
_MIN_GAIN = 0.25
"""Minimum gain in type size, in points, for another layout; less is invisible."""

_MAX_SPARE = 0.2
"""Up to this part of unused height, blocks are spread over the full height of the page."""


@dataclass(frozen=True)
class PageFormat:
    """A page: margins, header and footer in millimeters, columns, and `half` for half a sheet."""

    paper: Paper
    columns: int
    half: bool = False
    edge: float = 8
    side: float = 9
    head: float = 12
    foot: float = 11
    gutter: float = 6

    def scaled(self, scale: float) -> PageFormat:
        """Return a copy with larger margins, header, footer and gutters."""
        lengths = {name: getattr(self, name) * scale for name in ("edge", "side", "head", "foot", "gutter")}
        return replace(self, **lengths)

    @property
    def column_width(self) -> float:
        """The width of columns of equal width."""
        return (self.paper.width - 2 * self.side - (self.columns - 1) * self.gutter) / self.columns

    @property
    def widths(self) -> list[float]:
        """The possible widths of a column, ascending; the widest leaves the minimum width for all others."""
        if self.columns == 1:
            return [self.column_width]
        widest = self.columns - _RELATIVE_WIDTHS[0] * (self.columns - 1)
        return [relative * self.column_width for relative in _RELATIVE_WIDTHS if relative <= widest]

    @property
    def column_height(self) -> float:
        """The maximum height of a column."""
        return self.paper.height - self.edge - self.head - self.foot


@dataclass(frozen=True)
class PlacedBlock:
    """A block in its column, `above` em below the block before it."""

    block: Block
    above: float


@dataclass(frozen=True)
class PlacedColumn:
    """A column with its width and its distance from the left edge of the first column, in millimeters."""

    left: float
    width: float
    blocks: tuple[PlacedBlock, ...]


@dataclass(frozen=True)
class FittedPages:
    """Blocks on pages of columns, in a type size of `size` points."""

    format: PageFormat
    size: float
    pages: tuple[tuple[PlacedColumn, ...], ...]

    @property
    def looseness(self) -> float:
        """The maximum of extra space above a block, in em, beyond its minimum gap."""
        blocks = (block for page in self.pages for column in page for block in column.blocks)
        return max(placed.above - placed.block.gap for placed in blocks)


class PageFitter:
    """Fits blocks into one page format."""

    def __init__(self, measured: BlockHeights, page: PageFormat) -> None:
        """Fit the blocks of *measured*, shareable with fitters for other formats, into *page*."""
        self._measured, self.format = measured, page
        self._capacity = page.column_height
        self._corrections = [1.0] * len(measured.blocks)

    def check(self, size: float) -> None:
        """Raise ContentError for formulas too wide for the widest column, at *size* points."""
        width = self.format.widths[-1]
        if inf in self._heights(size, width):
            self._measured.check(size, width)

    def too_high(self, size: float) -> list[Block]:
        """Return the blocks too high for the widest column, at *size* points."""
        heights = self._heights(size, self.format.widths[-1])
        return [block for block, height in zip(self._measured.blocks, heights, strict=True) if height > self._capacity]

    def least_pages(self, size: float) -> int:
        """Return the minimum number of pages at *size* points. No block may be too high."""
        return self._packing(size).least_pages(self._capacity)

    def fullness(self, size: float) -> float:
        """Return the fractional number of pages for the blocks at *size* points, if blocks could be split."""
        packing = self._packing(size)
        total = sum(self._heights(size, self.format.column_width)) + sum(packing.gaps[1:])
        return total / self._capacity / self.format.columns

    def fit_pages(self, pages: int, smallest: float, largest: float) -> FittedPages | None:
        """Return the blocks on *pages* pages, in the largest fitting type size; None if there is none.

        The size is between *smallest* and *largest* points.
        """
        best: FittedPages | None = None
        for _ in range(_TRIALS):
            size = self._largest(pages, smallest, largest)
            if size is None or (best and size - best.size < _MIN_GAIN):
                break
            fit = self._verified(size, self._packing(size).level(pages, self._capacity) or [])
            best, largest = (fit, largest) if fit else (best, size)
        return best

    def _largest(self, pages: int, smallest: float, largest: float) -> float | None:
        """Return the largest size for packing the blocks, by their expected heights."""
        low, high = -1, round((largest - smallest) / SIZE_STEP)
        while low < high:
            middle = ceil((low + high) / 2)
            packed = self._packing(smallest + middle * SIZE_STEP).pack(pages, self._capacity)
            low, high = (middle, high) if packed else (low, middle - 1)
        return round(smallest + low * SIZE_STEP, 1) if low >= 0 else None

    def _verified(self, size: float, packed: list[list[Column]]) -> FittedPages | None:
        """Return *packed* with its true heights, or None if it is too high: then expected heights are corrected."""
        columns = [column for page in packed for column in page]
        parts = [(column.width, self._measured.blocks[column.blocks.start : column.blocks.stop]) for column in columns]
        heights = self._measured.lay_out(size, parts)
        gaps = self._gaps(size)
        used = {column: column.height(heights, gaps) for column in columns}
        highest = max(used.values())
        em = size * MM_PER_POINT
        roomy = all(self._measured.has_room(i, column.width, em) for column in columns for i in column.blocks)
        fits = highest <= self._capacity and roomy
        self._learn(size, columns, heights, fits=fits)
        if not fits:
            return None
        return FittedPages(
            self.format, size, tuple(tuple(self._beside(page, self._spread(page, used, em))) for page in packed)
        )

    def _spread(self, page: Sequence[Column], used: Mapping[Column, float], em: float) -> dict[Column, float]:
        """Return the extra gap in each column of *page*, in em, to let its columns end level."""
        highest = max(used[column] for column in page)
        level = self._capacity if highest > self._capacity * (1 - _MAX_SPARE) else highest
        return {column: (level - used[column]) / max(1, len(column.blocks) - 1) / em for column in page}

    def _learn(self, size: float, columns: Sequence[Column], heights: Sequence[float], *, fits: bool) -> None:
        """Correct expected heights; after a failure only upwards, to make the next trial safer."""
        for column in columns:
            expected = self._expected(size, column.width)
            for i in column.blocks:
                correction = self._corrections[i] * heights[i] / expected[i]
                self._corrections[i] = correction if fits else max(correction, self._corrections[i])

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
        """Return the expected heights of blocks in a column of *width* mm; infinite for those without room in it."""
        expected, em = self._expected(size, width), size * MM_PER_POINT
        return [height if self._measured.has_room(i, width, em) else inf for i, height in enumerate(expected)]

    def _expected(self, size: float, width: float) -> list[float]:
        em = size * MM_PER_POINT
        heights = self._measured.heights(width / em)
        return [height * correction * em for height, correction in zip(heights, self._corrections, strict=True)]
