"""Draw the pictures of docs/before-the-exam.md: prints of `weak` for a learner of the shipped book.

The learner's collection is a real one of Anki, with reviews on fixed days and seeded outcomes.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from crib.outputs.anki.note_types import RECALL
from crib.source import read_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/before-the-exam"
TODAY = "2026-06-30"
NOON = 1_782_820_800_000  # of that day, in milliseconds
DAY = 86_400_000
DAYS = (55, 50, 44, 37, 29, 20, 12, 4)
"""Days of study of each answer, counted back from today."""

NEW_FROM = 18
"""The first chapter without studied answers."""

CHANCES = (0.02, 0.02, 0.02, 0.02, 0.02, 0.3, 0.6)
"""Probabilities of failing an answer; each answer has one of these."""

PAGES = {"sheet": (0, 1100), "cards": (2, 700), "quiz": (0, 700), "progress": (0, 800)}
"""The page to draw of each print, and the width of its picture in pixels."""


def main() -> None:
    """Write the pictures, and print the output of `weak`."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        content = shutil.copytree(ROOT / "content", folder / "content")  # the build may change its ledger
        book = read_book(content).book
        _crib("anki", "--content", content, "--out", folder)
        path = _studied(book, folder / f"{book.key}.apkg", folder / "collection.anki2")
        print(_crib("weak", path, "--content", content, "--today", TODAY, "--top", 20, "--out", folder))
        PICTURES.mkdir(exist_ok=True)
        for print_name, (page, width) in PAGES.items():
            _draw(folder / f"weak/{print_name}.pdf", page, width, PICTURES / f"{print_name}.png")


def _crib(*arguments: object) -> str:
    command = [sys.executable, "-m", "crib", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stderr  # noqa: S603


def _studied(book: Book, deck: Path, path: Path) -> Path:
    """Write a collection of a learner of *deck*, the deck of *book*, to *path*, and return the path."""
    with closing(Collection(str(path))) as anki:
        anki.import_anki_package(
            ImportAnkiPackageRequest(package_path=str(deck), options=ImportAnkiPackageOptions(with_scheduling=True))
        )
    with closing(sqlite3.connect(path)) as anki, anki:
        cards = dict(anki.execute("SELECT guid, cards.id FROM cards JOIN notes ON nid = notes.id WHERE ord = 0"))
        for answer in book.answers:
            if answer.chapter < NEW_FROM:
                card, days = cards[RECALL.guid(book, answer)], dict(_days(answer.key))
                anki.executemany(
                    "INSERT INTO revlog VALUES (?, ?, 0, ?, 1, 1, 0, 0, 1)",
                    ((NOON - day * DAY - card % DAY // 3, card, 1 if failed else 3) for day, failed in days.items()),
                )
                lapses = sum(days.values())
                ease = max(1300, 2500 - 200 * lapses)
                interval = 3 if days[DAYS[-1]] else 20
                anki.execute(
                    "UPDATE cards SET lapses = ?, factor = ?, ivl = ? WHERE id = ?", (lapses, ease, interval, card)
                )
    return path


def _days(key: str) -> Iterator[tuple[int, bool]]:
    """Yield each day of study of an answer, with True if it was failed."""
    random = Random(key)  # noqa: S311 - no secret
    chance = random.choice(CHANCES)
    for day in DAYS:
        yield day, random.random() < chance


def _draw(pdf: Path, page: int, width: int, picture: Path) -> None:
    pdf_page = pdfium.PdfDocument(pdf)[page]
    image = pdf_page.render(scale=width / pdf_page.get_width()).to_pil()
    image.quantize(32).save(picture, optimize=True)


if __name__ == "__main__":
    main()
