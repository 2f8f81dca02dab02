"""Paper, and lists in chunks."""

from __future__ import annotations

from itertools import chain, pairwise

import pytest

from crib.print.chunks import chunk
from crib.print.paper import PAPER_SIZES, Paper


def test_half_a_sheet() -> None:
    """It is cut across its longer edge."""
    assert Paper(210, 297).half == Paper(210, 148.5)
    assert Paper(297, 210).half == Paper(148.5, 210)
    assert PAPER_SIZES["Letter"].rotated == Paper(279.4, 215.9)
    assert PAPER_SIZES["A4"] == Paper(210, 297)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("length", [0, 1, 2, 6, 7, 8, 20])
def test_chunks_are_all_items_in_order(length: int, count: int) -> None:
    """None is longer than one before it, and none than it must be."""
    items = list(range(length))
    chunks = [chunk(items, number, count) for number in range(count)]
    assert list(chain.from_iterable(chunks)) == items
    assert all(len(one) >= len(next_one) for one, next_one in pairwise(chunks))
    assert max(map(len, chunks)) == -(-length // count)
