"""Limits on the length of text."""

from __future__ import annotations

import pytest

from crib import limits
from crib.source import read_book
from tests.conftest import ANSWER, MakeBook

LINE = 12
"""The line after ANSWER."""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("`" * 1_000_000, "characters without a space"),
        ("[" * 999 + "x" * 20_000 + "]" * 999, "characters without a space"),
        ("w" * 200_000, "characters without a space"),
        ("$" + "x" * 20_000 + "$", "characters without a space"),
        ("w" * 2_001, "a word of more than"),
        ("**" + "w" * 5_000 + "**", "a word of more than"),
        ("`" + "w" * 5_000 + "`", "a word of more than"),
        ("https://example.org/" + "w" * 5_000, "a word of more than"),
        ("word " * 5_000, "characters of a paragraph"),
        ("> - " + "*word* " * 5_000, "characters of a paragraph"),
        ("```\n" + "word word\n" * 6_000 + "```", "characters of a code block"),
        ("| a | b |\n|---|---|\n" + "| x | y |\n" * 2_600, "cells of a table"),
        ("## " + "word " * 500 + "{#long}\n\n::: gist\nG.\n:::\n\nA.", "characters of a question"),
    ],
)  # fmt: skip
def test_text_without_end(make_book: MakeBook, text: str, what: str) -> None:
    """It is a problem with its first line, and nothing is laid out."""
    found = [each for each in read_book(make_book(f"{ANSWER}\n{text}\n")).problems if each.code == "too-long"]
    assert [(each.line - 5, each.file.rpartition("/")[2]) for each in found] == [(9, "01-first-steps.md")]
    assert what in found[0].text


def test_an_answer_without_end(make_book: MakeBook) -> None:
    """It is named by the line of its question."""
    long = "\n\n".join(["A paragraph of a few words."] * 4_000)
    [problem] = read_book(make_book(f"{ANSWER}\n## Second? {{#second}}\n\n::: gist\nG.\n:::\n\n{long}\n")).problems
    assert (problem.line - 5, problem.code) == (9, "too-long")
    assert "an answer of more than" in problem.text


def test_text_of_the_greatest_length(make_book: MakeBook) -> None:
    """Texts of the maximum length are no problem."""
    parts = (
        "w" * limits.WORD_LENGTH,
        "word " * (limits.PARAGRAPH_LENGTH // 5),
        "```\n" + "word\n" * (limits.CODE_LENGTH // 5) + "```",
        "語" * limits.WORD_LENGTH,
    )
    assert not read_book(make_book(f"{ANSWER}\n" + "\n\n".join(parts) + "\n")).problems
