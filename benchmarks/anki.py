"""Time to write a deck: Crib, the minimum for the same rows and compression, and plain genanki.

    .venv/bin/python benchmarks/anki.py [NOTES]

Each way runs three times, in processes of its own; the fastest run counts. The minimum inserts the
same rows with `executemany` into the same tables, with the same compression. genanki does not compress.
"""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import time
from io import BytesIO
from tempfile import NamedTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

import genanki
from genanki.apkg_schema import APKG_SCHEMA

from crib.outputs.anki import apkg
from crib.outputs.anki.note_types import RECALL

RUNS = 3
WORDS = ("gradient", "descent", "feature", "cost", "function", "model", "training", "set", "random", "forest")
FRONT = "<main>{{Question}}{{Hint}}</main>"
BACK = "<main>{{Question}}{{Gist}}{{Answer}}{{Source}}</main>"


def texts(number: int) -> tuple[str, ...]:
    """Return the fields of one note: about 2,000 characters, like an answer of the shipped book."""
    words = [WORDS[(number * 7 + i * (number % 13 + 1)) % len(WORDS)] + str((number + i) % 97) for i in range(200)]
    body = f"<p>{' '.join(words)} \\({number}x^2\\)</p>"
    return (f"What is {number}?", body[:200], body, *[""] * (len(RECALL.fields) - 4), str(number))


def package(count: int) -> apkg.Package:
    """Return a deck of *count* notes."""
    note_type = RECALL.note_type([(FRONT, BACK), ("{{#Reverse}}{{Reverse}}{{/Reverse}}", BACK)], "", 0)
    notes = (
        apkg.Note(note_type, 5 * 10**11 + 16 * i, f"{i:032x}", 0, i, ("book::ch01", f"book::code::1_{i}"), texts(i))
        for i in range(count)
    )
    return apkg.Package((apkg.Deck(1 << 41, "Many", "", tuple(notes)),))


def crib(count: int) -> float:
    """Return the seconds for Crib."""
    deck = package(count)
    started = time.perf_counter()
    apkg.write_apkg(deck)
    return time.perf_counter() - started


def least(count: int) -> float:
    """Return the minimum in seconds for the same rows and the same compression."""
    [deck] = package(count).decks
    rows = [
        (n.id, n.guid, n.type.id, 0, -1, " ".join(n.tags), "\x1f".join(n.fields), n.fields[7], 0, 0, "")
        for n in deck.notes
    ]
    cards = [(n.id, n.id, deck.id, 0, 0, -1, 0, 0, n.due, *[0] * 8, "") for n in deck.notes]
    started = time.perf_counter()
    with NamedTemporaryFile() as file, sqlite3.connect(file.name) as connection:
        connection.executescript(APKG_SCHEMA)
        connection.executemany("INSERT INTO notes VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows)
        connection.executemany("INSERT INTO cards VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", cards)
        connection.commit()
        with ZipFile(BytesIO(), "w", ZIP_DEFLATED) as archive:
            archive.write(file.name, "collection.anki2")
    return time.perf_counter() - started


def plain_genanki(count: int) -> float:
    """Return the seconds for genanki; it does not compress."""
    [deck] = package(count).decks
    fields = [{"name": field.name} for field in RECALL.fields]
    templates = [{"name": "Recall", "qfmt": FRONT, "afmt": BACK}]
    model = genanki.Model(RECALL.id, RECALL.title, fields=fields, templates=templates)
    theirs = genanki.Deck(deck.id, deck.name)
    started = time.perf_counter()
    for note in deck.notes:
        theirs.add_note(genanki.Note(model, list(note.fields), guid=note.guid, tags=list(note.tags), due=note.due))
    genanki.Package(theirs).write_to_file(BytesIO())
    return time.perf_counter() - started


WAYS = {"least": least, "crib": crib, "genanki": plain_genanki}


def measure(way: str, count: int) -> tuple[float, float]:
    """Return the seconds of the fastest of several runs, and the peak memory in MB."""
    runs = []
    for _ in range(RUNS):
        process = subprocess.run(  # noqa: S603
            [sys.executable, __file__, str(count), way], capture_output=True, text=True, check=True
        )
        seconds, kilobytes = map(float, process.stdout.split())
        runs.append((seconds, kilobytes / 1000))
    return min(seconds for seconds, _ in runs), max(memory for _, memory in runs)


def main() -> None:
    """Print a line for each way; with a second argument, run that way here."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    if len(sys.argv) > 2:
        print(WAYS[sys.argv[2]](count), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return
    costs = {way: measure(way, count) for way in WAYS}
    print(f"{count:,} notes")
    for way, (seconds, memory) in costs.items():
        print(f"{way:<8} {seconds:6.2f} s  {seconds / costs['least'][0]:5.2f} × the least  {memory:4.0f} MB")


if __name__ == "__main__":
    main()
