"""Packing cards into columns, in reading order. Heights, capacities and gaps share one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Columns = list[list[int]]
"""Indexes of cards, column by column."""

_CLOSE_ENOUGH = 0.5


def pack(heights: Sequence[float], capacity: float, gap: float) -> Columns:
    """Fill column after column, each up to *capacity*; a card that is taller has one to itself."""
    columns: Columns = []
    used = 0.0
    for i, height in enumerate(heights):
        if columns and used + gap + height <= capacity:
            columns[-1].append(i)
            used += gap + height
        else:
            columns.append([i])
            used = height
    return columns


def balance(heights: Sequence[float], count: int, capacity: float, gap: float) -> Columns | None:
    """Pack into at most *count* columns so that the tallest is as low as can be.

    None if that takes columns higher than *capacity*.
    """
    if max(heights) > capacity or len(pack(heights, capacity, gap)) > count:
        return None
    low, high = max(heights), capacity
    while high - low > _CLOSE_ENOUGH:
        middle = (low + high) / 2
        if len(pack(heights, middle, gap)) > count:
            low = middle
        else:
            high = middle
    return pack(heights, high, gap)
