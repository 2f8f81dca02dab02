"""Paper, and lists in chunks."""

from __future__ import annotations

from itertools import chain, pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from crib.print.chunks import chunk, chunk_count
from crib.print.paper import PAPER_SIZES, Paper

if TYPE_CHECKING:
    from crib.model import Book


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


@pytest.mark.parametrize(("answers", "count"), [(0, 1), (999, 1), (1000, 2), (2500, 3)])
def test_a_chunk_has_at_most_a_thousand_answers(answers: int, count: int) -> None:
    """A chunk of a list has at most a thousand answers."""
    assert chunk_count(cast("Book", SimpleNamespace(answers=range(answers)))) == count
