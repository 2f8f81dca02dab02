"""Time and memory to rank answers by a large Anki collection.

    .venv/bin/python -m benchmarks.weak [NOTES]

The collection has two cards per note, each with twenty reviews. At first most notes belong to other decks, besides
those of the shipped book; then all belong to one book.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from anki.collection import Collection

from benchmarks.measure import PYTHON, ROOT, head, measure, row
from crib.outputs.anki.note_types import RECALL
from crib.source import read_book
from crib.weak.ranking import rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.model import Book

TODAY = "2026-01-31"
NOON = 1_769_860_800_000  # of that day, in milliseconds
DAY = 86_400_000
REVIEWS = 20
MEMORY = '{"s": 12.5, "d": 5.5, "decay": 0.2}'


def write_collection(path: Path, guids: Sequence[str], tag: str) -> None:
    """Write a collection with a note for each of *guids*, all with a *tag*."""
    cards = [(2 * note + template, note, template) for note in range(1, len(guids) + 1) for template in (0, 1)]
    Collection(str(path)).close()
    with closing(sqlite3.connect(path)) as anki, anki:
        anki.execute("PRAGMA synchronous = OFF")
        anki.execute("DROP INDEX idx_notes_mid")  # it needs a collation of Anki's
        anki.executemany(
            "INSERT INTO notes VALUES (?, ?, 1, 0, 0, ?, 'text', 'text', 0, 0, '')",
            ((note, guid, f" {tag} ") for note, guid in enumerate(guids, 1)),
        )
        anki.executemany(
            "INSERT INTO cards VALUES (?, ?, 1, ?, 0, 0, 2, 2, 0, 9, 2300, 20, 3, 0, 0, 0, 0, ?)",
            ((*card, MEMORY) for card in cards),
        )
        anki.executemany(
            "INSERT INTO revlog VALUES (?, ?, 0, ?, 1, 1, 0, 0, 1)",
            (
                (NOON - day * 3 * DAY - card, card, 1 if (card + day) % 7 == 0 else 3)
                for card, _, _ in cards
                for day in range(REVIEWS)
            ),
        )


def of_many_answers(count: int) -> Book:
    """Return a book with *count* answers."""
    book = read_book(ROOT / "content").book
    first = book.chapters[0]
    answers = tuple(replace(first.answers[0], key=f"key-{number}") for number in range(count))
    return replace(book, chapters=(replace(first, answers=answers),))


def main() -> None:
    """Print the cost for the shipped book, and for one with an answer for every note."""
    if sys.argv[1:2] == ["rank"]:
        rank(of_many_answers(int(sys.argv[3])), Path(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    print(head("notes", "of the book", "processor time (s)", "memory (MB)", words=0))
    with TemporaryDirectory() as folder:
        shipped = read_book(ROOT / "content").book
        ours = [RECALL.guid(shipped, answer) for answer in shipped.answers]
        path = Path(folder, "collection.anki2")
        write_collection(path, [*ours, *(f"guid{number}" for number in range(count - len(ours)))], "other")
        cost = measure([PYTHON, "-m", "crib", "weak", path, "--dry-run", "--today", TODAY])
        print(row(count, len(ours), cost.cpu, cost.largest))
    with TemporaryDirectory() as folder:
        many = of_many_answers(count)
        path = Path(folder, "collection.anki2")
        write_collection(path, [RECALL.guid(many, answer) for answer in many.answers], f"{many.key}::ch01")
        cost = measure([PYTHON, "-m", "benchmarks.weak", "rank", path, str(count)])
        print(row(count, count, cost.cpu, cost.largest))


if __name__ == "__main__":
    main()
