"""Answers with a gist alone, without one, short or long, and with both: every medium shows each of them once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine.job import with_needs
from crib.outputs.anki import jobs as anki
from crib.outputs.book.pagination import lay_out_part
from crib.outputs.cards import jobs as cards
from crib.outputs.pocket import jobs as pocket
from crib.outputs.quiz import jobs as quiz
from crib.outputs.registry import OUTPUTS
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.conftest import ANSWER, MakeBook, write_book
from tests.decks import imported
from tests.epubs import Opened, by_class, by_id, epubcheck, links, text
from tests.pdfs import made, text_of, texts_of, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crib.model import Book

LONG = " ".join(f"Sentence {number} of the long answer stands here." for number in range(100, 130))
FOUR = f"""\
## What has only a gist? {{#alone reverse=true}}

::: gist
A gist alone.
:::

## What is short? {{#short reverse=true}}

A short answer.

## What is long? {{#long reverse=true}}

{LONG}

The last paragraph.

## What has both? {{#both}}

::: gist
The gist of both.
:::

The body of both.
"""
GISTS = ["A gist alone.", "A short answer.", "Sentence 100 of the long answer", "The gist of both."]
"""The text of each answer in media without room for whole ones."""
BODIES = ["The last paragraph.", "The body of both."]
"""The further text in media with room for whole ones."""
SMALL = ["sheets/01-first-steps.pdf", "sheets.pdf", "quiz.pdf", "pocket/01-first-steps.pdf"]


def counts(printed: str, expected: list[str]) -> list[int]:
    """Return the number of times each of the *expected* sentences is printed."""
    return [words(printed).count(words(each)) for each in expected]


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book with an answer of each kind."""
    return read_book(write_book(tmp_path_factory.mktemp("four"), FOUR)).book


@pytest.fixture(scope="module")
def files(four: Book) -> Mapping[str, bytes]:
    """Return all its outputs."""
    return made(job for output in OUTPUTS for job in output.jobs(four, Templates()))


@pytest.mark.parametrize("name", SMALL)
def test_where_there_is_no_room_for_long_answers(files: Mapping[str, bytes], name: str) -> None:
    """A long answer is cut to its first part, with an arrow to its page in the book."""
    printed = text_of(files[name])
    assert counts(printed, GISTS) == [1, 1, 1, 1]
    assert counts(printed, BODIES) == [0, 0]
    [arrow] = re.findall(r"→ book p\. (\d+)", printed)
    [page] = [page for page in texts_of(files["book.pdf"]) if GISTS[2] in page]
    assert page.split()[-1] == arrow


def test_a_card_shows_the_whole_answer_where_it_fits(files: Mapping[str, bytes]) -> None:
    """A card shows nothing twice; a long answer ends with an arrow."""
    printed = text_of(files["cards.pdf"])
    assert counts(printed, GISTS) == [1, 1, 1, 1]
    assert counts(printed, BODIES) == [0, 1]
    assert len(re.findall(r"→ book p\. \d+", printed)) == 1


def test_a_card_with_room_for_an_answer_of_some_length(make_book: MakeBook) -> None:
    """It has the whole answer, with its notes, instead of the part on a sheet."""
    body = f"{' '.join(LONG.split()[:90])}.[^1]\n\nThe end.\n\n[^1]: A note.\n"
    book = read_book(make_book(f"## Why? {{#why}}\n\n{body}")).book
    [pdf], [sheet] = (made(list(each.jobs(book, Templates()))[:1]).values() for each in (cards, sheets))
    assert counts(text_of(pdf), [GISTS[2], "The end.", "A note.", "→"]) == [1, 1, 1, 1]  # that of the test sheet
    assert counts(text_of(sheet), [GISTS[2], "The end.", "A note.", "→"]) == [1, 0, 0, 1]


@pytest.mark.parametrize("how", [{"selection": Selection(tags=("a",))}, {"own_pages": False}])
@pytest.mark.parametrize("output", [sheets, pocket, quiz])
def test_an_arrow_to_a_code(four: Book, output: Any, how: dict[str, Any]) -> None:
    """In a selection, or with other print settings, pages are unknown: the book is not laid out."""
    jobs = list(output.jobs(replace(four, **how), Templates()))
    assert lay_out_part not in {job.make for job in with_needs(jobs)}
    assert "→ 1.3" in text_of(next(iter(made(jobs[:1]).values())))


@pytest.mark.parametrize("output", [sheets, cards, pocket, quiz])
def test_a_book_with_gists_is_not_laid_out_for_its_sheets(make_book: MakeBook, output: Any) -> None:
    """A book with gists, or with short answers, is not laid out for its sheets."""
    book = read_book(make_book(ANSWER + "\n## What is short? {#short}\n\nA short answer.\n")).book
    assert lay_out_part not in {job.make for job in with_needs(output.jobs(book, Templates()))}


def test_the_book_has_boxes_for_gists_above_answers_only(files: Mapping[str, bytes]) -> None:
    """Every answer is there whole, and once."""
    pages = texts_of(files["book.pdf"])
    assert counts("".join(pages), GISTS + BODIES) == [1] * 6
    assert any("holds the short answer" in page for page in pages)


@pytest.mark.parametrize("hint", ["", "\n::: hint\nThink.\n:::\n"])
def test_a_book_explains_what_it_has(make_book: MakeBook, hint: str) -> None:
    """Neither boxes of gists nor hints are promised, on paper or on a screen, to readers of a book without them."""
    book = read_book(make_book(f"## What is short? {{#short}}\n\nA short answer.\n{hint}")).book
    made_of = {output.name: output for output in OUTPUTS}
    [pdf] = made(made_of["book"].jobs(book, Templates())).values()
    *_, epub = made(made_of["epub"].jobs(book, Templates())).values()
    screen = " ".join(map(text, Opened(book, epub).pages.values()))
    assert "holds the short answer" not in text_of(pdf)
    assert "gist" not in screen.lower()
    for shown in (text_of(pdf), screen):
        assert ("Some have a hint below." in " ".join(shown.split())) == bool(hint)


def test_the_e_book_in_all_three_ways(four: Book, files: Mapping[str, bytes], tmp_path: Path) -> None:
    """Answers are whole, with a box if there is more than a gist; sheets have links to the rest of long ones."""
    for name in ("small-book.epub", "small-book-svg.epub"):
        opened = Opened(four, files[name])
        answers, sheet = opened.page("answers/01-first-steps"), opened.page("sheet/01-first-steps")
        assert counts(text(answers), GISTS + BODIES) == [1] * 6
        assert [len(by_class(by_id(answers, answer.key), "gist")) for answer in four.answers] == [0, 0, 0, 1]
        assert counts(text(sheet), GISTS + BODIES) == [1, 1, 1, 1, 0, 0]
        cards = [by_id(sheet, answer.key) for answer in four.answers]
        assert [len(links(card)) for card in cards] == [1, 1, 2, 1]
        assert set(links(cards[2])) == {"../answers/01-first-steps.xhtml#long"}
        assert epubcheck(files[name], tmp_path) == set()


def test_the_deck_in_anki(four: Book, tmp_path: Path) -> None:
    """The only box holds the gist, or the whole answer; a reverse card asks with as much as a sheet shows."""
    deck = imported(four, tmp_path)
    assert list(deck.note("long"))[:3] == ["Question", "Gist", "Answer"]
    backs = {}
    for card in deck.cards:
        shown = re.sub("(?s)<style>.*?</style>", "", card.answer())
        key, side = card.note()["Key"], card.ord
        backs[key, side] = shown
        if side == 1:
            assert counts(card.question(), [GISTS[["alone", "short", "long"].index(key)], *BODIES]) == [1, 0, 0]
    for (key, _), back in backs.items():
        expected = dict(zip(["alone", "short", "long", "both"], GISTS, strict=True))[key]
        assert counts(back, [expected]) == [1]
        assert '<section class="gist"></section>' not in back
        assert ("In short" in back) == (key == "both")
    assert counts(backs["long", 0], BODIES) == [1, 0]
    assert sorted(key for key, side in backs if side == 1) == ["alone", "long", "short"]
    deck.collection.close()


def test_an_answer_keeps_its_notes_where_a_gist_is_added(four: Book, make_book: MakeBook) -> None:
    """The fields of its note change, but not its notes and cards themselves."""
    with_gist = FOUR.replace("\nA short answer.", "\n::: gist\nIn brief.\n:::\n\nA short answer.")
    notes = [
        [(note.guid, note.id) for deck in anki.Edition(book, Templates()).package.decks for note in deck.notes]
        for book in (four, read_book(make_book(with_gist)).book)
    ]
    assert notes[0] == notes[1]
