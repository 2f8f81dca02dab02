"""The source of an answer, in every medium with whole answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.outputs.book import jobs as book_jobs
from crib.outputs.cards import jobs as cards
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import write_book
from tests.decks import imported
from tests.epubs import H, build, by_id, epubcheck, text
from tests.pdfs import made, text_of, words

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

CHAPTER = """\
## Who was first? {#first source=notebooks}

::: gist
Nobody knows.
:::

Some say this, some say that.
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book with an answer with a source."""
    reading = read_book(write_book(tmp_path_factory.mktemp("sources"), CHAPTER))
    assert reading.problems == ()
    return reading.book


def test_paper_names_it(book: Book) -> None:
    """The book prints its address, too; cards and sheets lack the room."""
    [data] = made(book_jobs.jobs(book, Templates())).values()
    assert "Readmorethenotebookshttps://example.org/notebooks" in words(text_of(data))
    [data] = made(cards.jobs(book, Templates())).values()
    assert "Readmore:thenotebooks" in words(text_of(data))
    for data in made(sheets.jobs(book, Templates())).values():
        assert "Readmore" not in words(text_of(data))


def test_screens_lead_there(book: Book, tmp_path: Path) -> None:
    """The e-book has a link below the answer, and Anki at the foot of the card."""
    opened = build(book)
    assert epubcheck(opened.data, tmp_path) == set()
    answer = by_id(opened.page("answers/01-first-steps"), "first")
    [link] = [a for a in answer.iter(f"{H}a") if a.get("href") == "https://example.org/notebooks"]
    assert text(link) == "the notebooks"
    deck = imported(book, tmp_path)
    [card] = deck.cards
    assert '<a href="https://example.org/notebooks">the notebooks</a>' in card.answer()
    deck.collection.close()
