"""The search for the largest type on a card, without measuring or printing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crib.outputs.cards.grid import Grid
from crib.outputs.cards.type_size import STEP, Face, _SizeSearch
from crib.selection import PrintSettings

settings.register_profile("search", max_examples=60, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("search")

ENTRY: Any = "an entry"  # a search does not look at it


@BOUNDED
@given(st.booleans(), st.integers(5, 5000), st.sampled_from([1, 1.5, 2, 3]))
def test_the_largest_type_that_fits(whole: bool, height: int, power: float) -> None:  # noqa: FBT001
    """It is found for text of *height* pixels in type of 10 pt, growing with a *power* of the type size."""
    grid = Grid.of(PrintSettings())

    def measured(face: Face) -> Face:
        assert face.size % STEP == 0
        return replace(face, height=height * (face.size / 10) ** power)

    least = grid.type.whole if whole else grid.type.smallest
    sizes = [least + step * STEP for step in range(round((grid.type.largest - least) / STEP) + 1)]
    fitting = [size for size in sizes if height * (size / 10) ** power <= grid.room]
    search = _SizeSearch(measured(Face(ENTRY, "back", whole, grid.type.whole if whole else grid.type.largest)), grid)
    tries = 0
    while not search.over:
        assert least <= search.next.size <= grid.type.largest
        search.learn(measured(search.next))
        tries += 1
    assert tries <= 6
    assert (search.best.size if search.best else None) == max(fitting, default=None)
