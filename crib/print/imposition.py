"""Imposition: the arrangement of pages on the sides of sheets, for booklets and n-up.

A booklet is bound in its fold. Sheets folded together are a signature. They are printed on both sides, turned over
the short edge; folded and nested, they have the pages in order. Pages in landscape are bound at their upper edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CREEP = 0.1
"""Creep of each sheet in a signature, in millimeters: the thickness of paper of 80 g/m²."""

MOST_STAPLED = 40
"""Maximum number of pages of a stapled booklet; a thicker one has several signatures."""

SIGNATURE = 16
"""Default number of pages of a signature."""


@dataclass(frozen=True)
class Cell:
    """A place on a sheet for the page at `position`, from 0; lengths are fractions of the sheet's size.

    shift  the page's shift to the right or down, in millimeters, to compensate for creep
    """

    position: int
    left: float
    top: float
    width: float
    height: float
    shift: float = 0


Side = tuple[Cell, ...]
"""One side of a sheet."""


def signatures(count: int, size: int | None) -> list[int]:
    """Return the number of pages of each signature of a booklet with *count* pages, including blank ones at the end.

    size  pages per signature; by default a booklet is a single one if it can be stapled, else several of SIGNATURE
    """
    size = size or (max(count, 4) if count <= MOST_STAPLED else SIGNATURE)
    return [-(-min(size, count - start) // 4) * 4 for start in range(0, count, size)]


def booklet(sizes: list[int], *, landscape: bool, rtl: bool) -> Iterator[Side]:
    """Yield both sides of each sheet of a booklet with signatures of these *sizes*, front before back.

    landscape  True for pages in landscape
    rtl        True for pages read from right to left, and so bound at the right
    """
    start = 0
    for size in sizes:
        for sheet in range(size // 4):
            outer, inner = start + 2 * sheet, start + size - 1 - 2 * sheet
            for first, second in ((inner, outer), (outer + 1, inner - 1)):
                pair = (second, first) if rtl and not landscape else (first, second)
                yield _halves(pair, CREEP * sheet, landscape=landscape)
        start += size


def n_up(count: int, number: int, *, landscape: bool, rtl: bool) -> Iterator[Side]:
    """Yield sides with 2 or 4 (*number*) of *count* pages each, in reading order."""
    columns, rows = (2, 2) if number == 4 else (1, 2) if landscape else (2, 1)
    for start in range(0, count, number):
        yield tuple(
            Cell(start + i, (columns - 1 - column if rtl else column) / columns, row / rows, 1 / columns, 1 / rows)
            for i in range(min(number, count - start))
            for row, column in [divmod(i, columns)]
        )


def _halves(pair: tuple[int, int], creep: float, *, landscape: bool) -> Side:
    """Return a side with a *pair* of pages, moved toward the fold between them by *creep*."""
    if landscape:
        return (Cell(pair[0], 0, 0, 1, 0.5, creep), Cell(pair[1], 0, 0.5, 1, 0.5, -creep))
    return (Cell(pair[0], 0, 0, 0.5, 1, creep), Cell(pair[1], 0.5, 0, 0.5, 1, -creep))
