"""Imposition of cheat sheets: half pages of near chapters share paper."""

from __future__ import annotations

from dataclasses import dataclass

WAIT = 8
"""Maximum distance, in sheets, between two half pages on one paper: each should stay near its place."""


@dataclass(frozen=True)
class SheetOutline:
    """A sheet in brief: `half` for half a page, and the ids of the blocks on each page."""

    half: bool
    pages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SheetPage:
    """One page of a sheet.

    sheet   position of the sheet among all, from 0
    page    number of the page in its sheet, from 1
    second  True on the second half of its paper
    """

    sheet: int
    page: int
    second: bool = False


PaperPage = tuple[SheetPage, ...]
"""One page of paper: a whole page of a sheet, or two half pages."""


def impose(*outlines: SheetOutline) -> tuple[PaperPage, ...]:
    """Return the pages of paper of all sheets, in order: a half page is moved to the next one within `WAIT` sheets."""
    partners: dict[int, int] = {}
    waiting = -WAIT - 1
    for i, outline in enumerate(outlines):
        if outline.half and i - waiting <= WAIT:
            partners[i], waiting = waiting, -WAIT - 1
        elif outline.half:
            waiting = i
    pages: list[PaperPage] = []
    for i in sorted(set(range(len(outlines))) - set(partners.values())):
        if i in partners:
            pages.append((SheetPage(partners[i], 1), SheetPage(i, 1, second=True)))
        else:
            pages += ((SheetPage(i, page),) for page in range(1, len(outlines[i].pages) + 1))
    return tuple(pages)
