"""Write Anki packages (.apkg) reproducibly: the same notes give the same bytes on any machine at any time.

genanki supplies the schema, the JSON of decks and note types, and the cards of a note. These subclasses
remove its clock and temporary database, and write all rows at once. The container is Anki's legacy
format, which older versions can open, too. Only the versions of zlib and SQLite still affect the bytes.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import genanki

from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SEPARATOR = "\x1f"  # separates fields in the database; inside a field it would abort the import
_SQLITE_VERSION = slice(96, 100)  # https://www.sqlite.org/fileformat.html#the_database_header
_UNIX = 3


@dataclass(frozen=True)
class Field:
    """A field of a note type; Anki recognizes a renamed field by its *id*."""

    name: str
    id: int
    collapsed: bool = False


@dataclass(frozen=True)
class Template:
    """A card template: front and back in Anki's own template language."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True)
class NoteType:
    """A note type; *modified* is in seconds since 1970, like every time here.

    A note of a *cloze* type has one card per gap number, any other note one per template.
    """

    id: int
    name: str
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    css: str
    sort_field: int
    modified: int
    cloze: bool = False


@dataclass(frozen=True)
class Note:
    """A note with as many *fields* as its type; the ids of its cards count up from its *id*.

    guid  its id in any collection
    due   its position among the new cards
    """

    type: NoteType
    id: int
    guid: str
    modified: int
    due: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Preset:
    """Deck options: *settings* replace those of Anki's default preset, group by group."""

    id: int
    name: str
    settings: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Deck:
    """A deck; `::` in its *name* makes it a subdeck, its *description* is HTML."""

    id: int
    name: str
    description: str
    notes: tuple[Note, ...] = ()
    preset: Preset | None = None


@dataclass(frozen=True)
class Package:
    """The contents of one `.apkg`; *media* are file names with their contents.

    A *bare* package has neither note types nor cards: it updates existing notes and adds nothing to study.
    """

    decks: tuple[Deck, ...]
    media: tuple[tuple[str, bytes], ...] = ()
    bare: bool = False


def write_apkg(package: Package) -> bytes:
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
    """Return the collection as a vacuumed SQLite file with a fixed page size.

    Raises BuildError if the disk for temporary files is full.
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
        super().__init__([])
        self._decks = [_Deck(deck) for deck in package.decks]
        self._models = {} if package.bare else {t.id: _Model(t) for t in _types(package)}
        self._notes = [(note, deck.id) for deck in package.decks for note in deck.notes]
        self._presets = {deck.preset for deck in package.decks if deck.preset}

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        super().write_to_db(cursor, timestamp, id_gen)  # without decks: the schema and an empty collection
        self._update(cursor, "decks", {str(deck.deck_id): deck.to_json() for deck in self._decks})
        self._update(cursor, "models", {str(number): model.to_json() for number, model in self._models.items()})
        self._update_presets(cursor)
        cursor.executemany("INSERT INTO notes VALUES (?,?,?,?,?,?,?,?,?,?,?)", self._note_rows())
        cursor.executemany("INSERT INTO cards VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", self._card_rows())

    def _update(self, cursor: sqlite3.Cursor, column: str, more: Mapping[str, Any]) -> None:
        [stored] = cursor.execute(f"SELECT {column} FROM col").fetchone()  # noqa: S608 - our own words
        value = json.dumps(json.loads(stored) | more, sort_keys=True)
        cursor.execute(f"UPDATE col SET {column} = ?", (value,))  # noqa: S608

    def _update_presets(self, cursor: sqlite3.Cursor) -> None:
        [stored] = cursor.execute("SELECT dconf FROM col").fetchone()
        default = json.loads(stored)["1"]
        self._update(cursor, "dconf", {str(preset.id): _preset(preset, default) for preset in self._presets})

    def _note_rows(self) -> Iterator[tuple[Any, ...]]:
        for note, _ in self._notes:
            if any(_SEPARATOR in field for field in note.fields):
                raise ValueError(f"a field of the note {note.guid} contains Anki's field separator")
            tags, fields = f" {' '.join(note.tags)} ", _SEPARATOR.join(note.fields)
            sort = note.fields[note.type.sort_field]
            yield note.id, note.guid, note.type.id, note.modified, -1, tags, fields, sort, 0, 0, ""

    def _card_rows(self) -> Iterator[tuple[Any, ...]]:
        for note, deck in self._notes:
            model = self._models.get(note.type.id)
            for card in sorted(model.ordinals(note)) if model else ():
                yield note.id + card, note.id, deck, card, note.modified, -1, 0, 0, note.due, *[0] * 8, ""


class _Deck(genanki.Deck):  # type: ignore[misc]
    def __init__(self, deck: Deck) -> None:
        super().__init__(deck.id, deck.name, deck.description)
        self._preset = deck.preset.id if deck.preset else 1

    def to_json(self) -> dict[str, Any]:
        # genanki's decks claim study on day 163 of the collection.
        days = ("lrnToday", "newToday", "revToday", "timeToday")
        return {**super().to_json(), **{day: [0, 0] for day in days}, "conf": self._preset}


class _Model(genanki.Model):  # type: ignore[misc]
    def __init__(self, note_type: NoteType) -> None:
        super().__init__(
            note_type.id,
            note_type.name,
            [{"name": f.name, "id": f.id, "font": "Arial", "collapsed": f.collapsed} for f in note_type.fields],
            [{"name": t.name, "id": t.id, "qfmt": t.front, "afmt": t.back} for t in note_type.templates],
            note_type.css,
            model_type=self.CLOZE if note_type.cloze else self.FRONT_BACK,
            sort_field_index=note_type.sort_field,
        )
        self._modified = note_type.modified

    def to_json(self, timestamp: float = 0, deck_id: int | None = None) -> dict[str, Any]:
        del timestamp, deck_id
        model: dict[str, Any] = super().to_json(self._modified, None)
        return model

    def ordinals(self, note: Note) -> Iterable[int]:
        """Return the template or gap numbers, from 0, of the cards of *note*."""
        return [card.ord for card in genanki.Note(self, note.fields).cards]


def _types(package: Package) -> set[NoteType]:
    return {note.type for deck in package.decks for note in deck.notes}


def _preset(preset: Preset, default: dict[str, Any]) -> dict[str, Any]:
    """Return *preset* in Anki's JSON; *default* supplies omitted settings."""
    groups = {
        name: {**default[name], **value} if isinstance(value, dict) else value
        for name, value in preset.settings.items()
    }
    return {**default, **groups, "id": preset.id, "name": preset.name}
