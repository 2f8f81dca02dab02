"""Import CrowdAnki decks: a `deck.json`, with pictures in a folder `media` beside it.

https://github.com/Stvad/CrowdAnki
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crib.importers.anki_collection import note_type_of
from crib.importers.anki_notes import AnkiNote, imported_notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.foreign.source_file import SourceFile
    from crib.importers.anki_notes import AnkiNoteType
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import Imported

Data = dict[str, Any]


def is_crowdanki(source: SourceFile) -> bool:
    """Return True if a JSON file is a CrowdAnki deck."""
    return b'"note_models"' in source.data and b'"__type__"' in source.data


def read(source: SourceFile, options: ReadOptions) -> Imported:
    """Return the notes of a deck and its subdecks. Raises CribError."""
    try:
        deck = json.loads(source.text)
        types = {model["crowdanki_uuid"]: note_type_of(model) for model in deck["note_models"]}
        notes = list(_notes(deck, (), types))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise source.problem("package", "not a readable CrowdAnki deck", "export it again") from None
    return imported_notes(source, notes, options, lambda name: source.picture(f"media/{name}"))


def _notes(deck: Data, path: tuple[str, ...], types: dict[str, AnkiNoteType]) -> Iterator[AnkiNote]:
    path = (*path, str(deck["name"]))
    for note in deck["notes"]:
        kind = types[note["note_model_uuid"]]
        yield AnkiNote(
            guid=str(note["guid"]),
            type=kind,
            tags=tuple(map(str, note["tags"])),
            fields=tuple(map(str, note["fields"])),
            deck="::".join(path),
        )
    for inner in deck["children"]:
        yield from _notes(inner, path, types)
