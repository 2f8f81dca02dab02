"""Run with an old Anki: import a deck, study, import the next, and print the outcome as JSON.

python learn.py FOLDER DECK NEXT_DECK
"""

from __future__ import annotations

import json
import sys
from typing import Any

from anki import Collection
from anki.buildinfo import version
from anki.importing.apkg import AnkiPackageImporter

folder, *decks = sys.argv[1:]
collection = Collection(f"{folder}/collection.anki2")


def rows(table: str) -> list[list[Any]]:
    """Return the rows of a table."""
    return [list(row) for row in collection.db.all(f"select * from {table} order by id")]


def load(deck: str) -> None:
    """Import a deck."""
    AnkiPackageImporter(collection, deck).run()


load(decks[0])
collection.decks.select(collection.decks.id("A Small Book"))
collection.reset()
for ease in (3, 3, 1):
    collection.sched.answerCard(collection.sched.getCard(), ease)
cards, reviews = rows("cards"), rows("revlog")
load(decks[1])
known = {card[0] for card in cards}
found = {
    "version": version,
    "kept": [card for card in rows("cards") if card[0] in known] == cards and rows("revlog") == reviews,
    "cards": [len(cards), len(rows("cards"))],
    "text": [text for (text,) in collection.db.all("select flds from notes")],
    "types": sorted(model["name"] for model in collection.models.all() if model["name"].startswith("Crib")),
    "decks": sorted(deck["name"] for deck in collection.decks.all()),
    "presets": sorted(preset["name"] for preset in collection.decks.all_config()),
    "rendered": all(collection.getCard(card[0]).a() for card in rows("cards")),
}
collection.close()
print(json.dumps(found))
