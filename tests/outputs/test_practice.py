"""Practice blocks in every medium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.outputs.book import jobs as book_jobs
from crib.outputs.cards import jobs as cards
from crib.outputs.pocket import jobs as pocket
from crib.outputs.quiz import jobs as quiz
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import write_book
from tests.decks import imported
from tests.epubs import build, by_id, epubcheck, show, text
from tests.pdfs import made, text_of, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crib.engine.job import Job
    from crib.model import Book
    from tests.chromium import Chromium

CHAPTER = """\
## How deep is a tree? {#depth}

::: gist
Twenty levels.
:::

Twenty, if it is balanced.

::: practice
A million instances: [67]{.measured as=depth within=10%} levels.
:::

## How wide is it? {#width}

As wide as it has leaves.

::: practice
It has [12]{.measured as=leaves within=1} of them.
:::

## Does it grow? {#grows}

It does.
"""
SHOWN = ["Inpractice", "Amillioninstances:67levels.", "Ithas12ofthem."]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book with a practice block below a gist, and one without."""
    return read_book(write_book(tmp_path_factory.mktemp("practice"), CHAPTER)).book


@pytest.mark.parametrize("jobs", [book_jobs.jobs, cards.jobs])
def test_the_book_and_cards_show_it(book: Book, jobs: Callable[[Book, Templates], Iterator[Job]]) -> None:
    """The book and cards print whole answers: experiments with their label, and numbers without marks."""
    printed = words(text_of(next(iter(made(jobs(book, Templates())).values()))))
    assert [part for part in SHOWN if part not in printed] == []
    assert "measured" not in printed


@pytest.mark.parametrize("jobs", [sheets.jobs, pocket.jobs, quiz.jobs])
def test_short_answers_go_without_it(book: Book, jobs: Callable[[Book, Templates], Iterator[Job]]) -> None:
    """Sheets, pocket booklets and answer keys print the short answer, with an arrow if there is more."""
    for data in made(jobs(book, Templates())).values():
        printed = words(text_of(data))
        assert "Twentylevels." in printed
        assert "Aswideasithasleaves.→" in printed
        assert [part for part in SHOWN if part in printed] == []


def test_the_e_book_shows_it(book: Book, tmp_path: Path) -> None:
    """The e-book shows practice on pages of answers, and not on those of gists."""
    opened = build(book)
    assert epubcheck(opened.data, tmp_path) == set()
    shown = text(by_id(opened.page("answers/01-first-steps"), "depth"))
    assert "In practice A million instances: 67 levels." in shown
    assert "67" not in text(opened.page("sheet/01-first-steps"))


RULES = """
[...document.querySelectorAll(".answer > footer")].map(footer => [
  getComputedStyle(footer.previousElementSibling).borderBottomWidth, getComputedStyle(footer).borderTopWidth,
])
"""


def test_one_rule_ends_an_answer_in_the_e_book(book: Book, page: Chromium, tmp_path: Path) -> None:
    """The rule of the footer, or of a practice block right above it, ends an answer: never both."""
    build(book).zip.extractall(tmp_path)
    show(page, tmp_path / "EPUB/answers/01-first-steps.xhtml", "")
    assert page.value(RULES) == [["1px", "0px"], ["1px", "0px"], ["0px", "1px"]]


def test_anki_shows_it_behind(book: Book, tmp_path: Path) -> None:
    """Anki shows practice in the answer, with its label."""
    deck = imported(book, tmp_path)
    assert '<div class="practice">' in deck.note("depth")["Answer"]
    assert "67 levels" in deck.note("depth")["Answer"]
    assert "12 of them" in deck.note("width")["Gist"]
    deck.collection.close()
