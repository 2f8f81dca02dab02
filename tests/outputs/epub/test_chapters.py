"""Chapters of the e-book in chunks, before anything is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.outputs.epub.chapters import chapter_chunks, chunk_names
from crib.source import read_book
from tests.conftest import ANSWER

if TYPE_CHECKING:
    from crib.model import Book
    from tests.conftest import MakeBook


@pytest.fixture
def five(make_book: MakeBook) -> Book:
    """Return a book with a chapter of five answers, the first with a link to the last, and an empty chapter."""
    answers = [ANSWER.replace("#answer", f"#q-{i}") for i in range(1, 6)]
    answers[0] += "\n[There](#q-5).\n"
    empty = b"---\ntitle: Empty\nnumber: 2\n---\n"
    return read_book(make_book("\n".join(answers), **{"02-empty.md": empty})).book


def test_chunks_of_chapters(five: Book) -> None:
    """Chunks are named by chapter and number, and, unless there is only one, by the range of their answers."""
    found = [(chunk.name, chunk.codes, chunk.number, chunk.ends) for chunk in chapter_chunks(five, 2)]
    assert found == [
        ("01-first-steps", "1.1–1.2", 1, False),
        ("01-first-steps.2", "1.3–1.4", 2, False),
        ("01-first-steps.3", "1.5", 3, True),
        ("02-empty", "", 1, True),
    ]
    assert [chunk.codes for chunk in chapter_chunks(five, 1)] == ["1.1", "1.2", "1.3", "1.4", "1.5", ""]
    for most in (5, 6):
        assert [(chunk.name, chunk.codes) for chunk in chapter_chunks(five, most)] == [
            ("01-first-steps", ""),
            ("02-empty", ""),
        ]


def test_a_chunk_knows_where_its_links_lead(five: Book) -> None:
    """It has its answers, and the targets of their links."""
    chunks = list(chapter_chunks(five, 2))
    assert [[answer.key for answer in chunk.chapter.answers] for chunk in chunks] == [
        ["q-1", "q-2"], ["q-3", "q-4"], ["q-5"], []
    ]  # fmt: skip
    assert [[answer.key for answer in chunk.linked] for chunk in chunks] == [["q-5"], [], [], []]
    assert chunks[0].chunks == {"q-1": "01-first-steps", "q-2": "01-first-steps", "q-5": "01-first-steps.3"}
    assert chunk_names(five, 4) == {f"q-{i}": "01-first-steps" + ".2" * (i == 5) for i in range(1, 6)}
