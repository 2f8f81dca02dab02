"""Answers to type in Anki."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.model.tree import plain
from crib.outputs.anki.diff import diff_decks
from crib.outputs.anki.jobs import Edition
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ANSWER
from tests.decks import imported, package
from tests.outputs.anki.test_ledger import book_in, publish
from tests.source.test_source import in_chapter, problems

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeBook

TYPED = """\
## What is the capital of France? {#france answer="Paris"}

## Which sign joins words? {#and answer="& [sound:x]" reverse=true}

The ampersand.

"""


def test_an_answer_to_type(make_book: MakeBook, tmp_path: Path) -> None:
    """A note type of its own asks to type; other answers stay as they are."""
    deck = imported(read_book(make_book(TYPED + ANSWER)).book, tmp_path)
    notes = {note["Key"]: note for note in map(deck.collection.get_note, deck.collection.find_notes("Typed:_*"))}
    assert sorted(notes) == ["and", "france"]
    assert (notes["france"]["Gist"], notes["france"]["Answer"]) == ("", "")
    assert "The ampersand." in notes["and"]["Gist"]
    fronts = {card.note()["Key"]: card.question() for card in deck.cards if card.ord == 0}
    assert "[[type:Typed]]" in fronts["france"]
    assert "[[type:" not in fronts["answer"]
    assert "typeGood" in deck.collection.compare_answer(notes["france"]["Typed"], "Paris")
    assert "typeBad" in deck.collection.compare_answer(notes["france"]["Typed"], "Pirates")
    assert "typeBad" not in deck.collection.compare_answer(notes["and"]["Typed"], "& [sound:x]")
    [reverse] = [card for card in deck.cards if card.ord == 1]
    assert "The ampersand." in reverse.question()
    assert "[[type:" not in reverse.answer()
    deck.collection.close()


def test_the_typed_word_is_the_answer_everywhere(make_book: MakeBook) -> None:
    """Without a gist and a body, other media print the word; else it is not repeated."""
    france, sign = read_book(make_book(TYPED)).book.answers
    assert (plain(france.gist), france.body, france.typed) == ("Paris", [], "Paris")
    assert (sign.gist, plain(sign.body)) == ([], "The ampersand.")


@pytest.mark.parametrize("answer", ["", " ", "<b>x</b>", "x" * 201])
def test_words_that_cannot_be_typed(make_book: MakeBook, answer: str) -> None:
    """An answer is a few words of text."""
    [(line, code)] = in_chapter(make_book(ANSWER.replace("{#answer}", f'{{#answer answer="{answer}"}}')))
    assert (line, code) in ((6, "wrong-value"), (6, "too-long"))


def test_choices_are_not_typed(make_book: MakeBook) -> None:
    """An answer is either chosen or typed."""
    chapter = TYPED.partition("\n")[0] + "\n\n::: choices\n- [x] Paris\n- [ ] Rome\n:::\n"
    assert in_chapter(make_book(chapter)) == [(6, "typed-choices")]


def test_a_book_without_typed_answers_knows_no_such_type(make_book: MakeBook) -> None:
    """The ledger of a book has the note types in use, and keeps those used earlier."""
    folder = make_book(ANSWER)
    assert "type/typed" not in publish(folder).entries
    (folder / "01-first-steps.md").write_text((folder / "01-first-steps.md").read_text() + "\n" + TYPED)
    ledger = publish(folder)
    assert {"type/typed", "typed/france", "typed/and", "recall/answer"} <= ledger.entries.keys()
    assert ledger.entries["typed/and"].cards == (1, 2)


@pytest.mark.parametrize("old", ['{#france answer="Paris"}', "{#france}"])
def test_an_answer_that_changes_its_kind(make_book: MakeBook, old: str) -> None:
    """A published answer cannot begin or cease to be typed, since its readers would get a new card."""
    [new] = {'{#france answer="Paris"}', "{#france}"} - {old}
    folder = make_book(ANSWER + "\n" + TYPED.replace('{#france answer="Paris"}', old + "\n\nText."))
    publish(folder)
    chapter = folder / "01-first-steps.md"
    chapter.write_text(chapter.read_text().replace(old, new))
    assert problems(folder) == [("01-first-steps.md", 14, "changed-kind")]
    text = chapter.read_text().replace(new, new.replace("#france", "#france-2"))
    chapter.write_text(text)
    (folder / "retired.md").write_text(f"## What is the capital of France? {old}\n\nParis.\n")
    assert problems(folder) == []
    assert len(Edition(book_in(folder), Templates()).retired.decks) == 1


def test_a_diff_names_typed_notes(make_book: MakeBook, tmp_path: Path) -> None:
    """Typed notes are compared like all others."""
    old = tmp_path / "old.apkg"
    old.write_bytes(package(read_book(make_book(TYPED)).book))
    new = read_book(make_book(TYPED.replace("Paris", "Paname"))).book
    changes = diff_decks(old, Edition(new, Templates()).package, new.key)
    assert [(change.kind, change.note, change.detail) for change in changes] == [("changed", "typed/france", "Typed")]
