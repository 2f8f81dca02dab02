"""Read notes, note types and decks from Anki's database, in its old schema (11) and the newest (18)."""

from __future__ import annotations

import json
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from crib.foreign.anki_database import has_table, open_database
from crib.foreign.protobuf import fields as message_fields
from crib.importers.anki_notes import AnkiNote, AnkiNoteType

if TYPE_CHECKING:
    import sqlite3

_TABLES = ("col", "notes", "cards", "decks", "notetypes", "fields", "templates")
_SEPARATOR = "\x1f"
_CLOZE = 1
_KIND, _QUESTION, _ANSWER = 1, 1, 2
"""Field numbers in the protobuf messages with the settings of note types and templates."""


def read_collection(database: bytes) -> list[AnkiNote]:
    """Return the notes in *database*, sorted by deck, then by creation. Raises ValueError."""
    with TemporaryDirectory(prefix="crib-") as folder:
        path = Path(folder) / "collection"
        path.write_bytes(database)
        with open_database(path, _TABLES) as connection:
            return _notes(connection)


def _notes(connection: sqlite3.Connection) -> list[AnkiNote]:
    is_new = has_table(connection, "notetypes")
    types, decks = (_types(connection), _decks(connection)) if is_new else _from_json(connection)
    cards: dict[int, list[tuple[int, int]]] = {}
    for note, ord_, deck, home in connection.execute("SELECT nid, ord, did, odid FROM cards"):
        cards.setdefault(note, []).append((int(ord_), home or deck))  # cards in a filtered deck have a home
    notes = []
    for id_, guid, type_, tags, texts in connection.execute("SELECT id, guid, mid, tags, flds FROM notes ORDER BY id"):
        its = sorted(cards.get(id_, []))
        note = AnkiNote(
            guid=str(guid),
            type=types[type_],
            tags=tuple(str(tags).split()),
            fields=tuple(str(texts).split(_SEPARATOR)),
            deck=decks.get(its[0][1], "") if its else "",
            cards=tuple(ord_ for ord_, _ in its),
        )
        notes.append(note)
    return sorted(notes, key=lambda note: [part.casefold() for part in note.deck.split("::")])


def _from_json(connection: sqlite3.Connection) -> tuple[dict[int, AnkiNoteType], dict[int, str]]:
    """Return the note types and the names of decks, by id, of the old schema."""
    models, decks = map(json.loads, connection.execute("SELECT models, decks FROM col").fetchone())
    return (
        {int(id_): note_type_of(model) for id_, model in models.items()},
        {int(id_): str(deck["name"]) for id_, deck in decks.items()},
    )


def note_type_of(model: dict[str, Any]) -> AnkiNoteType:
    """Return the note type in Anki's JSON. Raises LookupError, TypeError and others for a damaged one."""
    return AnkiNoteType(
        name=str(model["name"]),
        fields=tuple(str(field["name"]) for field in sorted(model["flds"], key=itemgetter("ord"))),
        templates=tuple((str(t["qfmt"]), str(t["afmt"])) for t in sorted(model["tmpls"], key=itemgetter("ord"))),
        is_cloze=model.get("type") == _CLOZE,
    )


def _types(connection: sqlite3.Connection) -> dict[int, AnkiNoteType]:
    names: dict[int, list[str]] = {}
    for type_, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        names.setdefault(type_, []).append(str(name))
    templates: dict[int, list[tuple[str, str]]] = {}
    for type_, settings in connection.execute("SELECT ntid, config FROM templates ORDER BY ntid, ord"):
        message = dict(message_fields(settings))
        sides = (_text(message.get(_QUESTION, b"")), _text(message.get(_ANSWER, b"")))
        templates.setdefault(type_, []).append(sides)
    return {
        type_: AnkiNoteType(
            name=str(name),
            fields=tuple(names.get(type_, ())),
            templates=tuple(templates.get(type_, ())),
            is_cloze=dict(message_fields(settings)).get(_KIND) == _CLOZE,
        )
        for type_, name, settings in connection.execute("SELECT id, name, config FROM notetypes")
    }


def _decks(connection: sqlite3.Connection) -> dict[int, str]:
    return {id_: str(name).replace(_SEPARATOR, "::") for id_, name in connection.execute("SELECT id, name FROM decks")}


def _text(value: int | bytes) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else ""
