"""Choices and boxes in every medium."""

from __future__ import annotations

import re
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
from tests.epubs import OPF, H, S, by_id, editions, epubcheck, text
from tests.pdfs import made, texts_of, words

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

CHAPTER = """\
## Which numbers are prime? {#prime}

::: choices
- [ ] nine
- [x] two
- [x] $3 + 4$
:::

## Which planet is the largest? {#planet reverse=true}

::: choices
- [ ] Earth
- [x] Jupiter
:::

::: gist
Twice as heavy as all others together.
:::

- [ ] To do
- [x] Done

::: hint
Not ours.
:::
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book with choices and boxes."""
    return read_book(write_book(tmp_path_factory.mktemp("choices"), CHAPTER)).book


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page without spaces; the letters of lists are somewhere in it."""
    return list(map(words, texts_of(pdf)))


def letters(text: str) -> list[str]:
    """Return the letters of lists in the *text* of a page."""
    return re.findall(r"[A-Z](?=\.)", text)


def test_a_quiz_has_boxes_and_its_key_letters(book: Book) -> None:
    """Students tick boxes instead of writing, and the key names letters."""
    [data] = made(quiz.jobs(book, Templates())).values()
    asked, *_, key = pages(data)
    assert "☐nine☐two☐" in asked
    assert "☐Earth☐Jupiter" in asked
    assert letters(asked) == ["A", "B", "C", "A", "B"]
    assert "JupiterTwiceasheavy" in key
    assert letters(key) == ["B", "C", "B"]
    assert "nine" not in key


def test_cards_offer_choices_on_their_front(book: Book) -> None:
    """Boxes are on the front, letters of the right choices on the back."""
    [data] = made(cards.jobs(book, Templates())).values()
    *_, front, back = pages(data)
    assert "☐Earth☐Jupiter" in front
    assert "JupiterTwiceasheavy" in back
    assert letters(back) == ["B", "C", "B"]
    assert "☐Todo☑Done" in back
    assert "Earth" not in back


def test_sheets_print_the_right_choices_if_there_is_no_gist(book: Book) -> None:
    """Readers of cheat sheets and pocket booklets know the question."""
    for data in (*made(sheets.jobs(book, Templates())).values(), *made(pocket.jobs(book, Templates())).values()):
        printed = "".join(pages(data))
        assert letters(printed) == ["B", "C"]
        assert "two" in printed
        assert "Twiceasheavy" in printed
        assert "nine" not in printed
        assert "Jupiter" not in printed


def test_the_book_names_letters(book: Book) -> None:
    """Choices are below the question, and the right ones in the box of the gist."""
    [data] = made(book_jobs.jobs(book, Templates())).values()
    printed = "".join(pages(data))
    assert "☐nine☐two" in printed
    assert "ninetwo" in printed
    assert "EarthJupiterJupiterTwiceasheavy" in printed


def test_the_e_book_reveals_choices(book: Book, tmp_path: Path) -> None:
    """Choices are among the questions; the answer shows them and names the right ones. Both editions are valid."""
    for opened in editions(book):
        assert epubcheck(opened.data, tmp_path) == set()
        question = by_id(opened.page("questions/01-first-steps"), "planet")
        assert [text(item) for item in question.iter(f"{H}li")][1:] == ["Earth", "Jupiter"]
        page = opened.page("answers/01-first-steps")
        *_, box = by_id(page, "planet").iter(f"{H}section")
        assert "Jupiter Twice as heavy" in text(box)
        assert [(ol.get("type"), ol.get("start")) for ol in box.iter(f"{H}ol")] == [("A", "2")]
        assert [svg.get("aria-label") for svg in page.iter(f"{S}svg") if svg.get("aria-label")] == [
            "empty box",
            "checked box",
        ]
        [item] = [i for i in opened.package.iter(f"{OPF}item") if i.get("href") == "answers/01-first-steps.xhtml"]
        assert "svg" in item.attrib["properties"].split()
        assert "Earth" not in text(opened.page("sheet/01-first-steps"))


def test_anki_shows_choices_below_the_question(book: Book, tmp_path: Path) -> None:
    """Fields of *Crib Recall* hold choices without any script; the reverse card names the right ones."""
    deck = imported(book, tmp_path)
    note = deck.note("planet")
    assert note["Hint"].startswith('<ol type="A">\n<li>Earth</li>\n<li>Jupiter</li>\n</ol><details class="hint">')
    assert '<ol start="2" type="A">\n<li>Jupiter</li>\n</ol><p>Twice' in note["Gist"]
    assert "Jupiter" in note["Reverse"]
    fronts = [card.question() for card in deck.cards]
    assert all("<script" not in front and "<input" not in front for front in fronts)
    assert sum("<li>Earth</li>" in front for front in fronts) == 1
    assert not any("<li>Earth</li>" in card.answer() for card in deck.cards)
    deck.collection.close()
