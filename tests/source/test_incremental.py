"""Incremental parsing: unchanged questions come from the cache, with the same result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.markup import pandoc
from crib.problems import Report
from crib.source.incremental import _blocks, read_blocks
from tests.conftest import ROOT

if TYPE_CHECKING:
    from crib.model.elements import Elements
    from crib.problems import Problem

A, B, C = QUESTIONS = [
    f"## Why {name}? {{#{name}}}\n\n::: gist\nSince {name}.\n:::\n\nMore of *{name}*.\n" for name in "abc"
]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return pandoc's input from now on."""
    given = []
    read = pandoc.read

    def told(markdown: str) -> Elements:
        given.append(markdown)
        return read(markdown)

    monkeypatch.setattr(pandoc, "read", told)
    return given


def blocks_of(markdown: str) -> tuple[Elements, list[Problem]]:
    """Return the blocks of *markdown*, and its problems."""
    report = Report("file")
    return read_blocks(markdown, report), report.problems


def anew(markdown: str) -> tuple[Elements, list[Problem]]:
    """Return the same, parsed as a whole."""
    report = Report("file")
    return _blocks(markdown, report), report.problems


@pytest.mark.usefixtures("cache")
def test_only_what_has_changed_is_parsed(parsed: list[str]) -> None:
    """The cache key contains the line of the question."""
    blocks_of(A + B + C)
    parsed.clear()
    changed = A + B.replace("Since", "Because") + C
    found = blocks_of(changed)
    [text] = parsed
    assert "Because" in text
    assert "Why a" not in text
    assert "Why c" not in text
    assert found == anew(changed)


@pytest.mark.usefixtures("cache")
def test_what_was_moved_is_parsed_too(parsed: list[str]) -> None:
    """Otherwise problems would be reported at the old line."""
    blocks_of(A + B + C)
    for text in ("\n" + A + B + C, A + "\nA line.\n" + B + C, B + C, C + B + A, A + C):
        parsed.clear()
        assert blocks_of(text) == anew(text)
        assert parsed


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\nSee [this][x].\n\n{B}\n[x]: https://example.org\n",
        f"{A}\nA note.[^1]\n\n[^1]: One.\n\n{B}\nA note.[^1]\n\n[^1]: Another.\n",
        f"{A}\nA note.[^1]\n\n{B}\n[^1]: One.\n",
        f"{A}\nA note.[^1]\n\n[^1]: One.\n\n{B}\nAnother.[^2]\n\n[^2]: Two.\n",
        f"{A}\n```\n{B}\n```\n\n{C}",
        f"{A}\n```\n{B}\n{C}",
        f"{A}\n::: hint\nOpen.\n\n{B}{C}",
        f"{A}\n<!--\n{B}\n-->\n{C}",
        f"{A}\n$$\n{B}\n$$\n{C}",
        f"{A}\n> ## Why? {{#quoted}}\n\n{B}",
        f"{A}\n # Why? {{#other}}\n\n{B}",
        f"Stray.\n\n{A}{B}",
        f"\n\n\n{A}{B}",
        "",
    ],
)
@pytest.mark.usefixtures("cache")
def test_neighbors_matter_as_ever(text: str) -> None:
    """Notes and link definitions belong to the whole file, and an open block includes the text after it."""
    questions = text.split("## ")
    halves = ("## ".join(questions[:half]) for half in range(1, len(questions) + 1))
    for known in (*QUESTIONS, *halves, text):
        blocks_of(known)
    assert blocks_of(text) == anew(text)


@pytest.mark.usefixtures("cache")
def test_the_shipped_book_is_read_as_before() -> None:
    """Also when each question in it was changed once."""
    for path in sorted((ROOT / "content").glob("0[46]-*.md")):
        text = path.read_text(encoding="utf-8").split("---\n", 2)[2]
        blocks_of(text.replace("::: gist\n", "::: gist\nWell. "))
        blocks_of(text.replace("::: gist\n", "::: gist\nWell. ", 3))
        assert blocks_of(text) == anew(text)
