"""Copyfitting of blocks with heights computed from their area, without any layout."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crib.print.fit.column_packing import Packing
from crib.print.fit.copyfitting import PageFitter, PageFormat
from crib.print.fit.measure import MM_PER_POINT, Block, BlockHeights
from crib.print.paper import PAPER_SIZES, Paper
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.print.fit.measure import BlockColumn, Ruler

settings.register_profile("fitting", max_examples=40, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("fitting")

SMALLEST, LARGEST = 7.0, 12.0
PAPER = Paper(120, 100)


class AreaRuler:
    """Measures blocks with an area in square em and a minimum column width in em as their items.

    So the height of a block in em is its area divided by the width, without interpolation error. True
    heights are these, multiplied by *taller*.
    """

    def __init__(self, taller: float = 1) -> None:
        """Be a ruler of samples if *taller* is 1."""
        self._taller = taller

    def measure(self, size: float, columns: Sequence[BlockColumn]) -> list[tuple[float, float]]:
        """Return the height of each block, and the minimum column width for its formulas."""
        em = size * MM_PER_POINT
        return [(block.item[0] * self._taller * em**2 / width, block.item[1]) for width, bs in columns for block in bs]

    def check(self, size: float, column: BlockColumn) -> None:
        """Raise ContentError for formulas too wide for the column; its text has the size and width."""
        width, blocks = column
        if any(block.item[1] > width / (size * MM_PER_POINT) for block in blocks):
            raise ContentError([Problem("", 0, "too-high", f"{size:g} {width:g}")])


def ruler(taller: float = 1) -> Ruler:
    """Return an `AreaRuler`."""
    return cast("Ruler", AreaRuler(taller))


def blocks_of(areas: Sequence[float], gap: float = 0.8, least: float = 0) -> list[Block]:
    """Return a block for each of *areas*."""
    return [Block(f"b-{i}", "card", (area, least), gap) for i, area in enumerate(areas)]


def fitter(areas: Sequence[float], page: PageFormat, taller: float = 1, gap: float = 0.8) -> PageFitter:
    """Return a fitter for blocks with these *areas*."""
    return PageFitter(BlockHeights(blocks_of(areas, gap), ruler(taller), ruler()), page)


def largest(areas: Sequence[float], page: PageFormat, pages: int, gap: float = 0.8) -> float | None:
    """Return the largest size for packing the blocks, by trying all of them."""
    for tenths in range(round(LARGEST * 10), round(SMALLEST * 10) - 1, -1):
        em = tenths / 10 * MM_PER_POINT
        heights = [[area * em**2 / width for area in areas] for width in page.widths]
        gaps = [gap * em] * len(areas)
        packing = Packing(page.widths, heights, gaps, page.columns, page.columns * page.column_width)
        if packing.pack(pages, page.column_height):
            return tenths / 10
    return None


AREAS = st.lists(st.integers(20, 500), min_size=1, max_size=9)
FORMATS = st.builds(PageFormat, st.just(PAPER), st.integers(1, 3), gutter=st.integers(2, 6))


@BOUNDED
@given(AREAS, FORMATS, st.integers(1, 3))
def test_the_largest_type_in_which_blocks_can_be_packed(areas: list[int], page: PageFormat, pages: int) -> None:
    """The type size is the largest one for packing blocks of the expected heights."""
    fit = fitter(areas, page).fit_pages(pages, SMALLEST, LARGEST)
    assert (fit.size if fit else None) == largest(areas, page, pages)


@BOUNDED
@given(AREAS, FORMATS, st.integers(1, 3), st.sampled_from([0.9, 1.05, 1.2]))
def test_columns_are_on_their_pages(areas: list[int], page: PageFormat, pages: int, taller: float) -> None:
    """Columns are in order, within the margins, none too high, even if blocks are higher or lower than expected."""
    fit = fitter(areas, page, taller).fit_pages(pages, SMALLEST, LARGEST)
    if fit is None:
        return
    assert SMALLEST <= fit.size <= LARGEST
    assert len(fit.pages) == pages
    placed = [placed for columns in fit.pages for column in columns for placed in column.blocks]
    assert [one.block.id for one in placed] == [f"b-{i}" for i in range(len(areas))]
    em = fit.size * MM_PER_POINT
    for columns in fit.pages:
        left = 0.0
        for column in columns:
            assert column.left == pytest.approx(left, abs=0.011)
            left += column.width + page.gutter
            assert column.blocks[0].above == 0
            assert all(one.above >= one.block.gap - 0.001 for one in column.blocks[1:])
            assert _height(column.blocks, column.width, taller, em) <= page.column_height + 0.1
        assert left - page.gutter <= PAPER.width - 2 * page.side + 0.1


@BOUNDED
@given(AREAS, FORMATS, st.integers(1, 3))
def test_columns_end_level(areas: list[int], page: PageFormat, pages: int) -> None:
    """Columns end at the foot of the page if four fifths of it are filled; one block alone cannot be spread."""
    fit = fitter(areas, page).fit_pages(pages, SMALLEST, LARGEST)
    if fit is None:
        return
    em = fit.size * MM_PER_POINT
    for columns in fit.pages:
        natural = [_height(column.blocks, column.width, 1, em, column.blocks[0].block.gap) for column in columns]
        highest = max(natural)
        level = page.column_height if highest > page.column_height * 0.8 else highest
        for column in columns:
            if len(column.blocks) > 1:
                assert _height(column.blocks, column.width, 1, em) == pytest.approx(level, abs=0.1)
    spaces = [one.above - one.block.gap for columns in fit.pages for column in columns for one in column.blocks]
    assert fit.looseness == max(spaces)


def _height(placed: Sequence[Any], width: float, taller: float, em: float, gap: float | None = None) -> float:
    """Return the height of a column in millimeters, with these gaps or *gap* em."""
    above = sum(one.above if gap is None else gap for one in placed[1:])
    return float(sum(one.block.item[0] for one in placed)) * taller * em**2 / width + above * em


@pytest.mark.parametrize("taller", [1.05, 1.15, 1.3])
def test_true_heights_are_learned(taller: float) -> None:
    """If all blocks are taller than expected, the type is as large as with known heights."""
    areas, page = [90, 120, 60, 200, 75, 140, 33], PageFormat(PAPER, 2)
    fit = fitter(areas, page, taller).fit_pages(1, SMALLEST, LARGEST)
    assert fit
    expected = largest([area * taller for area in areas], page, 1)
    assert expected
    assert expected - 0.25 < fit.size <= expected


def test_lower_blocks_leave_room_for_larger_type() -> None:
    """The first trial is right, but the next, based on its result, is better."""
    areas, page = [90, 120, 60, 200, 75, 140, 33], PageFormat(PAPER, 2)
    fit = fitter(areas, page, 0.8).fit_pages(1, SMALLEST, LARGEST)
    first, best = largest(areas, page, 1), largest([area * 0.8 for area in areas], page, 1)
    assert fit
    assert first
    assert best
    assert first < best - 0.25 < fit.size <= best


def test_pages_by_size() -> None:
    """The minimum number of pages, and their fullness, grow with the type."""
    areas, page = [100.0] * 12, PageFormat(PAPER, 2, side=7, gutter=6)
    assert page.column_width == 50
    assert page.column_height == 69
    fitting = fitter(areas, page)
    em = 10 * MM_PER_POINT
    assert fitting.fullness(10) == pytest.approx((12 * 100 * em**2 / 50 + 11 * 0.8 * em) / 69 / 2)
    assert [fitting.least_pages(size) for size in (7, 10, 12)] == [2, 3, 4]


def test_blocks_that_are_too_high() -> None:
    """Blocks too high even for the widest column of the page are found."""
    fitting = fitter([100, 500, 300], PageFormat(PAPER, 2, gutter=8))
    assert [block.id for block in fitting.too_high(8)] == ["b-1"]
    assert [block.id for block in fitting.too_high(12)] == ["b-1", "b-2"]
    assert fitting.too_high(7) == []


def test_formulas_that_are_too_wide() -> None:
    """Wide formulas get a wider column, or smaller type, or are reported."""
    page = PageFormat(PAPER, 2, side=7, gutter=6)
    blocks = [*blocks_of([100] * 3), Block("wide", "card", (50, 17), 0.8)]
    fitting = PageFitter(BlockHeights(blocks, ruler(), ruler()), page)
    fit = fitting.fit_pages(1, SMALLEST, LARGEST)
    assert fit
    [wide] = [column.width for column in fit.pages[0] if any(one.block.id == "wide" for one in column.blocks)]
    assert wide / (fit.size * MM_PER_POINT) >= 17
    assert fit.size < (largest([100, 100, 100, 50], page, 1) or inf)
    fitting.check(9.8)
    with pytest.raises(ContentError, match=r"9\.9 59"):
        fitting.check(9.9)


def test_widths_of_columns() -> None:
    """One column is as wide as it can be; of several, one is wider if the others are narrower."""
    assert PageFormat(PAPER_SIZES["A4"], 1).widths == [192]
    two = PageFormat(PAPER_SIZES["A4"], 2)
    assert two.column_width == 93
    assert two.widths == pytest.approx([93 * each for each in (0.8, 0.85, 0.9, 0.95, 1, 1.06, 1.12, 1.18)])
    three = PageFormat(PAPER_SIZES["A4"].rotated, 3)
    assert three.column_width == 89
    assert three.widths[-1] == pytest.approx(89 * 1.25)
    assert three.column_height == 210 - 8 - 12 - 11


def test_extra_space_is_what_is_above_the_gap() -> None:
    """Looseness is the extra space of the loosest block, in em."""
    fit = fitter([20, 20, 20], PageFormat(PAPER, 1)).fit_pages(1, SMALLEST, LARGEST)
    assert fit
    assert fit.looseness == max(0, *(one.above - 0.8 for one in fit.pages[0][0].blocks[1:]))
