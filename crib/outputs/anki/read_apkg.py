"""The notes of a book as a package on disk has them: one that Crib built, or an export of Anki's.

The package comes from anywhere: how much is unpacked, and how long its database may take to
answer, have a limit.
"""

from __future__ import annotations

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
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from crib.outputs.anki.note_types import KINDS
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from zipfile import ZipInfo

    from crib.outputs.anki.note_types import Kind

MAX_BYTES = 300_000_000
_STEPS, _STRIDE = 1_000, 100_000
"""How often the database may report that it has done so many of its instructions."""

_NEWER = "collection.anki21b"
_DATABASES = ("collection.anki21", "collection.anki2")  # beside the first, Anki's exports have an empty second
_BROKEN = (
    BadZipFile, EOFError, zlib.error, struct.error, sqlite3.Error,
    ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What reading a zip, a database and JSON raises where they hold anything else than they should."""


@dataclass(frozen=True)
class Note:
    """A note: what the ledger calls it, the name of its deck, and its fields and tags."""

    name: str
    deck: str
    parts: dict[str, str]


@dataclass(frozen=True)
class Deck:
    """Notes by what Anki knows them by, and the parts of their types by number."""

    notes: dict[str, Note]
    types: dict[int, dict[str, str]]


def read(path: Path, key: str, known: Collection[str]) -> Deck:
    """Return what the package at *path* has of the book *key*.

    Notes are the book's if they are *known*, or have a tag of the book. Raises BuildError.
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
                return _deck(connection, key, known)
    except _RefusedError as error:
        raise BuildError(f"{path} {error}") from None
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno != EINVAL:  # what a zip says of a place outside of it
            raise
        raise BuildError(f"{path} is not a deck that Crib wrote") from None


class _RefusedError(Exception):
    """The package can be read, but not compared."""


def _database(archive: ZipFile) -> ZipInfo:
    names = archive.namelist()
    if _NEWER in names:
        raise _RefusedError("is an export of Anki: take the file that Crib built, or export it for older versions")
    info = archive.getinfo(next((name for name in _DATABASES if name in names), _DATABASES[-1]))
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise BadZipFile
    if info.file_size > MAX_BYTES:
        raise _RefusedError(f"is too large: more than {MAX_BYTES // 1_000_000} MB of notes")
    return info


def _deck(connection: sqlite3.Connection, key: str, known: Collection[str]) -> Deck:
    models, decks = (json.loads(text) for text in connection.execute("SELECT models, decks FROM col").fetchone())
    kinds = {kind.id: kind for kind in KINDS}
    rows = connection.execute(
        "SELECT n.guid, n.mid, n.tags, n.flds, MIN(c.did) FROM notes n LEFT JOIN cards c ON c.nid = n.id GROUP BY n.id"
    )
    ours = [row for row in rows if row[1] in kinds]
    with_cards = [row for row in ours if row[4] is not None]
    if ours and not with_cards:
        raise _RefusedError("has only answers that have retired: compare with the deck that was built beside it")
    types = {number: _fields(kinds[number], models[str(number)]) for number in {row[1] for row in with_cards}}
    notes = {}
    for guid, number, tags, text, deck in with_cards:
        words = sorted(tags.split())
        if guid in known or any(word.startswith(f"{key}::") for word in words):
            fields = dict(zip(types[number], text.split("\x1f"), strict=True))
            name = f"{kinds[number].name}/{fields['Key']}"
            notes[guid] = Note(name, str(decks[str(deck)]["name"]), {**fields, "tags": " ".join(words)})
    if not notes:
        raise _RefusedError("is the deck of another book" if ours else "is not a deck that Crib wrote")
    return Deck(notes, {number: _parts(fields, models[str(number)]) for number, fields in types.items()})


def _fields(kind: Kind, model: dict[str, Any]) -> list[str]:
    """Return the names of the fields, ours where a reader has renamed one."""
    names = {field.id: field.name for field in kind.fields}
    return [str(names.get(field.get("id"), field["name"])) for field in model["flds"]]


def _parts(fields: Iterable[str], model: dict[str, Any]) -> dict[str, str]:
    templates = {str(t["name"]): f"{t['qfmt']}\n{t['afmt']}" for t in model["tmpls"]}
    return {"fields": "\n".join(fields), **templates, "style": str(model["css"])}
