"""Imposition, by arithmetic: sheets are folded and nested as hands do it, and the pages are in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.print.imposition import CREEP, booklet, n_up, signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.print.imposition import Side


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        (1, None, [4]),
        (24, None, [24]),
        (39, None, [40]),
        (41, None, [16, 16, 12]),
        (24, 16, [16, 8]),
        (33, 32, [32, 4]),
        (7, 4, [4, 4]),
    ],
)
def test_signatures(count: int, size: int | None, expected: list[int]) -> None:
    """A booklet short enough for staples is one signature; the last of several is as short as possible."""
    assert signatures(count, size) == expected


def folded(sides: list[Side], sizes: list[int], *, landscape: bool, rtl: bool) -> Iterator[int]:
    """Yield positions of pages as a reader turns them, in signatures of folded sheets of these *sizes*."""

    def at(side: Side, *, second: bool) -> int:
        """Return the contents of the second half of a side: at the bottom, or at the right."""
        first, last = sorted(side, key=lambda cell: (cell.top, cell.left))
        assert (last.top if landscape else last.left) == 0.5
        return (last if second else first).position

    forward = not (rtl and not landscape)  # the first page is on the second half of the first sheet
    for size in sizes:
        sheets = [(sides.pop(0), sides.pop(0)) for _ in range(size // 4)]
        for front, back in sheets:
            yield from (at(front, second=forward), at(back, second=not forward))
        for front, back in reversed(sheets):
            yield from (at(back, second=forward), at(front, second=not forward))


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize(("count", "size"), [(3, None), (16, 16), (38, None), (50, None), (40, 8)])
def test_folded_and_nested_pages_are_in_order(count: int, size: int | None, *, landscape: bool, rtl: bool) -> None:
    """Blank pages are at the end; bound at the left, at the right or at the top."""
    sizes = signatures(count, size)
    sides = list(booklet(sizes, landscape=landscape, rtl=rtl))
    assert len(sides) == sum(sizes) // 2
    assert list(folded(sides, sizes, landscape=landscape, rtl=rtl)) == list(range(sum(sizes)))


def test_inner_sheets_move_toward_the_fold() -> None:
    """Each by the thickness of one sheet more than the sheet around it; each signature begins anew."""
    sides = list(booklet([12, 8], landscape=False, rtl=False))
    assert [side[0].shift for side in sides] == pytest.approx([CREEP * n for n in (0, 0, 1, 1, 2, 2, 0, 0, 1, 1)])
    assert all(side[1].shift == -side[0].shift for side in sides)


@pytest.mark.parametrize(
    ("number", "landscape", "rtl", "corners"),
    [
        (2, False, False, [(0, 0), (0.5, 0)]),
        (2, False, True, [(0.5, 0), (0, 0)]),
        (2, True, False, [(0, 0), (0, 0.5)]),
        (4, False, False, [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)]),
        (4, True, True, [(0.5, 0), (0, 0), (0.5, 0.5), (0, 0.5)]),
    ],
)
def test_several_pages_up(number: int, landscape: bool, rtl: bool, corners: list[tuple[float, float]]) -> None:  # noqa: FBT001
    """Pages are in reading order; the last sheet may have fewer."""
    sides = list(n_up(number + 1, number, landscape=landscape, rtl=rtl))
    assert [(cell.left, cell.top) for cell in sides[0]] == corners
    assert [cell.position for side in sides for cell in side] == list(range(number + 1))
