"""Anki packages, byte for byte the same wherever and whenever they are written.

genanki does the writing; these subclasses take the clock, the temporary database and its random
order out of it. The container is Anki's legacy one, which needs no recent version to open. What
still shows in the bytes is the zlib that deflates them and how SQLite lays out its pages.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import genanki

from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATOR = "\x1f"  # stands between fields in the database; in a field it would end the import
_SQLITE_VERSION = slice(96, 100)  # https://www.sqlite.org/fileformat.html#the_database_header
_UNIX = 3


@dataclass(frozen=True)
class Field:
    """A field of a note type; Anki follows it by its *id* when it is renamed."""

    name: str
    id: int
    collapsed: bool = False


@dataclass(frozen=True)
class Template:
    """The two sides of a card, in Anki's own template language."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True)
class NoteType:
    """What notes are made of; *modified* is in seconds since 1970, as every time here."""

    id: int
    name: str
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    css: str
    sort_field: int
    modified: int


@dataclass(frozen=True)
class Note:
    """A note with as many *fields* as its type; its cards are numbered from its *id* on.

    guid  what Anki knows it by in any collection
    due   its place among the new cards
    """

    type: NoteType
    id: int
    guid: str
    modified: int
    due: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Deck:
    """A deck; `::` in its *name* puts it below another, its *description* is HTML."""

    id: int
    name: str
    description: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Package:
    """What one `.apkg` holds; *media* are file names with their contents."""

    decks: tuple[Deck, ...]
    media: tuple[tuple[str, bytes], ...] = ()


def write(package: Package) -> bytes:
    """Return *package* as the bytes of an `.apkg`. Raises BuildError."""
    media = sorted(package.media)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _add(archive, "collection.anki2", _database(package))
        _add(archive, "media", json.dumps({str(i): name for i, (name, _) in enumerate(media)}).encode())
        for i, (_, contents) in enumerate(media):
            _add(archive, str(i), contents)
    return file.getvalue()


def _add(archive: ZipFile, name: str, contents: bytes) -> None:
    info = ZipInfo(name)  # of 1980, the first date a zip can have
    info.create_system, info.external_attr, info.compress_type = _UNIX, 0o644 << 16, ZIP_DEFLATED
    archive.writestr(info, contents)


def _database(package: Package) -> bytes:
    """Return the collection as SQLite stores it, in pages of one size and without free ones.

    Raises BuildError where the disk for temporary files is full.
    """
    with closing(sqlite3.connect(":memory:")) as connection, TemporaryDirectory() as folder:
        connection.execute("PRAGMA page_size = 4096")
        _Package(package).write_to_db(connection.cursor(), 0, iter(()))
        connection.commit()
        path = Path(folder) / "collection.anki2"
        try:
            connection.execute("VACUUM INTO ?", (str(path),))
        except sqlite3.OperationalError as error:
            raise BuildError(f"{path}: {error}") from None
        database = bytearray(path.read_bytes())
    database[_SQLITE_VERSION] = bytes(4)
    return bytes(database)


class _Package(genanki.Package):  # type: ignore[misc]
    def __init__(self, package: Package) -> None:
        types = {note.type for deck in package.decks for note in deck.notes}
        models = {note_type.id: _Model(note_type) for note_type in types}
        super().__init__([_Deck(deck, models) for deck in package.decks])

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        super().write_to_db(cursor, timestamp, id_gen)
        # genanki names a note type that several decks use once a deck: as a number and as text.
        [written] = cursor.execute("SELECT models FROM col").fetchone()
        cursor.execute("UPDATE col SET models = ?", (json.dumps(json.loads(written), sort_keys=True),))


class _Deck(genanki.Deck):  # type: ignore[misc]
    def __init__(self, deck: Deck, models: dict[int, _Model]) -> None:
        super().__init__(deck.id, deck.name, deck.description)
        for note in deck.notes:
            self.add_note(_Note(note, models[note.type.id]))

    def to_json(self) -> dict[str, Any]:
        # genanki's decks come with cards studied on day 163 of a collection.
        days = ("lrnToday", "newToday", "revToday", "timeToday")
        return {**super().to_json(), **{day: [0, 0] for day in days}}


class _Model(genanki.Model):  # type: ignore[misc]
    def __init__(self, note_type: NoteType) -> None:
        super().__init__(
            note_type.id,
            note_type.name,
            [{"name": f.name, "id": f.id, "font": "Arial", "collapsed": f.collapsed} for f in note_type.fields],
            [{"name": t.name, "id": t.id, "qfmt": t.front, "afmt": t.back} for t in note_type.templates],
            note_type.css,
            sort_field_index=note_type.sort_field,
        )
        self._modified = note_type.modified

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        del timestamp, deck_id
        model: dict[str, Any] = super().to_json(self._modified, None)
        return model


class _Note(genanki.Note):  # type: ignore[misc]
    def __init__(self, note: Note, model: _Model) -> None:
        if any(_SEPARATOR in field for field in note.fields):
            raise ValueError(f"a field of the note {note.guid} holds Anki's separator of fields")
        super().__init__(model, list(note.fields), tags=note.tags, guid=note.guid, due=note.due)
        self._source = note

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: Iterator[int]) -> None:
        del timestamp, id_gen
        note = self._source
        ids = iter([note.id, *(note.id + card.ord for card in self.cards)])
        super().write_to_db(cursor, note.modified, deck_id, ids)
