"""Characters missing from all fonts for paper: no obstacle for e-book or deck."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.commands import crib
from tests.conftest import ANSWER, BOOK
from tests.epubs import SMALL_COVER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeBook

WORDS = ["a 😀", "كلمة", "学び"]


@pytest.mark.parametrize("word", WORDS)
def test_a_book_with_words_that_cannot_be_printed(make_book: MakeBook, tmp_path: Path, word: str) -> None:
    """The whole e-book, a chapter of it and the deck build; only the list of printed pages is left out."""
    folder = make_book(ANSWER.replace("settles", f"settles, {word},"))
    for command in (["epub"], ["epub", "--chapter", "1"], ["anki"]):
        done = crib(*command, "--content", folder, "--out", tmp_path / "dist", "--templates", SMALL_COVER)
        assert done.returncode == 0, done.stderr
        warns = "so the e-book has no list of printed pages" in done.stderr
        assert warns == (command == ["epub"])
    with ZipFile(tmp_path / "dist/small-book.epub") as epub:
        assert word in epub.read("EPUB/answers/01-first-steps.xhtml").decode()
        assert b"page-list" not in epub.read("EPUB/nav.xhtml")
    printed = crib("book", "--content", str(folder), "--out", str(tmp_path / "dist"))
    assert printed.returncode == 1
    assert "error[glyph]" in printed.stderr


def test_a_title_that_cannot_be_printed(make_book: MakeBook, tmp_path: Path) -> None:
    """The e-book has it, its cover does not; --strict refuses it, with the line."""
    folder = make_book(ANSWER, book=BOOK.replace("A Small Book", "小さな本"))
    options = ["--content", str(folder), "--out", str(tmp_path / "dist")]
    done = crib("epub", *options)
    assert done.returncode == 0, done.stderr
    assert "book.yaml:2: warning[glyph]: no font prints" in done.stderr
    assert "the cover of the e-book is drawn without the title" in done.stderr
    with ZipFile(tmp_path / "dist/small-book.epub") as epub:
        assert "小さな本" in epub.read("EPUB/text/title.xhtml").decode()
    strict = crib("epub", "--strict", *options)
    assert strict.returncode == 1
    assert "book.yaml:2: error[glyph]" in strict.stderr
