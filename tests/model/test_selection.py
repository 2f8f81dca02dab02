"""Selections of answers: by chapter, tag and level, by key, and by relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from crib.pipeline.reading import _refuse_unknown, select
from crib.selection import Selection
from crib.source import read_book

if TYPE_CHECKING:
    from crib.model import Book
    from tests.conftest import MakeBook

CHAPTERS = {
    "01-first-steps.md": """\
---
title: First Steps
exercises: {7: notebooks}
---

## Why a? {#a tags="one" see="b d"}

Because.

## Why b? {#b level=recall}

Because.
""",
    "02-second.md": """\
## Why c? {#c see="a"}

Because.

## Why d? {#d tags="one"}

Because.

## Why e? {#e see="d"}

Because.
""",
}


@pytest.fixture
def book(make_book: MakeBook) -> Book:
    """Return a book: `a` refers to `b` and `d`, and `c` refers to `a`."""
    chapters = {name: text.encode() for name, text in CHAPTERS.items()}
    return read_book(make_book(chapters.pop("01-first-steps.md"), **chapters)).book


@pytest.mark.parametrize(
    ("selection", "keys", "suffix"),
    [
        (Selection(keys=("e", "a")), "ae", "-e-a"),
        (Selection(see=("a",)), "abcd", "-see-a"),
        (Selection(see=("e",)), "de", "-see-e"),
        (Selection(keys=("e",), see=("c",)), "ace", "-e-see-c"),
        (Selection(see=("a",), tags=("one",)), "ad", "-one-see-a"),
        (Selection((2,), see=("a",)), "cd", "-02-see-a"),
        (Selection(keys=("e",), levels=("recall",)), "", "-recall-e"),
    ],
)
def test_by_key_and_by_relation(book: Book, selection: Selection, keys: str, suffix: str) -> None:
    """Keys and relations add up, and chapters, tags and levels narrow them; file names show all of it."""
    selected = select(book, selection)
    assert "".join(answer.key for answer in selected.answers) == keys
    assert sorted(answer.key for answer in (*selected.answers, *selected.others)) == list("abcde")
    assert selected.named("sheets") == f"sheets{suffix}"


def test_a_chapter_is_whole_only_by_its_number(book: Book) -> None:
    """Exercises answered by other sources would be out of place among single answers."""
    assert select(book, Selection((1,))).chapters == book.chapters[:1]
    [chapter] = select(book, Selection(keys=("a",))).chapters
    assert (len(book.chapters[0].exercises), chapter.exercises) == (1, ())
    assert select(book, Selection((1,), keys=("a",))).named_chapter(chapter) == "01-first-steps-a"


def test_many_keys_make_no_long_name() -> None:
    """It has only their number and a digest, so other keys make another name."""
    names = [Selection(keys=tuple(f"answer-{i}-{more}" for i in range(60))).names for more in "ab"]
    assert names[0] != names[1]
    assert all(len(name) == 1 and name[0].startswith("60-keys-") and len(name[0]) == 16 for name in names)


@pytest.mark.parametrize("selection", [Selection(keys=("a", "x")), Selection(see=("x",))])
def test_a_key_that_the_book_does_not_have(book: Book, selection: Selection) -> None:
    """The message lists the existing keys."""
    with pytest.raises(click.UsageError, match="there is no answer x: the book has a, b, c, d, e"):
        select(book, selection)


def test_a_mistyped_key_of_a_large_book() -> None:
    """The message lists the most similar keys, not hundreds."""
    keys = [f"{word}-{number}" for number in range(60) for word in ("weight", "layer")]
    with pytest.raises(click.UsageError, match=r"there is no answer wieght-7: the book has weight-7, [^,]+, [^,]+$"):
        _refuse_unknown("answer", ["layer-1", "wieght-7"], keys)
