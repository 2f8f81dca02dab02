"""Short answers are printed on the line of their question."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from crib.outputs.pocket import jobs as pocket
from crib.outputs.sheets import jobs as sheets
from crib.print.chapter_html import render_chapter_with_gists
from crib.print.fit.answer_blocks import answer_blocks
from crib.render.templates import Templates
from crib.source import read_book
from tests.pdfs import made, texts_of

if TYPE_CHECKING:
    from crib.model import Book
    from tests.conftest import MakeBook

LONG = "Why is a question that does not fit on a line of its own set as a card?"
WORDS = {f"maison {i}": f"house {i}" for i in range(1, 31)}


def book_of(make_book: MakeBook, answers: dict[str, str]) -> Book:
    """Return a book with a chapter of these questions and answers."""
    return read_book(make_book("# Words\n\n" + "".join(f"## {q}\n\n{a}\n\n" for q, a in answers.items()))).book


def kinds(make_book: MakeBook, answers: dict[str, str]) -> list[tuple[str, float]]:
    """Return the kind of block of each of *answers*, and the gap above it."""
    section = render_chapter_with_gists(book_of(make_book, answers), Templates())
    return [(block.kind, block.gap) for block in answer_blocks(section.entries, 0.85)]


def test_short_answers_run_in(make_book: MakeBook) -> None:
    """Lines of short answers are close to each other, but not to the cards around them."""
    short = {"eau": "water", "*feu*": "**fire**", "terre": "`earth`"}
    found = kinds(make_book, {LONG: "Yes.", **short, "Again?": LONG})
    assert [kind for kind, _ in found] == ["card", "run-in", "run-in", "run-in", "card"]
    assert [gap for _, gap in found] == [0.85, 0.85, 0.2, 0.2, 0.85]


@pytest.mark.parametrize(
    "answer",
    [LONG, "- water", "Water\n\nand air", "$x$", "Water[^1]\n\n[^1]: Not air.", "| a |\n|---|\n| b |"],
)
def test_other_answers_are_cards(make_book: MakeBook, answer: str) -> None:
    """A long answer, and one of more than words, needs room below its question."""
    assert {kind for kind, _ in kinds(make_book, dict.fromkeys(("eau", "feu", "ciel"), answer))} == {"card"}


def test_two_short_answers_are_cards(make_book: MakeBook) -> None:
    """Two lines among cards would look like an accident."""
    assert [kind for kind, _ in kinds(make_book, {"eau": "water", "feu": "fire"})] == ["card", "card"]


def test_thirty_words_are_a_list_on_half_a_page(make_book: MakeBook) -> None:
    """A question, dots up to the edge of its column, and its answer are a line of the sheet."""
    [pdf] = made(islice(sheets.jobs(book_of(make_book, WORDS), Templates()), 1)).values()
    [text] = texts_of(pdf)
    lines = [line.split() for line in text.splitlines()]
    for i in range(1, 31):
        [line] = [
            line for line in lines if line[:3] == [f"1.{i}", "maison", f"{i}"] or line[1:3] == ["maison", f"{i}."]
        ]
        assert line[-2:] == ["house", str(i)]
        assert "...." in "".join(line)


def test_sixty_words_fit_in_a_booklet(make_book: MakeBook) -> None:
    """Sixty words run in fit in one booklet; as cards, they would take several."""
    words = {f"maison {i}": f"house {i}" for i in range(1, 61)}
    [pdf] = made(pocket.jobs(book_of(make_book, words), Templates())).values()
    [text] = texts_of(pdf)
    assert "house 60" in text
