"""Pack blocks into columns of pages, in reading order.

Columns need not be equally wide: with a wider column for more text all columns end level; whole blocks
alone would leave gaps. `heights[k][i]` is the height of block i in a column of `widths[k]`, in ascending
order; `gaps[i]` is the minimum distance from block i to the block before it in its column. Heights,
gaps and capacities have the same unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Packed = TypeVar("Packed")
_CLOSE_ENOUGH = 0.5
_HAIR = 1e-6


@dataclass(frozen=True)
class Column:
    """A column: the numbers of its blocks, and its width."""

    blocks: range
    width: float

    def height(self, heights: Sequence[float], gaps: Sequence[float]) -> float:
        """Return its height, given the *heights* and *gaps* of all blocks."""
        return sum(heights[i] for i in self.blocks) + sum(gaps[i] for i in self.blocks[1:])


@dataclass(frozen=True)
class Packing:
    """Blocks to pack: heights by width and block, and gaps; `total` is the maximum sum of a page's column widths."""

    widths: Sequence[float]
    heights: Sequence[Sequence[float]]
    gaps: Sequence[float]
    columns: int
    total: float

    def pack(self, pages: int, capacity: float, last: float | None = None) -> list[list[Column]] | None:
        """Return the columns of each page, none higher than *capacity*; None if the blocks do not fill exactly *pages*.

        *last* is the capacity of the last page, if it differs. Greedy, since fewer blocks never need more pages, but
        at least one block is reserved for each later page.
        """
        packed: list[list[Column]] = []
        start, count = 0, len(self.gaps)
        for after in reversed(range(pages)):
            ends = self._page(start, capacity if after or last is None else last)
            if not (start := max((end for end in ends if end <= count - after), default=0)):
                return None
            packed.append(ends[start])
        return packed if start == count else None

    def level(self, pages: int, capacity: float) -> list[list[Column]] | None:
        """Return the columns of each page with the highest one as low as possible; None in the cases of `pack`.

        A block as high as a column would leave its page nearly empty. Then the last page may be as full as the
        others, to make these lower. The columns of each page end level.
        """
        packed = self._lowest(capacity, lambda height: self.pack(pages, height))
        if not packed or pages == 1:
            return packed
        packed = self._lowest(capacity, lambda height: self._evenly(pages, height, capacity)) or packed
        return [self._level_page(page, capacity) for page in packed]

    def _level_page(self, page: list[Column], capacity: float) -> list[Column]:
        """Return the columns of *page* with the highest one as low as possible."""
        start, end = page[0].blocks.start, page[-1].blocks.stop
        return self._lowest(capacity, lambda height: self._page(start, height).get(end)) or page

    def _evenly(self, pages: int, height: float, capacity: float) -> list[list[Column]] | None:
        """Return columns of *height*, on the last page of *capacity*; None if the last page is the fullest."""
        packed = self.pack(pages, height, capacity)
        if not packed:
            return None
        *others, last = map(self._amount, packed)
        return packed if last <= max(others) else None

    def _amount(self, page: Sequence[Column]) -> float:
        """Return the amount of content on *page*: the sum of its blocks' heights in the narrowest column."""
        return sum(self.heights[0][i] for column in page for i in column.blocks)

    @staticmethod
    def _lowest(capacity: float, pack: Callable[[float], Packed | None]) -> Packed | None:
        """Return the result of *pack* for the lowest possible height up to *capacity*, None if there is none."""
        packed = pack(capacity)
        low, high = 0.0, capacity
        while packed and high - low > _CLOSE_ENOUGH:
            middle = (low + high) / 2
            lower_packing = pack(middle)
            low, high, packed = (low, middle, lower_packing) if lower_packing else (middle, high, packed)
        return packed

    def least_pages(self, capacity: float) -> int:
        """Return the minimum number of pages. No block may be higher than *capacity* in the widest column."""
        pages, start = 0, 0
        while start < len(self.gaps):
            pages, start = pages + 1, max(self._page(start, capacity))
        return pages

    def _page(self, start: int, capacity: float) -> dict[int, list[Column]]:
        """Return the ways to fill a page from block *start* on: its columns, by the first block after them."""
        best: dict[int, tuple[float, list[Column]]] = {start: (0.0, [])}
        filled: dict[int, list[Column]] = {}
        for _ in range(self.columns):
            longer: dict[int, tuple[float, list[Column]]] = {}
            for first, (used, columns) in best.items():
                for end, width in self._ends(first, capacity):
                    if used + width < min(self.total + _HAIR, longer.get(end, (inf,))[0]):
                        longer[end] = (used + width, [*columns, Column(range(first, end), width)])
            best = longer
            filled |= {end: self._widened(columns, used) for end, (used, columns) in best.items()}
        return filled

    def _widened(self, columns: list[Column], used: float) -> list[Column]:
        """Return *columns* scaled to the total width, as far as the widest allowed column permits."""
        scale = min(self.total / used, max(self.widths) / min(column.width for column in columns))
        return [replace(column, width=column.width * scale) for column in columns]

    def _ends(self, first: int, capacity: float) -> Iterator[tuple[int, float]]:
        """Yield the possible ends of a column from block *first* on, each with its minimum width."""
        end = first
        for width, heights in zip(self.widths, self.heights, strict=True):
            used = sum(heights[first:end]) + sum(self.gaps[first + 1 : end])
            while end < len(heights):
                used += heights[end] + (self.gaps[end] if end > first else 0)
                if used > capacity:
                    break
                end += 1
                yield end, width
