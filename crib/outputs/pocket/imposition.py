"""Imposition of a pocket booklet: eight pages on one side of a sheet, to fold and cut once.

The sheet is in landscape. It is folded into eight panels, cut along the middle of the two inner columns,
folded along the cut, and pushed together from its ends until four leaves stick out. These are wrapped
around one another:

    ┌───┬───┬───┬───┐
    │ 1 │ 8 │ 7 │ 6 │  upside down
    ├───┾━━━┿━━━┽───┤
    │ 2 │ 3 │ 4 │ 5 │
    └───┴───┴───┴───┘

For a language that is read from right to left, the order is mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass

from crib.print.paper import Paper

_UPPER, _LOWER = (1, 8, 7, 6), (2, 3, 4, 5)

PAGES = len(_UPPER + _LOWER)
"""Number of pages of a booklet."""


@dataclass(frozen=True)
class PanelPosition:
    """The position of a page on its sheet: its distance from the edge where lines start, and from the top, in mm."""

    start: float
    top: float
    upside_down: bool


def panel_size(sheet: Paper) -> Paper:
    """Return the size of a booklet's page on *sheet*."""
    return Paper(sheet.width / len(_UPPER), sheet.height / 2)


def panel_position(page: int, sheet: Paper) -> PanelPosition:
    """Return the position of *page*, counted from 1, on *sheet*."""
    row = _UPPER if page in _UPPER else _LOWER
    size = panel_size(sheet)
    return PanelPosition(row.index(page) * size.width, 0 if row is _UPPER else size.height, row is _UPPER)
