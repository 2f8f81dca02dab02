"""The grid of cards, and the search for the largest type, without measuring or printing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crib.outputs.cards.type_size import STEP, Face, Flip, Grid, TypeSizes, _SizeSearch
from crib.selection import PrintSettings

settings.register_profile("search", max_examples=60, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("search")

ENTRY: Any = "an entry"  # a search does not look at it
SMALL, LARGE = TypeSizes(13, 8.5, 6.5, 7.5), TypeSizes(18, 14, 14, 14)


@pytest.mark.parametrize(
    ("paper", "theme", "columns", "rows", "sizes", "card", "corner"),
    [
        ("A4", "color", 2, 4, SMALL, (95, 68), (10, 12.5)),
        ("Letter", "ink", 2, 4, SMALL, (97, 63), (10.95, 13.7)),
        ("A4", "large", 2, 2, LARGE, (138, 93), (10.5, 12)),
        ("Letter", "large", 2, 2, LARGE, (129, 95), (10.7, 12.95)),
    ],
)
def test_a_grid_in_millimeters(  # noqa: PLR0917
    paper: str,
    theme: str,
    columns: int,
    rows: int,
    sizes: TypeSizes,
    card: tuple[int, int],
    corner: tuple[float, float],
) -> None:
    """Cards are whole millimeters wide and high, and the rest of the paper is the same on all sides."""
    grid = Grid.of(PrintSettings(paper=paper, theme=theme))
    assert (grid.columns, grid.rows, grid.places, grid.type) == (columns, rows, columns * rows, sizes)
    assert (grid.width, grid.height) == card
    assert (grid.left, grid.top) == pytest.approx(corner)
    assert grid.room == pytest.approx((card[1] - 10) / 25.4 * 96)


def test_letters_that_fit_on_a_card() -> None:
    """At most: 85 by 58 mm have 548 square em of 8.5 pt, and a letter takes 0.45."""
    assert Grid.of(PrintSettings()).letters == 1218
    assert Grid.of(PrintSettings(theme="large")).letters == 967


@pytest.mark.parametrize("theme", ["color", "large"])
@pytest.mark.parametrize("flip", ["long", "short"])
def test_a_back_lies_behind_its_front(theme: str, flip: Flip) -> None:
    """A portrait sheet that is turned over its long edge has its columns reversed, a landscape sheet its rows."""
    grid = Grid.of(PrintSettings(theme=theme))
    fronts = [grid.front(place) for place in range(grid.places)]
    assert fronts == [(column, row) for row in range(grid.rows) for column in range(grid.columns)]
    backs = [grid.back(place, flip) for place in range(grid.places)]
    if (flip == "long") == (theme == "color"):
        assert backs == [(grid.columns - 1 - column, row) for column, row in fronts]
    else:
        assert backs == [(column, grid.rows - 1 - row) for column, row in fronts]


@BOUNDED
@given(st.booleans(), st.integers(5, 5000), st.sampled_from([1, 1.5, 2, 3]))
def test_the_largest_type_that_fits(whole: bool, height: int, power: float) -> None:  # noqa: FBT001
    """It is found for text whose height in type of 10 pt is *height* pixels, and grows with a *power* of its size."""
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
