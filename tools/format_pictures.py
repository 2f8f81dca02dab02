"""Draw the pictures of docs/format.md: each example followed by a picture, in the media that render it differently."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from crib.source import read_book
from tests.chromium import chromium, find
from tools.pictures import FONTS, ROOT, columns, save, trimmed
from tools.screens import Screens

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from crib.model import Answer, Book

DOC = ROOT / "docs/format.md"
PICTURES = ROOT / "docs/format"
FIGURES = ROOT / "templates/new/figures"
EXAMPLE = re.compile(r"^(`{3,}|~{3,})markdown\n((?:(?!\1$).*\n)+)\1\n\n!\[[^\]]+\]\(format/(\w+)\.png\)$", re.MULTILINE)
SETTINGS = """\
key: format
title: The Format
authors: [The Crib contributors]
language: en-US
license: CC0
description: One answer for each block.
released: 2026-11-29
"""

SHOWN = {
    "gist": ["sheet", "book", "back", "answer"],
    "hint": ["front", "questions", "question"],
    "choices": ["quiz", "question", "front", "back", "sheet"],
    "cards": ["sheet", "question", "front", "back", "reverse"],
    "typed": ["question", "answer", "quiz"],
    "cloze": ["gap", "filled"],
    "figure": ["book", "epub", "answer"],
    "text": ["book", "epub", "sheet", "answer"],
    "lists": ["book", "epub"],
    "notes": ["book", "epub"],
    "formulas": ["sheet", "list"],
}
LABELS = {
    "sheet": "Cheat sheet",
    "book": "Book",
    "list": "Book, formulas",
    "quiz": "Quiz",
    "front": "Card, front",
    "back": "Card, back",
    "questions": "E-book, questions",
    "epub": "E-book",
    "question": "Anki, front",
    "answer": "Anki, back",
    "reverse": "Anki, reverse",
    "gap": "Anki, front",
    "filled": "Anki, back",
}
WIDTH = 760
"""Pixels of a column."""

WINDOW = (WIDTH // 2, 1200)
SCALE = 1.8
"""Pixels for each point of a page."""


def examples() -> dict[str, str]:
    """Return the examples of docs/format.md by the names of their pictures."""
    return {name: text for _, text, name in EXAMPLE.findall(DOC.read_text(encoding="utf-8"))}


def write(folder: Path) -> Path:
    """Write a book with a chapter for each example to *folder*, and return it."""
    shutil.copytree(FIGURES, folder / "figures")
    (folder / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    for number, (name, text) in enumerate(examples().items(), 1):
        path = folder / f"{number:02}-{name}.md"
        path.write_text(f"# {name.capitalize()}\n\n{text}", encoding="utf-8")
    return folder


def main() -> None:
    """Build the book, and write the pictures."""
    with TemporaryDirectory() as name, chromium(find(), Path(name), fonts=FONTS) as browser:
        folder = Path(name)
        content = write(folder / "content")
        for command in ("sheets", "book", "epub", "anki", "cards --stock index-3x5"):
            _crib(folder, command)
        media = Media(read_book(content).book, folder, Screens(browser, folder, WINDOW))
        for chapter, example in enumerate(examples(), 1):
            parts = [(LABELS[medium], getattr(media, medium)(chapter)) for medium in SHOWN[example]]
            save(columns(parts, WIDTH, WIDTH), PICTURES / f"{example}.png")


def _crib(folder: Path, command: str) -> None:
    words = [*command.split(), "--quiet", "--content", str(folder / "content"), "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "crib", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


@dataclass(frozen=True)
class Media:
    """Pictures of a chapter in each medium."""

    of: Book
    folder: Path
    screens: Screens

    def sheet(self, chapter: int) -> Picture:
        """Return the cheat sheet below its head."""
        [pdf] = self.folder.glob(f"sheets/{chapter:02}-*.pdf")
        return _part(pdf, 1, top=0.1)

    def book(self, chapter: int) -> Picture:
        """Return the page of the book with the answer, below its head."""
        return self._book_page(f"{self._answer(chapter).code} ")

    def list(self, _chapter: int) -> Picture:
        """Return the page of formulas."""
        return self._book_page("Formulas")

    def _book_page(self, start: str) -> Picture:
        pdf = self.folder / "book.pdf"
        [page, *_] = [
            mark.get_dest().get_index()
            for mark in pdfium.PdfDocument(pdf).get_toc()
            if mark.get_title().startswith(start)
        ]
        return _part(pdf, page + 1, top=0.07)

    def quiz(self, chapter: int) -> Picture:
        """Return a quiz of the chapter, without its key."""
        _crib(self.folder, f"quiz --chapter {chapter}")
        return _part(self.folder / f"quiz-{chapter:02}.pdf", 1, top=0.1)

    def front(self, chapter: int) -> Picture:
        """Return the front of the printed card."""
        return self._card(chapter, 0)

    def back(self, chapter: int) -> Picture:
        """Return the back of the printed card."""
        return self._card(chapter, 1)

    def _card(self, chapter: int, side: int) -> Picture:
        """Return a side: four pages of instructions and a test come first."""
        number = 5 + 2 * list(self.of.answers).index(self._answer(chapter)) + side
        return _rendered(self.folder / "cards.pdf", number)

    def epub(self, chapter: int) -> Picture:
        """Return the answer in the e-book."""
        return self._e_book(f"answers/{self._slug(chapter)}.xhtml#{self._answer(chapter).key}")

    def questions(self, chapter: int) -> Picture:
        """Return the questions of the chapter in the e-book."""
        return self._e_book(f"questions/{self._slug(chapter)}.xhtml")

    def _e_book(self, page: str) -> Picture:
        return trimmed(self.screens.epub(self.folder / "format.epub", page, size=WINDOW).picture)

    def question(self, chapter: int) -> Picture:
        """Return the front of the card in Anki."""
        return self._anki(f"Key:{self._answer(chapter).key}", "question")

    def answer(self, chapter: int) -> Picture:
        """Return the back of the card in Anki; a typed answer has a mistake."""
        return self._anki(f"Key:{self._answer(chapter).key}", "answer")

    def reverse(self, chapter: int) -> Picture:
        """Return the front of the reverse card in Anki."""
        return self._anki(f"Key:{self._answer(chapter).key} card:2", "question")

    def gap(self, _chapter: int) -> Picture:
        """Return the front of the only cloze card in Anki."""
        return self._anki('"note:Crib Cloze"', "question")

    def filled(self, _chapter: int) -> Picture:
        """Return the back of the only cloze card in Anki."""
        return self._anki('"note:Crib Cloze"', "answer")

    def _anki(self, query: str, side: str) -> Picture:
        [screen] = self.screens.anki(self.folder / "format.apkg", query, side, typed="Pairs")
        return trimmed(screen.picture)

    def _answer(self, chapter: int) -> Answer:
        return next(answer for answer in self.of.answers if answer.chapter == chapter)

    def _slug(self, chapter: int) -> str:
        return f"{chapter:02}-{list(examples())[chapter - 1]}"


def _rendered(pdf: Path, page: int) -> Picture:
    picture: Picture = pdfium.PdfDocument(pdf)[page - 1].render(scale=SCALE).to_pil().convert("RGB")
    return picture


def _part(pdf: Path, page: int, top: float) -> Picture:
    """Return the printed area of a page between header and footer."""
    whole = _rendered(pdf, page)
    return trimmed(whole.crop((0, round(whole.height * top), whole.width, round(whole.height * 0.93))))


if __name__ == "__main__":
    main()
