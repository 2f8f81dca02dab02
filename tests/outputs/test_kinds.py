"""A small book of card tables, typed answers and HTML, in media with different support for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.outputs.book import jobs as book_jobs
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import BOOK, write_book
from tests.decks import imported
from tests.epubs import H, build, by_id, epubcheck, text
from tests.pdfs import made, text_of, words

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

CHAPTER = """\
{.cards .typed}
| French | English | Example |
|---|---|---|
| le chat | cat | *Il* dort. |

## Que veut dire H<sub>2</sub>O ? {#water}

Press <kbd>C</kbd>,<br>twice. <!-- not shown -->

<details>
<summary>More</summary>

- [x] Done

</details>

<table><tr><th>One</th></tr><tr><td>Two</td></tr></table>
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a French book of all these kinds."""
    settings = BOOK.replace("language: en-US", "language: fr")
    return read_book(write_book(tmp_path_factory.mktemp("kinds"), CHAPTER, book=settings)).book


def test_paper_shows_what_is_folded(book: Book) -> None:
    """On paper nothing is folded, and names of columns are followed by the colon of the language."""
    [data] = made(book_jobs.jobs(book, Templates())).values()
    printed = words(text_of(data))
    for part in ("lechat", "Example:Ildort.", "H2O", "PressC,twice.", "More", "☑Done", "OneTwo"):
        assert part in printed
    assert "notshown" not in printed


def test_the_e_book_folds(book: Book, tmp_path: Path) -> None:
    """The e-book is valid, and has native markup for all of it."""
    opened = build(book)
    assert epubcheck(opened.data, tmp_path) == set()
    answer = by_id(opened.page("answers/01-first-steps"), "water")
    [details] = answer.iter(f"{H}details")
    assert text(details).startswith("More")
    for name in ("kbd", "br", "sub", "table"):
        assert next(answer.iter(f"{H}{name}"), None) is not None
    assert "Example : Il dort." in text(by_id(opened.page("answers/01-first-steps"), "le-chat"))


def test_cards_fold_and_ask_to_type(book: Book, tmp_path: Path) -> None:
    """Anki folds without script, and asks for the second column."""
    deck = imported(book, tmp_path)
    [row] = [card for card in deck.cards if card.note()["Key"] == "le-chat"]
    assert "[[type:Typed]]" in row.question()
    assert (row.note()["Typed"], "Il" in row.answer()) == ("cat", True)
    assert "<summary>" in deck.note("water")["Gist"]
    assert "<script" not in "".join(card.answer() for card in deck.cards)
    deck.collection.close()
