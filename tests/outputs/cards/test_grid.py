"""The grid of cards, by coordinates, and card stock; nothing is printed."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import pytest

from crib.outputs.cards.grid import Grid, TypeSizes
from crib.outputs.cards.stocks import STOCKS, Stock, find_stock
from crib.problems import BuildError
from crib.selection import PrintSettings
from tests.commands import crib

if TYPE_CHECKING:
    from crib.outputs.cards.grid import Flip

SMALL, LARGE = TypeSizes(13, 8.5, 6.5, 7.5), TypeSizes(18, 14, 14, 14)
OWN = Stock("120.5x70", "", 120.5, 70)


@pytest.mark.parametrize(
    ("paper", "theme", "columns", "rows", "sizes", "card", "corner"),
    [
        ("A4", "color", 2, 4, SMALL, (95, 68), (10, 12.5)),
        ("Letter", "ink", 2, 4, SMALL, (97, 63), (10.95, 13.7)),
        ("A4", "large", 2, 2, LARGE, (138, 93), (10.5, 12)),
        ("Letter", "large", 2, 2, LARGE, (129, 95), (10.7, 12.95)),
    ],
)
def test_a_grid_without_stock(  # noqa: PLR0917
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
    assert (len(grid.lefts), len(grid.tops), grid.places, grid.type) == (columns, rows, columns * rows, sizes)
    assert (grid.width, grid.height) == card
    assert (grid.lefts[0], grid.tops[0]) == pytest.approx(corner)
    assert grid.room == pytest.approx((card[1] - 10) / 25.4 * 96)


@pytest.mark.parametrize(
    ("name", "paper", "lefts", "tops"),
    [
        ("A7", (210, 297), [0, 105], [0.5, 74.5, 148.5, 222.5]),
        ("A8", (297, 210), [0.5, 74.5, 148.5, 222.5], [1, 53, 105, 157]),
        ("poker", (297, 210), [15.15, 104.05, 192.95], [9.75, 73.25, 136.75]),
        ("5371", (215.9, 279.4), [19.05, 107.95], [12.7, 63.5, 114.3, 165.1, 215.9]),
        ("C32010", (210, 297), [15, 110], [13.5, 67.5, 121.5, 175.5, 229.5]),
        ("5388", (215.9, 279.4), [44.45], [25.4, 101.6, 177.8]),
        ("5389", (215.9, 279.4), [31.75], [31.75, 146.05]),
        ("index-3x5", (127, 76.2), [0], [0]),
        ("index-4x6", (152.4, 101.6), [0], [0]),
    ],
)
def test_stocks_in_millimeters(name: str, paper: tuple[float, float], lefts: list[float], tops: list[float]) -> None:
    """Cards have the places of the stock on its own sheet, or as many as a sheet of A4 holds, upright or rotated."""
    [stock] = (stock for stock in STOCKS if stock.name == name)
    grid = Grid.of(PrintSettings(), stock)
    assert (grid.paper.width, grid.paper.height) == pytest.approx(paper)
    assert list(grid.lefts) == pytest.approx(lefts)
    assert list(grid.tops) == pytest.approx(tops)
    assert (grid.width, grid.height) == (stock.width, stock.height)


@pytest.mark.parametrize("stock", [None, OWN, *STOCKS], ids=lambda stock: stock.name if stock else "none")
@pytest.mark.parametrize(("paper", "theme"), [("A4", "color"), ("Letter", "large")])
@pytest.mark.parametrize("flip", ["long", "short"])
def test_a_back_lies_behind_its_front(stock: Stock | None, paper: str, theme: str, flip: Flip) -> None:
    """The sheet is turned over its long or short edge: a back is its front, mirrored at the middle of the sheet."""
    grid = Grid.of(PrintSettings(paper=paper, theme=theme), stock)
    fronts = [grid.front(place) for place in range(grid.places)]
    assert fronts == [(left, top) for top in grid.tops for left in grid.lefts]
    right_edges = [grid.paper.width - left - grid.width for left in grid.lefts]
    low_edges = [grid.paper.height - top - grid.height for top in grid.tops]
    over_long_edge = flip == ("long" if grid.paper.width < grid.paper.height else "short")
    mirrored = product(grid.tops, right_edges) if over_long_edge else product(low_edges, grid.lefts)
    backs = [grid.back(place, flip) for place in range(grid.places)]
    assert backs == [pytest.approx((left, top)) for top, left in mirrored]


@pytest.mark.parametrize("stock", [None, OWN, *STOCKS], ids=lambda stock: stock.name if stock else "none")
@pytest.mark.parametrize(("paper", "theme"), [("A4", "color"), ("Letter", "color"), ("Letter", "large")])
def test_sides_to_fold_touch_and_nothing_overlaps(stock: Stock | None, paper: str, theme: str) -> None:
    """A back begins at the end of its front, at a fold; all sides are on the paper, without overlap."""
    grid = Grid.of(PrintSettings(paper=paper, theme=theme), stock, fold=True)
    sides = [(grid.front(place), grid.back(place, "long")) for place in range(grid.places)]
    assert len(sides) * 2 == len(grid.lefts) * len(grid.tops)
    assert all(back == pytest.approx((left + grid.width, top)) for (left, top), back in sides)
    assert {back[0] for _, back in sides} == set(grid.folds)
    for lefts, size, room in ((grid.lefts, grid.width, grid.paper.width), (grid.tops, grid.height, grid.paper.height)):
        assert lefts[0] >= 0
        assert lefts[-1] + size <= room + 0.001
        assert all(start + size <= after + 0.001 for start, after in pairwise(lefts))


@pytest.mark.parametrize(("name", "size"), [("A7", (105, 74)), ("5371", (88.9, 50.8)), ("C32010", (42.5, 54))])
def test_a_folded_card_has_the_size_of_its_stock_or_half(name: str, size: tuple[float, float]) -> None:
    """Two adjoining places are one card; without adjoining columns, a card is folded in the middle."""
    [stock] = (stock for stock in STOCKS if stock.name == name)
    grid = Grid.of(PrintSettings(), stock, fold=True)
    assert (grid.width, grid.height) == pytest.approx(size)


@pytest.mark.parametrize(
    ("stock", "columns", "rows"),
    [("poker", [15.15, 104.05, 192.95, 281.85], [9.75, 73.25, 136.75, 200.25]), ("A7", [105], [74.5, 148.5, 222.5])],
)
def test_cuts(stock: str, columns: list[float], rows: list[float]) -> None:
    """Along both edges of each column and row, once for shared edges; not along the edges of the paper."""
    [stock_] = (each for each in STOCKS if each.name == stock)
    found = Grid.of(PrintSettings(), stock_).cuts
    assert [list(each) for each in found] == [pytest.approx(columns), pytest.approx(rows)]


def test_both_sides_of_a_gutter_are_cut() -> None:
    """Both sides of a gutter are cut, but folds are not."""
    [stock] = (stock for stock in STOCKS if stock.name == "C32010")
    for fold in (False, True):
        assert Grid.of(PrintSettings(), stock, fold=fold).cuts[0] == pytest.approx([15, 100, 110, 195])


@pytest.mark.parametrize(("margin", "mark"), [(12, (6.5, 4)), (0, (3, 5))])
def test_marks_are_outside_the_cards_if_there_is_room(margin: float, mark: tuple[float, float]) -> None:
    """Else they are on the cut, within reach of printers."""
    assert Grid.mark(margin) == mark


def test_a_card_that_no_paper_holds() -> None:
    """The error names the size on the paper, unfolded."""
    large = Stock("", "", 205, 150)
    assert Grid.of(PrintSettings(), large).places == 1
    with pytest.raises(
        BuildError, match=r"no card of 410 × 150 mm fits on A4\n  hint: choose smaller cards or leave out"
    ):
        Grid.of(PrintSettings(), large, fold=True)


def test_large_cards_have_large_type() -> None:
    """Small cards have no smaller type than usual; the theme of large type is the same on all cards."""
    sizes = [TypeSizes.of("color", width, height).largest for width, height in ((74, 52), (95, 68), (152.4, 101.6))]
    assert sizes == [13, 13, 20]
    assert TypeSizes.of("large", 152.4, 101.6) == LARGE


def test_letters_that_fit_on_a_card() -> None:
    """A card of 85 by 58 mm holds at most 548 square em of 8.5 pt, and a letter takes 0.45."""
    assert Grid.of(PrintSettings()).letters == 1218
    assert Grid.of(PrintSettings(theme="large")).letters == 967


@pytest.mark.parametrize("value", ["a7", "A7", "c32010", "95x66", "88.9×50.8"])
def test_names_and_sizes_of_stock(value: str) -> None:
    """Names in any case, and sizes in millimeters."""
    stock = find_stock(value)
    assert (value.lower() == stock.name.lower()) or f"{stock.width:g}" in value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("3x5", "3x5 is too small: a size is in millimeters"),
        ("B99", "there is no stock 'B99': use one of A7, A8, poker"),
    ],
)
def test_what_is_no_stock(value: str, message: str) -> None:
    """The message lists the valid forms of stock."""
    with pytest.raises(ValueError, match=message):
        find_stock(value)


def test_stocks_are_listed() -> None:
    """Each with name, size, number on a sheet, and the source of its figures; nothing is built."""
    ended = crib("cards", "--stocks")
    lines = ended.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [stock.name for stock in STOCKS]
    assert "88.9 × 50.8 mm    10 on a sheet  Avery 5371 business cards (gLabels" in lines[3]
    assert ended.returncode == 0
