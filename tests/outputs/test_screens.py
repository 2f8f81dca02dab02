"""Choices and typed answers in a real browser, on cards of the real Anki, in the e-book, and in the preview."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from crib.source import read_book
from tests.decks import imported
from tests.epubs import editions
from tests.outputs.test_choices import CHAPTER
from tests.preview.test_serve import PAGE, look, serving

if TYPE_CHECKING:
    from pathlib import Path

    from anki.cards import Card

    from tests.chromium import Chromium
    from tests.conftest import MakeBook

TYPED = '## What is the capital of France? {#france answer="Paris"}\n\n'
SEEN = "document.readyState === 'complete' && !!document.querySelector('.question')"
LISTS = "[...document.querySelectorAll('ol')].map(ol => [getComputedStyle(ol).listStyleType, ol.start, ol.innerText])"
SIZES = "[...{}].map(box => box.getBoundingClientRect().toJSON()).filter(box => box.width)"
"""The drawn boxes of a page."""


def show(page: Chromium, card: Card, html: str, folder: Path) -> None:
    """Show one side of *card* like Anki, after the style sheet of its note type."""
    file = folder / "card.html"
    file.write_text(f'<!doctype html><meta charset="utf-8"><style>{card.css()}</style><body class="card">{html}</body>')
    page.open(file.as_uri())
    page.wait(SEEN)


def test_letters_of_choices_on_a_card(make_book: MakeBook, page: Chromium, tmp_path: Path) -> None:
    """The front counts choices from A; the back gives the letter of the right one."""
    deck = imported(read_book(make_book(CHAPTER)).book, tmp_path)
    [card] = [card for card in deck.cards if card.note()["Key"] == "planet" and card.ord == 0]
    show(page, card, card.question(), tmp_path)
    assert page.value(LISTS) == [["upper-alpha", 1, "Earth\nJupiter"]]
    show(page, card, card.answer(), tmp_path)
    assert page.value(LISTS) == [["upper-alpha", 2, "Jupiter"]]
    deck.collection.close()


@pytest.mark.parametrize("typed", ["Paris", "Pairs"])
def test_an_answer_is_typed_and_compared(make_book: MakeBook, page: Chromium, tmp_path: Path, typed: str) -> None:
    """The field is as wide as the card; afterward it shows Anki's comparison, in larger type than the text."""
    deck = imported(read_book(make_book(TYPED)).book, tmp_path)
    [card] = deck.cards
    field = '<input type="text" id="typeans">'  # Anki's reviewer replaces the mark by it
    show(page, card, card.question().replace("[[type:Typed]]", field), tmp_path)
    width = "document.querySelector('{}').getBoundingClientRect().width"
    assert page.value(width.format("input")) == page.value(width.format(".crib"))
    compared = deck.collection.compare_answer("Paris", typed)
    show(page, card, card.answer().replace("[[type:Typed]]", compared), tmp_path)
    assert page.value("document.querySelector('#typeans').innerText.startsWith('Pa')")
    assert page.value("document.querySelectorAll('.typeBad').length > 0") == (typed != "Paris")
    size = "parseFloat(getComputedStyle(document.querySelector('{}')).fontSize)"
    assert page.value(f"{size.format('code#typeans')} > {size.format('.crib')}")
    deck.collection.close()


def test_choices_in_the_e_book(make_book: MakeBook, page: Chromium, tmp_path: Path) -> None:
    """Questions count their choices from A; boxes of a task list are about as high as its text, and inside the page."""
    for edition in editions(read_book(make_book(CHAPTER)).book):
        folder = tmp_path / str(len(edition.data))
        ZipFile(BytesIO(edition.data)).extractall(folder)
        page.open((folder / "EPUB/questions/01-first-steps.xhtml").as_uri())
        page.wait("document.readyState === 'complete' && !!document.querySelector('.choices')")
        assert [kind for kind, start, _ in page.value(LISTS) if start == 1].count("upper-alpha") == 2
        page.open((folder / "EPUB/answers/01-first-steps.xhtml").as_uri())
        page.wait("document.readyState === 'complete' && !!document.querySelector('.box')")
        boxes = page.value(SIZES.format("document.querySelectorAll('.box svg')"))
        assert len(boxes) == 2
        assert all(8 < box["width"] < 24 and 8 < box["height"] < 24 and box["left"] > 0 for box in boxes)


def test_boxes_of_choices_in_the_preview(make_book: MakeBook, page: Chromium) -> None:
    """The front of a flashcard has a box for each choice."""
    with serving(make_book(CHAPTER)) as server:
        look(page, server, "/cards/01-first-steps")
        boxes = SIZES.format(f"{PAGE}.querySelectorAll('.front .choices .box')")
        assert [box["left"] > 0 for box in page.wait(f"({boxes}.length && {boxes})")] == [True] * 3
