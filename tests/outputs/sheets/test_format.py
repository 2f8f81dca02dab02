"""Formats to choose from, and imposition, without measuring or printing."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from crib.outputs.sheets.format import _half_pages, _lines, _readable, _split_html, _whole_pages
from crib.outputs.sheets.imposition import WAIT, SheetOutline, impose
from crib.print.fit.copyfitting import FittedPages, PageFormat
from crib.print.paper import Paper
from crib.selection import PrintSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

settings.register_profile("imposition", max_examples=40, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("imposition")


def sizes(pages: Iterable[PageFormat]) -> list[tuple[float, float, int, bool]]:
    """Return width, height, number of columns, and whether it is half a page."""
    return [(page.paper.width, page.paper.height, page.columns, page.half) for page in pages]


@pytest.mark.parametrize(
    ("how", "whole", "half"),
    [
        ({}, [(297, 210, columns, False) for columns in (3, 2, 1)], [(148.5, 210, 1, True), (148.5, 210, 2, True)]),
        (
            {"landscape": False},
            [(210, 297, columns, False) for columns in (2, 1)],
            [(210, 148.5, 1, True), (210, 148.5, 2, True)],
        ),
        ({"theme": "large"}, [(297, 210, 2, False), (297, 210, 1, False)], [(148.5, 210, 1, True)]),
        ({"theme": "large", "landscape": False}, [(210, 297, 1, False)], [(210, 148.5, 1, True)]),
    ],
)
def test_formats_in_the_order_of_preference(how: dict[str, Any], whole: list[Any], half: list[Any]) -> None:
    """Whole pages have columns of about the usual width, or fewer; half a page has one, or as many as are as wide."""
    wanted = PrintSettings(**how)
    assert sizes(_whole_pages(wanted)) == whole
    assert sizes(_half_pages(wanted)) == half
    assert {page.foot for page in (*_whole_pages(wanted), *_half_pages(wanted))} == {14 if "theme" in how else 11}


@pytest.mark.parametrize(("width", "size", "readable"), [(100, 8, False), (100, 8.1, True), (99, 8, True)])
def test_lines_have_at_most_75_characters(width: float, size: float, readable: bool) -> None:  # noqa: FBT001
    """A character is a sixth of a millimeter wide in type of one point."""
    page = PageFormat(Paper(width + 18, 200), columns=1)
    assert _readable(FittedPages(page, size, ())) == readable


@pytest.mark.parametrize(
    ("width", "lines"), [(1, 1), (99, 1), (100, 1), (101, 2), (173, 2), (174.1, 3), (260, 3), (261, 4)]
)
def test_lines_of_a_heading(width: float, lines: int) -> None:
    """In a room of 100, of which each of several lines may leave an eighth."""
    assert _lines(width, 100) == lines


def test_a_list_is_split_into_its_items() -> None:
    """Each keeps its number; other blocks stay whole."""
    html = Markup(
        '<p>a <b>b</b></p><ol start="4" class="x"><li>c</li><li><ul><li>d</li></ul></li></ol><ul><li>e</li></ul>'
    )
    assert list(_split_html(html)) == [
        "<p>a <b>b</b></p>",
        '<ol start="4" class="x"><li>c</li></ol>',
        '<ol start="5" class="x"><li><ul><li>d</li></ul></li></ol>',
        '<ul start="1"><li>e</li></ul>',
    ]


@BOUNDED
@given(st.lists(st.one_of(st.none(), st.integers(1, 3)), max_size=25))
def test_every_page_is_on_paper_once(sheets: list[int | None]) -> None:
    """Half pages share it with the next one that is near; None is a sheet of half a page, a number, of whole ones."""
    outlines = [SheetOutline(pages is None, ((),) * (pages or 1)) for pages in sheets]
    imposed = impose(*outlines)
    shown = sorted((page.sheet, page.page) for page in chain.from_iterable(imposed))
    assert shown == [(i, page) for i, outline in enumerate(outlines) for page in range(1, len(outline.pages) + 1)]
    assert [paper[-1].sheet for paper in imposed] == sorted(paper[-1].sheet for paper in imposed)
    for paper in imposed:
        assert [page.second for page in paper] == [False, True][: len(paper)]
        if len(paper) == 2:
            assert all(outlines[page.sheet].half for page in paper)
            assert 0 < paper[1].sheet - paper[0].sheet <= WAIT
    alone = [paper[0].sheet for paper in imposed if len(paper) == 1 and outlines[paper[0].sheet].half]
    assert all(after - before > WAIT for before, after in pairwise(alone))


@pytest.mark.parametrize(("others", "pages"), [(0, 1), (7, 8), (8, 10)])
def test_a_half_page_waits_for_the_next_eight_sheets(others: int, pages: int) -> None:
    """If it meets another after so many *others*, both are on one page."""
    half, whole = SheetOutline(half=True, pages=((),)), SheetOutline(half=False, pages=((),))
    assert len(impose(half, *[whole] * others, half)) == pages
