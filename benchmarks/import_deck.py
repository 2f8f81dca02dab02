"""Time and memory to import an Anki deck with many notes.

    .venv/bin/python -m benchmarks.import_deck [NOTES]

genanki writes the deck: notes of the type *Basic*, in ten subdecks, each with a list and a formula.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import genanki

from benchmarks.measure import PYTHON, ROOT, measure

DECKS = 10


def write_deck(path: Path, count: int) -> None:
    """Write a package of *count* notes to *path*."""
    decks = [genanki.Deck(1 << 41 | number, f"Many::Part {number}") for number in range(DECKS)]
    for number in range(count):
        reasons = f"<ul><li>the first</li><li>\\({number} x^2\\)</li></ul>"
        back = f"Because of <b>{number}</b>:{reasons}{'words ' * 40}"
        decks[number % DECKS].add_note(genanki.Note(genanki.BASIC_MODEL, [f"Why is it {number}?", back]))
    genanki.Package(decks).write_to_file(str(path))


def main() -> None:
    """Print the cost of importing a deck."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with TemporaryDirectory() as folder:
        deck = Path(folder, "deck.apkg")
        write_deck(deck, count)
        cost = measure([PYTHON, ROOT / "build.py", "import", deck, "--to", Path(folder, "book")])
    print(f"{count:,} notes: {cost.cpu:.0f} s of processor time, {cost.wall:.0f} s, {cost.largest:.0f} MB")


if __name__ == "__main__":
    main()
