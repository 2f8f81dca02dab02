"""Packing blocks into columns, in reading order. Heights, gaps and capacities share one unit.

Columns need not be equally wide: a little more width for the one that holds more lets all end
level, where whole blocks alone would leave holes. `heights[k][i]` is how high block i is in a
column of `widths[k]`, narrow ones first; `gaps[i]` is the least distance from block i to the one
before it in its column.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CLOSE_ENOUGH = 0.5
_HAIR = 1e-6


@dataclass(frozen=True)
class Column:
    """The blocks of one column, and how wide it is."""

    blocks: range
    width: float

    def height(self, heights: Sequence[float], gaps: Sequence[float]) -> float:
        """Return how high it is if these are the heights and gaps of all blocks."""
        return sum(heights[i] for i in self.blocks) + sum(gaps[i] for i in self.blocks[1:])


@dataclass(frozen=True)
class Packing:
    """What is packed: heights by width and block, and gaps; `total` is how wide the columns of a page are together."""

    widths: Sequence[float]
    heights: Sequence[Sequence[float]]
    gaps: Sequence[float]
    columns: int
    total: float

    def pack(self, pages: int, capacity: float) -> list[list[Column]] | None:
        """Return the columns of each page, none higher than *capacity*; None if they do not fill so many *pages*.

        Each page takes as much as it can, as fewer blocks never need more pages, but leaves one to each page after it.
        """
        packed: list[list[Column]] = []
        start, most = 0, len(self.gaps)
        for after in reversed(range(pages)):
            ends = self._page(start, capacity)
            if not (start := max((end for end in ends if end <= most - after), default=0)):
                return None
            packed.append(ends[start])
        return packed if start == most else None

    def level(self, pages: int, capacity: float) -> list[list[Column]] | None:
        """Return the columns of each page so that the highest is as low as can be; None as `pack`."""
        packed = self.pack(pages, capacity)
        low, high = 0.0, capacity
        while packed and high - low > _CLOSE_ENOUGH:
            middle = (low + high) / 2
            lower = self.pack(pages, middle)
            low, high, packed = (low, middle, lower) if lower else (middle, high, packed)
        return packed

    def least_pages(self, capacity: float) -> int:
        """Return how many pages it takes. No block may be higher than *capacity* in the widest column."""
        pages, start = 0, 0
        while start < len(self.gaps):
            pages, start = pages + 1, max(self._page(start, capacity))
        return pages

    def _page(self, start: int, capacity: float) -> dict[int, list[Column]]:
        """Return the columns of a page that begins with the block *start*, by the block after the last."""
        best: dict[int, tuple[float, list[Column]]] = {start: (0.0, [])}
        found: dict[int, list[Column]] = {}
        for _ in range(self.columns):
            longer: dict[int, tuple[float, list[Column]]] = {}
            for begin, (used, columns) in best.items():
                for end, width in self._ends(begin, capacity):
                    if used + width < min(self.total + _HAIR, longer.get(end, (inf,))[0]):
                        longer[end] = (used + width, [*columns, Column(range(begin, end), width)])
            best = longer
            found |= {end: self._widened(columns, used) for end, (used, columns) in best.items()}
        return found

    def _widened(self, columns: list[Column], used: float) -> list[Column]:
        """Return *columns* as wide as they can be side by side."""
        more = min(self.total / used, max(self.widths) / min(column.width for column in columns))
        return [replace(column, width=column.width * more) for column in columns]

    def _ends(self, begin: int, capacity: float) -> Iterator[tuple[int, float]]:
        """Yield where a column can end that begins with the block *begin*, and the least width for it."""
        end = begin
        for width, heights in zip(self.widths, self.heights, strict=True):
            used = sum(heights[begin:end]) + sum(self.gaps[begin + 1 : end])
            while end < len(heights):
                used += heights[end] + (self.gaps[end] if end > begin else 0)
                if used > capacity:
                    break
                end += 1
                yield end, width
