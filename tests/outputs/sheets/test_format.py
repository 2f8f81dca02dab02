"""Formats to choose from, blocks and imposition, without measuring or printing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from crib.engine.job import Job
from crib.outputs.sheets.format import (
    CARD_GAP,
    Heading,
    _half_pages,
    _lines,
    _readable,
    _split,
    _split_html,
    _whole_pages,
)
from crib.outputs.sheets.imposition import WAIT, SheetOutline, impose
from crib.outputs.sheets.jobs import Sheet, _parts, fit_sheet, outline_sheet, part_ending_with, print_sheet_part
from crib.outputs.sheets.map_and_exercises import map_blocks
from crib.print.fit.copyfitting import FittedPages, PageFormat
from crib.print.fit.measure import Block
from crib.print.paper import Paper
from crib.selection import PrintSettings
from crib.source import read_book
from tests.conftest import ANSWER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.outputs.sheets.imposition import PaperPage
    from tests.conftest import MakeBook

settings.register_profile("imposition", max_examples=40, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("imposition")


def sizes(pages: Iterable[PageFormat]) -> list[tuple[float, float, int, bool]]:
    """Return width, height, number of columns, and True for half a page."""
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


@pytest.mark.parametrize(
    ("paper", "landscape", "size", "columns", "margin"),
    [
        ("A3", True, (420, 297), [3, 4, 2, 1], 9 * 1.41),
        ("A3", False, (297, 420), [2, 3, 1], 9 * 1.41),
        ("A2", True, (594, 420), [3, 4, 5, 6, 2, 1], 18),
        ("tabloid", True, (431.8, 279.4), [3, 4, 5, 2, 1], 9 * 1.39),
    ],
)
def test_posters_have_the_columns_of_a_sheet_or_more(
    paper: str,
    landscape: bool,  # noqa: FBT001
    size: tuple[float, float],
    columns: list[int],
    margin: float,
) -> None:
    """First as many as a sheet of A4 has, in larger type; then more, for small type. Margins grow with the paper."""
    pages = list(_whole_pages(PrintSettings(paper=paper, landscape=landscape)))
    assert [page.columns for page in pages] == columns
    assert {(page.paper.width, page.paper.height) for page in pages} == {size}
    assert pages[0].side == pytest.approx(margin)


@pytest.mark.parametrize(("width", "size", "readable"), [(100, 8, False), (100, 8.1, True), (99, 8, True)])
def test_lines_have_at_most_75_characters(width: float, size: float, readable: bool) -> None:  # noqa: FBT001
    """A character is a sixth of a millimeter wide in type of one point."""
    page = PageFormat(Paper(width + 18, 200), columns=1)
    assert _readable(FittedPages(page, size, ())) == readable


@pytest.mark.parametrize(
    ("width", "lines"), [(1, 1), (99, 1), (100, 1), (101, 2), (173, 2), (174.1, 3), (260, 3), (261, 4)]
)
def test_lines_of_a_heading(width: float, lines: int) -> None:
    """In a width of 100, each of several lines may leave an eighth empty."""
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
    """Half pages share paper with the next near one; None is a sheet of half a page, a number is one of whole pages."""
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
    """A half page shares its page with another one after up to eight *others*."""
    half, whole = SheetOutline(half=True, pages=((),)), SheetOutline(half=False, pages=((),))
    assert len(impose(half, *[whole] * others, half)) == pages


PRESS: Any = SimpleNamespace(book=SimpleNamespace(print=PrintSettings()))


def sheet_of(number: int, pages: int | None) -> Sheet:
    """Return a sheet without blocks, of half a page if *pages* is None."""
    page = PageFormat(Paper(100, 200), columns=1, half=pages is None)
    return Sheet(str(number), "", Heading(12, 5), legend=False, fit=FittedPages(page, 9, ((),) * (pages or 1)))


@BOUNDED
@given(st.lists(st.one_of(st.none(), st.integers(1, 3)), min_size=1, max_size=25), st.integers(0, 3))
def test_every_page_is_in_a_part_with_its_sheets(counts: list[int | None], before: int) -> None:
    """Parts are in the order of the paper, numbered after the pages of the map *before* it."""
    sheets = [sheet_of(number, pages) for number, pages in enumerate(counts)]
    chapters: list[Any] = [f"chapter {number}" for number in range(len(counts))]
    pages = impose(*map(outline_sheet, sheets))
    the_map = SheetOutline(half=False, pages=((),) * before) if before else None
    printed: list[PaperPage] = []
    for i in range(len(sheets)):
        near = slice(max(0, i - WAIT), i + 1)
        part = part_ending_with(PRESS, i, pages, the_map, sheets[near], chapters[near])
        if part.pages:
            assert part.first == before + 1 + len(printed)
        shown = {page.sheet for page in chain.from_iterable(part.pages)}
        assert part.sheets == {number: sheets[number] for number in shown}
        assert part.sections == tuple(chapters[number] for number in sorted(shown))
        assert part.paper == (Paper(100, 200) if len(pages) == len(pages[0]) == 1 else Paper(297, 210))
        printed += part.pages
    assert tuple(printed) == pages


def test_a_part_depends_on_sheets_that_are_near() -> None:
    """A part depends on its own sheet, and on the eight before it, candidates for sharing its paper."""
    fitted, typeset = ([Job("", fit_sheet, (name, number)) for number in range(20)] for name in ("sheet", "chapter"))
    book: Any = SimpleNamespace(chapters=(), answers=())
    jobs = [job for job in _parts(book, PRESS, fitted, typeset) if job.make is print_sheet_part]
    parts = [job.arguments[1] for job in jobs if job.arguments[1].make is part_ending_with]
    assert [part.arguments[1] for part in parts] == list(range(20))
    for i, part in enumerate(parts):
        assert part.arguments[4] == tuple(fitted[max(0, i - 8) : i + 1])
        assert part.arguments[5] == tuple(typeset[max(0, i - 8) : i + 1])


def test_blocks_of_the_map_and_their_gaps(make_book: MakeBook) -> None:
    """Chapters by page, then topics, further apart; exercises below their source."""
    answers = [ANSWER.replace("#answer", f'#q-{i} tags="{tags}"') for i, tags in enumerate(("b", "a b", "a"))]
    [chapter] = read_book(make_book("\n".join(answers))).book.chapters
    blocks = map_blocks([chapter], {"q-0": 3, "q-1": 3, "q-2": 4})
    assert [(block.item.title, block.item.page, [a.key for a in block.item.answers]) for block in blocks] == [
        ("First Steps", 3, ["q-0", "q-1"]),
        ("First Steps", 4, ["q-2"]),
        ("a", 0, ["q-1", "q-2"]),
        ("b", 0, ["q-0", "q-1"]),
    ]
    first, second, topic, next_topic = (block.gap for block in blocks)
    assert topic > first == second > next_topic > 0
    assert [block.id for block in blocks] == [f"map-{i}" for i in range(4)]


@dataclass
class Item:
    """The parts of a card to split between."""

    gist: Markup
    more: str = ""
    figures: Markup = Markup()  # noqa: RUF009 - immutable


def test_a_card_is_split_between_paragraphs() -> None:
    """Pieces of a split card are closer together than cards; other blocks stay whole."""
    item = Item(Markup("<p>a</p><p>b</p><ul><li>c</li></ul>"))
    card, *pieces = _split(Block("q", "card", item, CARD_GAP))
    assert (card.id, card.kind, card.item.gist, card.gap) == ("q", "card", "<p>a</p>", CARD_GAP)
    assert [(one.id, one.kind, one.item.gist) for one in pieces] == [
        ("q-2", "rest", "<p>b</p>"),
        ("q-3", "rest", '<ul start="1"><li>c</li></ul>'),
    ]
    assert all(0 < one.gap < CARD_GAP / 2 for one in pieces)
    other = Block("q", "exercises", item, CARD_GAP)
    assert _split(other) == [other]
