"""Extract the learner's own words from a note: the texts of fields added to Crib's note types.

Crib's fields have permanent ids; in collections of older versions of Anki, fields have only names.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crib.foreign.anki_database import has_table
from crib.foreign.protobuf import fields as message_fields
from crib.outputs.anki.note_types import KINDS
from crib.problems import short

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

_RESERVED = "Reserved"
_OURS = [field for kind in KINDS for field in kind.fields if not field.name.startswith(_RESERVED)]
_IDS, _NAMES = {field.id for field in _OURS}, {field.name for field in _OURS}

_ID = 9
"""The number of a field's id in its settings: https://github.com/ankitects/anki/blob/main/proto/anki/notetypes.proto."""

_SEPARATOR = "\x1f"
_BREAK = re.compile(r"(?=</?(?:br|div|p|pre|li|tr|td|h\d)\b)", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\[sound:[^\]\n]{1,500}\]|\\[()\[\]]")
"""Sounds, and the marks around TeX."""
_MOST_HTML, _MOST = 20_000, 500
"""The maximum length of a field's text for reading, and for printing, in characters."""

_MOST_FIELDS = 100_000
"""The most fields of all note types in a collection."""

Places = dict[int, list[int]]
"""The positions of the learner's own fields by id of the note type."""


def own_fields(connection: sqlite3.Connection) -> Places:
    """Return the positions of the learner's own fields in a collection. Raises ValueError and others."""
    places: Places = defaultdict(list)
    rows = _fields(connection) if has_table(connection, "fields") else _fields_in_models(connection)
    for count, (type_, position, id_, name) in enumerate(rows):
        if count == _MOST_FIELDS:
            raise ValueError(f"more than {_MOST_FIELDS:,} fields")
        if id_ not in _IDS and name not in _NAMES:
            places[type_].append(position)
    return places


def own_words(texts: str, positions: list[int]) -> str:
    """Return the words at *positions* among the *texts* of a note's fields, as plain text."""
    fields = texts.split(_SEPARATOR)
    own = (fields[position][:_MOST_HTML] for position in positions if position < len(fields))
    return short(" ".join(Markup(_BREAK.sub(" ", _LEFT_OUT.sub("", text))).striptags() for text in own), _MOST)  # noqa: S704


def _fields(connection: sqlite3.Connection) -> Iterator[tuple[int, int, Any, str]]:
    for type_, position, name, settings in connection.execute("SELECT ntid, ord, name, config FROM fields"):
        yield type_, position, dict(message_fields(settings)).get(_ID), str(name)


def _fields_in_models(connection: sqlite3.Connection) -> Iterator[tuple[int, int, Any, str]]:
    [models] = connection.execute("SELECT models FROM col").fetchone()
    types: Mapping[str, Any] = json.loads(models)
    for type_, model in types.items():
        for field in model["flds"]:
            yield int(type_), field["ord"], field.get("id"), str(field["name"])
