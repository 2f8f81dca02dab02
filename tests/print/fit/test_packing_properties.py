"""Invariants of packing, for any blocks, columns and capacities."""

from __future__ import annotations

from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from crib.print.fit.column_packing import Column, Packing

WIDTHS = (8.0, 10.0, 12.0)
ROUNDING = 1e-6

settings.register_profile("packing", max_examples=150, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("packing")


@st.composite
def packings(draw: st.DrawFn) -> Packing:
    """Return up to ten blocks, each at least as low in a wider column."""
    heights = draw(st.lists(st.integers(1, 90), min_size=1, max_size=10))
    gaps = draw(st.lists(st.integers(0, 20), min_size=len(heights), max_size=len(heights)))
    columns = draw(st.integers(1, 3))
    widths = WIDTHS if columns > 1 else (10.0,)  # a single column is as wide as the page
    by_width = [[height / width for height in heights] for width in widths]
    return Packing(widths, by_width, [gap / 10 for gap in gaps], columns, columns * 10.0)


CAPACITIES = st.integers(10, 250).map(lambda tenths: tenths / 10)
PAGES = st.integers(1, 4)


def height(packing: Packing, column: Column) -> float:
    """Return the height of *column* in the widest measured width with room for it."""
    measured = max(i for i, width in enumerate(packing.widths) if width <= column.width + ROUNDING)
    return column.height(packing.heights[measured], packing.gaps)


@BOUNDED
@given(packings(), PAGES, CAPACITIES)
def test_every_block_is_packed_once_in_order(packing: Packing, pages: int, capacity: float) -> None:
    """No page and no column is empty, and no page has too many columns."""
    for packed in (packing.pack(pages, capacity), packing.level(pages, capacity)):
        if packed is not None:
            assert len(packed) == pages
            assert all(1 <= len(page) <= packing.columns for page in packed)
            assert all(column.blocks for page in packed for column in page)
            blocks = chain.from_iterable(column.blocks for page in packed for column in page)
            assert list(blocks) == list(range(len(packing.gaps)))


@BOUNDED
@given(packings(), PAGES, CAPACITIES)
def test_columns_fit_their_pages(packing: Packing, pages: int, capacity: float) -> None:
    """None is higher than the capacity, and together they are no wider than the page."""
    for packed in (packing.pack(pages, capacity), packing.level(pages, capacity)):
        for page in packed or ():
            assert sum(column.width for column in page) <= packing.total + ROUNDING
            assert all(height(packing, column) <= capacity + ROUNDING for column in page)


@BOUNDED
@given(packings(), PAGES, CAPACITIES, st.integers(0, 50))
def test_more_room_never_hurts(packing: Packing, pages: int, capacity: float, more: int) -> None:
    """Packable blocks are packable into higher columns, too."""
    assert packing.pack(pages, capacity) is None or packing.pack(pages, capacity + more / 10) is not None


@BOUNDED
@given(packings(), PAGES, CAPACITIES)
def test_level_columns_are_as_low_as_possible(packing: Packing, pages: int, capacity: float) -> None:
    """Blocks can be leveled if they can be packed; columns half a unit lower than the highest are too low."""
    level = packing.level(pages, capacity)
    assert (level is None) == (packing.pack(pages, capacity) is None)
    if level is not None:
        highest = max(height(packing, column) for page in level for column in page)
        assert packing.pack(pages, highest - 0.5 - ROUNDING) is None


@BOUNDED
@given(packings(), CAPACITIES)
def test_no_fewer_pages_than_the_least(packing: Packing, capacity: float) -> None:
    """Blocks can be packed on the least number of pages, and on no fewer."""
    capacity = max(capacity, *packing.heights[-1])
    least = packing.least_pages(capacity)
    assert packing.pack(least, capacity) is not None
    assert packing.pack(least - 1, capacity) is None
