"""Settings are short enough for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.source import read_book
from tests.conftest import BOOK, FRONT

if TYPE_CHECKING:
    from tests.conftest import MakeBook

LONG = "word " * 4000


@pytest.mark.parametrize("name", ["title", "description", "license"])
def test_a_setting_of_the_book(make_book: MakeBook, name: str) -> None:
    """A too long setting is reported with its line."""
    lines = [f"{name}: {LONG}" if line.startswith(f"{name}:") else line for line in BOOK.splitlines()]
    [line] = [number for number, text in enumerate(lines, 1) if text.startswith(f"{name}:")]
    problems = read_book(make_book(book="\n".join(lines))).problems
    assert ("book.yaml", line, "too-long") in [(p.file.rpartition("/")[2], p.line, p.code) for p in problems]


def test_a_title_of_a_chapter(make_book: MakeBook) -> None:
    """It has at most 500 characters."""
    for length, codes in ((500, []), (501, ["too-long"])):
        front = FRONT.replace("First Steps", "x" * length)
        problems = read_book(make_book(front=front)).problems
        assert [(problem.line, problem.code) for problem in problems] == [(2, code) for code in codes]


def test_tags_of_an_answer(make_book: MakeBook) -> None:
    """Tags have room on one line of a page."""
    answer = f'## Why? {{#why tags="{"a " * 2000}a"}}\n\n::: gist\nSo.\n:::\n\nSo.\n'
    problems = read_book(make_book(answer)).problems
    assert [(problem.line, problem.code) for problem in problems if problem.code == "too-long"] == [(6, "too-long")]
