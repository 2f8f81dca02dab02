"""Questions beyond the exercises of the accompanied work: they have letters, explained in their chapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.outputs.book import jobs as book_jobs
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import write_book
from tests.decks import imported
from tests.epubs import build, by_class, epubcheck, text
from tests.pdfs import made, text_of, words

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

CHAPTER = "## From there? {#there n=7}\n\nYes.\n\n## Ours? {#ours n=a see=there}\n\nYes.\n\n## Too? {#too}\n\nYes.\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book with an exercise and two questions of its own."""
    return read_book(write_book(tmp_path_factory.mktemp("own"), CHAPTER)).book


def test_paper_shows_letters(book: Book) -> None:
    """The opener of the chapter explains them."""
    assert [answer.code for answer in book.answers] == ["1.7", "1.a", "1.b"]
    [data] = made(book_jobs.jobs(book, Templates())).values()
    assert "Questionswithaletterareourown" in words(text_of(data))
    for data in made(sheets.jobs(book, Templates())).values():
        assert "1.aOurs?" in words(text_of(data))


def test_screens_show_letters(book: Book, tmp_path: Path) -> None:
    """So do the e-book, on the page of questions, and Anki, with letters after numbers."""
    opened = build(book)
    assert epubcheck(opened.data, tmp_path) == set()
    [said] = by_class(opened.page("questions/01-first-steps"), "own")
    assert text(said).startswith("Questions with a letter are our own")
    deck = imported(book, tmp_path)
    assert [deck.note(key)["Code"] for key in ("there", "ours", "too")] == ["01.07", "01.a", "01.b"]
    deck.collection.close()
