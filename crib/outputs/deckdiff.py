"""What an update of a deck brings to who has an older package of it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from crib.outputs.notes import KINDS
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.outputs.apkg import Package

MAX_BYTES = 1_000_000_000
_DATABASE = "collection.anki2"


@dataclass(frozen=True)
class Change:
    """One row of a comparison.

    kind    `new`, `changed`, `moved` or `retired`
    note    what the ledger calls the note or note type, such as `recall/feature-scaling`
    detail  the deck of a new or retired note, the parts that changed, or both decks of a move
    """

    kind: str
    note: str
    detail: str


@dataclass(frozen=True)
class _Note:
    name: str
    deck: str
    parts: dict[str, str]


@dataclass(frozen=True)
class _Deck:
    """The notes of a package by what Anki knows them by, and its note types by number."""

    notes: dict[str, _Note]
    types: dict[int, dict[str, str]]


def compare(old: Path, package: Package) -> list[Change]:
    """Return what *package* changes for who has imported *old*, a package of ours. Raises BuildError."""
    return sorted(
        _changes(_of_file(old), _of_package(package)), key=lambda change: (change.kind, change.note, change.detail)
    )


def _changes(before: _Deck, after: _Deck) -> Iterator[Change]:
    for kind in KINDS:
        if kind.id in before.types and (parts := _differing(before.types[kind.id], after.types[kind.id])):
            yield Change("changed", f"type/{kind.name}", parts)
    for guid, note in after.notes.items():
        known = before.notes.get(guid)
        if known is None:
            yield Change("new", note.name, note.deck)
            continue
        if known.deck != note.deck:
            yield Change("moved", note.name, f"{known.deck} → {note.deck}")
        if parts := _differing(known.parts, note.parts):
            yield Change("changed", note.name, parts)
    for guid, note in before.notes.items():
        if guid not in after.notes:
            yield Change("retired", note.name, note.deck)


def _differing(before: dict[str, str], after: dict[str, str]) -> str:
    return ", ".join(name for name in {**before, **after} if before.get(name) != after.get(name))


def _of_package(package: Package) -> _Deck:
    names = {kind.id: kind.name for kind in KINDS}
    notes, types = {}, {}
    for deck in package.decks:
        for note in deck.notes:
            fields = dict(zip((field.name for field in note.type.fields), note.fields, strict=True))
            parts = {**fields, "tags": " ".join(sorted(note.tags))}
            notes[note.guid] = _Note(f"{names[note.type.id]}/{fields['Key']}", deck.name, parts)
            templates = {t.name: f"{t.front}\n{t.back}" for t in note.type.templates}
            types[note.type.id] = {"fields": "\n".join(fields), **templates, "style": note.type.css}
    return _Deck(notes, {kind.id: types.get(kind.id, {}) for kind in KINDS})


def _of_file(path: Path) -> _Deck:
    try:
        with TemporaryDirectory() as folder, ZipFile(path) as archive:
            info = archive.getinfo(_DATABASE)
            if info.file_size > MAX_BYTES:
                raise BuildError(f"{path}: more than {MAX_BYTES:,} bytes in {_DATABASE}")
            database = Path(archive.extract(info, folder))
            connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
            try:
                return _of_database(connection)
            finally:
                connection.close()
    except (BadZipFile, KeyError, ValueError, TypeError, sqlite3.Error, RuntimeError, NotImplementedError):
        raise BuildError(f"{path} is not a deck that Crib wrote") from None


def _of_database(connection: sqlite3.Connection) -> _Deck:
    models, decks = (json.loads(text) for text in connection.execute("SELECT models, decks FROM col").fetchone())
    names = {kind.id: kind.name for kind in KINDS}
    fields = {int(number): [field["name"] for field in model["flds"]] for number, model in models.items()}
    rows = connection.execute(
        "SELECT n.guid, n.mid, n.tags, n.flds, MIN(c.did) FROM notes n JOIN cards c ON c.nid = n.id GROUP BY n.id"
    )
    notes = {}
    for guid, model, tags, text, deck in rows:
        if model in names:
            parts = dict(zip(fields[model], text.split("\x1f"), strict=True))
            parts["tags"] = " ".join(sorted(tags.split()))
            notes[guid] = _Note(f"{names[model]}/{parts['Key']}", decks[str(deck)]["name"], parts)
    return _Deck(notes, {number: _of_model(models[str(number)]) for number in names if str(number) in models})


def _of_model(model: dict[str, Any]) -> dict[str, str]:
    templates = {t["name"]: f"{t['qfmt']}\n{t['afmt']}" for t in model["tmpls"]}
    return {"fields": "\n".join(field["name"] for field in model["flds"]), **templates, "style": model["css"]}
