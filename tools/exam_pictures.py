"""Draw the pictures of docs/before-the-exam.md: what `weak` prints for a learner of the shipped book.

The learner studies the deck on a real Anki, with reviews of fixed days that a seed decides on.
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
"""On which days before today each answer was studied."""

NEW_FROM = 18
"""The chapter from which answers were not studied yet."""

CHANCES = (0.02, 0.02, 0.02, 0.02, 0.02, 0.3, 0.6)
"""How likely answers are to be failed; each has one of these."""

PAGES = {"sheet": (0, 1100), "cards": (2, 700), "quiz": (0, 700), "progress": (0, 800)}
"""The page of each print that is drawn, and the width of its picture."""


def main() -> None:
    """Write the pictures, and print what `weak` says."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        content = shutil.copytree(ROOT / "content", folder / "content")  # whose ledger may change
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
    """Return the *path* of a collection of someone who has studied the *deck* of *book*."""
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
    """Yield the days on which an answer was studied, and whether it was failed on each."""
    random = Random(key)  # noqa: S311 - no secret
    chance = random.choice(CHANCES)
    for day in DAYS:
        yield day, random.random() < chance


def _draw(pdf: Path, page: int, width: int, picture: Path) -> None:
    drawn = pdfium.PdfDocument(pdf)[page]
    image = drawn.render(scale=width / drawn.get_width()).to_pil()
    image.quantize(32).save(picture, optimize=True)


if __name__ == "__main__":
    main()
