"""Eight pages on one side of one sheet, which a cut and some folds turn into a booklet.

The sheet lies on its side. It is folded into eight panels, cut along the middle between the two
inner columns, folded along that line, and pushed together from its ends until four leaves stand
out; these are laid around one another:

    ┌───┬───┬───┬───┐
    │ 1 │ 8 │ 7 │ 6 │  upside down
    ├───┾━━━┿━━━┽───┤
    │ 2 │ 3 │ 4 │ 5 │
    └───┴───┴───┴───┘
"""

from __future__ import annotations

from dataclasses import dataclass

from crib.print.paper import Paper

_UPPER, _LOWER = (1, 8, 7, 6), (2, 3, 4, 5)

PAGES = len(_UPPER + _LOWER)
"""How many pages a booklet has."""


@dataclass(frozen=True)
class Panel:
    """Where a page lies on its sheet: `left` and `top` of its corner, in millimeters."""

    left: float
    top: float
    upside_down: bool


def panel(sheet: Paper) -> Paper:
    """Return the size of a page of a booklet made from *sheet*."""
    return Paper(sheet.width / len(_UPPER), sheet.height / 2)


def place(page: int, sheet: Paper) -> Panel:
    """Return where the *page*, counted from 1, lies on *sheet*."""
    row = _UPPER if page in _UPPER else _LOWER
    size = panel(sheet)
    return Panel(row.index(page) * size.width, 0 if row is _UPPER else size.height, row is _UPPER)
