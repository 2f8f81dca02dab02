"""Read a book's notes from an Anki package (.apkg), built by Crib or exported by Anki.

The package is untrusted: the size of its unpacked database and the time of queries are limited.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
import struct
import zlib
from contextlib import closing
from dataclasses import dataclass
from errno import EINVAL
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from crib.outputs.anki.note_types import KINDS
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from zipfile import ZipInfo

    from crib.outputs.anki.note_types import Kind

_KINDS = {kind.id: kind for kind in KINDS}
MAX_BYTES = 300_000_000
_STEPS, _STRIDE = 1_000, 100_000
"""Limit on database instructions: `_STEPS` times `_STRIDE`."""

_NEWER = "collection.anki21b"
_DATABASES = ("collection.anki21", "collection.anki2")  # an export with the first has an empty second
_BROKEN = (
    BadZipFile, EOFError, zlib.error, struct.error, sqlite3.Error,
    ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""Errors of reading a malformed zip, database or JSON."""


@dataclass(frozen=True)
class NoteContents:
    """A note: its name in the ledger, the name of its deck, and its fields and tags by name."""

    name: str
    deck: str
    parts: dict[str, str]


@dataclass(frozen=True)
class DeckContents:
    """Notes by guid, and by id the fields, templates and style sheet of their note types."""

    notes: dict[str, NoteContents]
    types: dict[int, dict[str, str]]


class _Row(NamedTuple):
    """A note in the database, and the deck id of its first card, None if it has no cards."""

    guid: str
    type_id: int
    tags: str
    fields: str
    deck_id: int | None


def read_deck(path: Path, key: str, guids: Collection[str]) -> DeckContents:
    """Return the notes of the book *key* in the package at *path*.

    A note belongs to the book if its guid is among *guids*, or if it has a tag of the book. Raises BuildError.
    """
    if not path.is_file():
        raise BuildError(f"{path} is not a file")
    try:
        with TemporaryDirectory() as folder, ZipFile(path) as archive:
            database = Path(folder) / "collection"
            with archive.open(_database(archive)) as packed, database.open("wb") as file:
                shutil.copyfileobj(packed, file)
            with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
                steps = iter(range(_STEPS))
                connection.set_progress_handler(lambda: next(steps, None) is None, _STRIDE)
                return _contents(connection, key, guids)
    except _RefusedError as error:
        raise BuildError(f"{path} {error}") from None
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno != EINVAL:  # raised for an offset outside the zip
            raise
        raise BuildError(f"{path} is not a deck of Crib's") from None


class _RefusedError(Exception):
    """The package is readable, but cannot be compared."""


def _database(archive: ZipFile) -> ZipInfo:
    names = archive.namelist()
    if _NEWER in names:
        raise _RefusedError("is in Anki's newest format: use the file built by Crib, or export it for older versions")
    info = archive.getinfo(next((name for name in _DATABASES if name in names), _DATABASES[-1]))
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadZipFile
    if info.file_size > MAX_BYTES:
        raise _RefusedError(f"is too large: more than {MAX_BYTES // 1_000_000} MB of notes")
    return info


def _contents(connection: sqlite3.Connection, key: str, guids: Collection[str]) -> DeckContents:
    """Return the notes of the book *key*, except those without cards. Raises _RefusedError if there are none."""
    rows = _rows(connection)
    with_cards = [row for row in rows if row.deck_id is not None]
    if rows and not with_cards:
        raise _RefusedError("has only retired answers: compare with the deck built beside it")
    models, decks = (json.loads(text) for text in connection.execute("SELECT models, decks FROM col").fetchone())
    fields = {
        type_id: _fields(models[str(type_id)], _KINDS[type_id]) for type_id in {row.type_id for row in with_cards}
    }
    notes = {
        row.guid: _note(row, fields[row.type_id], str(decks[str(row.deck_id)]["name"]))
        for row in with_cards
        if row.guid in guids or any(tag.startswith(f"{key}::") for tag in row.tags.split())
    }
    if not notes:
        raise _RefusedError("is the deck of another book" if rows else "is not a deck of Crib's")
    return DeckContents(notes, {type_id: _type_parts(names, models[str(type_id)]) for type_id, names in fields.items()})


def _rows(connection: sqlite3.Connection) -> list[_Row]:
    """Return the notes of Crib's note types."""
    rows = connection.execute(
        "SELECT n.guid, n.mid, n.tags, n.flds, MIN(c.did) FROM notes n LEFT JOIN cards c ON c.nid = n.id GROUP BY n.id"
    )
    return [row for row in itertools.starmap(_Row, rows) if row.type_id in _KINDS]


def _note(row: _Row, names: Sequence[str], deck: str) -> NoteContents:
    """Return the note in *row*; *names* are the names of its fields."""
    fields = dict(zip(names, row.fields.split("\x1f"), strict=True))
    tags = " ".join(sorted(row.tags.split()))
    return NoteContents(f"{_KINDS[row.type_id].name}/{fields['Key']}", deck, {**fields, "tags": tags})


def _fields(model: dict[str, Any], kind: Kind) -> list[str]:
    """Return the names of the fields of *kind*: Crib's own, even if a reader has renamed one in *model*."""
    names = {field.id: field.name for field in kind.fields}
    return [str(names.get(field.get("id"), field["name"])) for field in model["flds"]]


def _type_parts(fields: Iterable[str], model: dict[str, Any]) -> dict[str, str]:
    """Return the parts of a note type to compare in a diff."""
    templates = {str(t["name"]): f"{t['qfmt']}\n{t['afmt']}" for t in model["tmpls"]}
    return {"fields": "\n".join(fields), **templates, "style": str(model["css"])}
