"""Tables with questions as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib import limits
from crib.model.tree import plain
from crib.source import read_book
from tests.conftest import ANSWER
from tests.source.test_source import in_chapter, problems

if TYPE_CHECKING:
    from crib.model import Answer
    from tests.conftest import MakeBook

HEAD = "| Word | Meaning | Example |\n|---|---|---|\n"
TABLE = "{.cards}\n" + HEAD + "| chat | *cat* | Le chat dort. |\n| être | to be | |\n| 猫 | cat | |\n"


def answers(make_book: MakeBook, chapter: str) -> list[Answer]:
    """Return the answers of a chapter without problems."""
    folder = make_book(chapter)
    assert in_chapter(folder) == []
    return list(read_book(folder).book.answers)


def test_each_row_is_an_answer(make_book: MakeBook) -> None:
    """The first column asks, the second is the gist, and the others are the body, below their names."""
    cat, be, neko = answers(make_book, TABLE)
    assert (cat.key, cat.code, cat.line, cat.keyed) == ("chat", "1.1", 9, True)
    assert [plain(part) for part in (cat.question, cat.gist, cat.body)] == ["chat", "cat", "Example Le chat dort."]
    assert (be.key, be.code, be.line, plain(be.gist), be.body) == ("etre", "1.2", 10, "to be", [])
    assert neko.key.startswith("key-")


@pytest.mark.parametrize("caption", [": {.cards}\n", ": My words {.cards}\n", ":  words{.cards}\n"])
def test_the_class_may_be_in_the_caption(make_book: MakeBook, caption: str) -> None:
    """A caption marks its table as one of cards, and is not printed."""
    marked = answers(make_book, f"{TABLE}\n: Caption\n")
    captioned = answers(make_book, TABLE.removeprefix("{.cards}\n") + "\n" + caption)
    assert [answer.parts for answer in marked] != []
    assert [(a.key, plain(list(a.parts))) for a in marked] == [(a.key, plain(list(a.parts))) for a in captioned]


def test_rows_are_numbered_on(make_book: MakeBook) -> None:
    """A table may come before the first question, and after an answer; more tables may follow."""
    assert len(answers(make_book, '## Two? {#two answer="2"}\n\n' + TABLE)) == 4
    assert len(answers(make_book, "# Words\n\n" + TABLE)) == 3
    chapter = TABLE + "\n" + ANSWER + "\n" + TABLE.replace("chat", "chien").replace("être", "avoir").replace("猫", "犬")
    found = answers(make_book, chapter)
    assert [answer.code for answer in found] == [f"1.{number}" for number in range(1, 8)]
    assert plain(found[3].body) == "Whatever settles the question."


def test_settings_of_all_rows(make_book: MakeBook) -> None:
    """Attributes of the table are those of its rows; `.typed` asks to type the second column."""
    cat, *_ = answers(make_book, TABLE.replace("{.cards}", "{.cards .typed reverse=true level=recall}"))
    assert (cat.reverse, cat.level, cat.typed) == (True, "recall", "cat")


def test_keys_of_rows(make_book: MakeBook) -> None:
    """Keys do not depend on the order of rows; a column `#key` has the writer's own keys."""
    words = ["ou", "où", "C++", "C", "c#", "co-op", "co op"]
    rows = [f"| {word} | x |\n" for word in words]
    head = "{.cards}\n| a | b |\n|---|---|\n"
    keys = {plain(a.question): a.key for a in answers(make_book, head + "".join(rows))}
    again = {plain(a.question): a.key for a in answers(make_book, head + "".join(reversed(rows)))}
    assert keys == again
    assert (keys["ou"], keys["C"]) == ("ou", "c")
    assert len(set(keys.values())) == len(words)
    chosen = answers(
        make_book, "{.cards}\n| a | #key | b |\n|---|---|---|\n| bank | #w1 | river |\n| bank | w2 | money |\n"
    )
    assert [(a.key, plain(a.gist)) for a in chosen] == [("w1", "river"), ("w2", "money")]


@pytest.mark.parametrize(
    ("chapter", "line", "code"),
    [
        ("{.cards}\n" + HEAD + "| a | b | c |\n| a | d | e |\n", 10, "duplicate-key"),
        ("{.cards}\n" + HEAD + "| | b | c |\n", 9, "no-question"),
        ("{.cards}\n" + HEAD + "| a | | |\n", 9, "no-answer"),
        ("{.cards}\n" + HEAD + "| a | b[^1] | |\n\n[^1]: Note.\n", 9, "misplaced-note"),
        ("{.cards}\n" + HEAD + "| [a](#none) | b | |\n", 9, "broken-link"),
        ("{.cards}\n| a |\n|---|\n| b |\n", 7, "card-columns"),
        ("{.cards}\n| a | #key |\n|---|---|\n| b | c |\n", 7, "card-columns"),
        ("{.cards}\n| a | #key | b |\n|---|---|---|\n| b | Not a key | c |\n", 9, "bad-key"),
        ("{.cards n=3}\n" + HEAD + "| a | b | c |\n", 7, "attribute"),
        ("{.cards .big}\n" + HEAD + "| a | b | c |\n", 7, "attribute"),
        ("{.cards level=hard}\n" + HEAD + "| a | b | c |\n| d | e | f |\n", 7, "wrong-value"),
        ("{.cards}\n" + HEAD + "| a | b | c |\n\nText.\n\nMore.\n", 11, "stray-text"),
        ("## Words {#words}\n\n{.cards}\n" + HEAD + "| a | b | c |\n", 6, "no-answer"),
        (ANSWER + "\n> {.cards}\n> | a | b |\n> |---|---|\n> | c | d |\n", 15, "attribute"),
        ("Text.\n\n" + TABLE, 6, "stray-text"),
    ],
)
def test_mistakes_in_tables_of_cards(make_book: MakeBook, chapter: str, line: int, code: str) -> None:
    """Each mistake has the line of its row, or of its table."""
    assert (line, code) in in_chapter(make_book(chapter))
    assert len(in_chapter(make_book(chapter))) <= 1 + (code == "stray-text")


def test_no_cards_in_the_notation(make_book: MakeBook) -> None:
    """Notation has no questions."""
    folder = make_book(**{"notation.md": TABLE.encode()})
    assert problems(folder) == [("notation.md", 2, "misplaced-cards")]


def test_a_long_table(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows do not count as text of one answer; there may be thousands of them, and not more."""
    rows = [f"| word {i} | meaning {i} | {'x' * 400} |\n" for i in range(300)]
    assert len(answers(make_book, "{.cards}\n" + HEAD + "".join(rows))) == len(rows)
    monkeypatch.setattr(limits, "CARD_ROWS", len(rows) - 1)
    assert in_chapter(make_book("\n{.cards}\n" + HEAD + "".join(rows))) == [(8, "too-long")]
