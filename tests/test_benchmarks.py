"""The generated book for benchmarks: valid, reproducible, and with every kind of content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.books import write_book
from crib.lint import lint
from crib.model.elements import attributes, is_display, target, text_of
from crib.model.tree import walk
from crib.source import read_book

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a book."""
    folder = tmp_path_factory.mktemp("books") / "content"
    write_book(folder, COUNT)
    return folder


def test_it_has_no_problems(folder: Path) -> None:
    """It has no problems."""
    reading = read_book(folder)
    assert [*reading.problems, *lint(reading.book)] == []
    assert len(list(reading.book.answers)) == COUNT


def test_it_is_the_same_twice(folder: Path, tmp_path: Path) -> None:
    """The same seed gives the same book, another seed a different one."""
    write_book(tmp_path / "again", COUNT)
    write_book(tmp_path / "other", COUNT, seed=1)
    assert _files(tmp_path / "again") == _files(folder) != _files(tmp_path / "other")


def test_it_has_everything(folder: Path) -> None:
    """It contains everything of cost to an output."""
    answers = list(read_book(folder).book.answers)
    elements = [element for answer in answers for element in walk(list(answer.parts))]
    assert {element["t"] for element in elements} >= {
        "BulletList",
        "Code",
        "CodeBlock",
        "Figure",
        "Link",
        "Math",
        "Note",
        "OrderedList",
        "Table",
    }
    assert {name for element in elements for name in attributes(element)[1]} >= {
        "c1",
        "since",
        "term",
        "tip",
        "warning",
    }
    assert {is_display(element) for element in elements if element["t"] == "Math"} == {True, False}
    assert any(r"\begin{pmatrix}" in text_of(element) for element in elements if element["t"] == "Math")
    assert {answer.level for answer in answers} == {"recall", "explain", "derive"}
    assert all(any(getattr(answer, part) for answer in answers) for part in ("hint", "cloze", "tags", "see"))


def test_links_lead_to_other_chapters(folder: Path) -> None:
    """A change affects outputs of more than its own chapter."""
    answers = {answer.key: answer for answer in read_book(folder).book.answers}
    links = [
        (answer.chapter, answers[target(element)[1:]].chapter)
        for answer in answers.values()
        for element in walk(answer.body)
        if element["t"] == "Link" and target(element).startswith("#")
    ]
    assert any(here != there for here, there in links)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
