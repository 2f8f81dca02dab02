"""The formula strip of a chapter: on its sheet, and on a page of all formulas in the book and the e-book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.outputs.book import jobs as book_jobs
from crib.outputs.cards import jobs as cards
from crib.outputs.pocket import jobs as pocket
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import write_book
from tests.epubs import H, build, editions, epubcheck, text
from tests.pdfs import made, text_of, words

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

CHAPTER = """\
::: formulas
| Name | Formula | Holds |
|:--|:--|:--|
| Mean of them | $\\mu = \\frac{1}{m} \\sum x_i$ | if $m > 0$ |
| Their spread | $\\sigma$ | |
:::

## What is the mean? {#mean}

::: gist
The sum, divided by the number.
:::
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book with two formulas."""
    reading = read_book(write_book(tmp_path_factory.mktemp("strips"), CHAPTER))
    assert reading.problems == ()
    return reading.book


def test_a_sheet_ends_with_the_formulas_of_its_chapter(book: Book) -> None:
    """Names, formulas as drawings, and when they hold."""
    for data in made(sheets.jobs(book, Templates())).values():
        printed = words(text_of(data))
        assert "dividedbythenumber.Formulas" in printed
        assert "Meanofthem" in printed.partition("Formulas")[2]
        assert "Theirspread" in printed.partition("Formulas")[2]


def test_the_book_has_a_page_of_formulas(book: Book) -> None:
    """It is in the table of contents, and in the back matter."""
    [data] = made(book_jobs.jobs(book, Templates())).values()
    printed = words(text_of(data))
    contents, _, back = printed.partition("Meanofthem")
    assert "Formulas" in contents
    assert "Theirspread" in back


def test_the_e_book_leads_to_a_page_of_formulas(book: Book, tmp_path: Path) -> None:
    """It is in the navigation, and valid in both editions."""
    for opened in editions(book):
        assert epubcheck(opened.data, tmp_path) == set()
    opened = build(book)
    assert "Formulas" in text(opened.page("nav"))
    page = opened.page("text/formulas")
    assert [text(name) for name in page.iter(f"{H}dt")] == ["Mean of them", "Their spread"]
    assert len(list(page.iter("{http://www.w3.org/1998/Math/MathML}math"))) == 3


def test_no_card_asks_for_them(book: Book) -> None:
    """Cards and pocket booklets have no formulas but those of answers."""
    for data in (*made(cards.jobs(book, Templates())).values(), *made(pocket.jobs(book, Templates())).values()):
        assert "Meanofthem" not in words(text_of(data))


def test_a_chapter_without_formulas_is_not_printed_again(book: Book) -> None:
    """Nothing in the text of a chapter depends on its strip."""
    [chapter] = book.chapters
    assert book.part(chapter, "body").chapters[0].formulas == ()
