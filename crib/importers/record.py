"""The record of an import, `.crib-import.json`: hashes of the written answers, for a later merge."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from crib.files import is_there, read_inside, replace_file
from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORD_FILE = ".crib-import.json"
_VERSION = 1
_PARTS = {_VERSION: ("answers", "known", "chapters", "pictures")}
_MOST = 50_000_000


@dataclass
class ImportRecord:
    """The results of the last import.

    answers   hash of the Markdown of each answer, by key
    known     the key of each question, by its identity in the source
    chapters  the file of each chapter, by title
    pictures  hash of each picture, by name
    """

    answers: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    chapters: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)


def hash_of(data: str | bytes) -> str:
    """Return the hash of a piece of Markdown, ignoring spaces at its ends, or of a picture."""
    return sha256(data.strip().encode() if isinstance(data, str) else data).hexdigest()[:32]


def read_record(folder: Path) -> ImportRecord | None:
    """Return the record in *folder*; None without an earlier import. Raises BuildError."""
    path = folder / RECORD_FILE
    if not is_there(path):
        return None
    try:
        data = json.loads(read_inside(path, folder, _MOST))
        parts = {name: _texts(data[name]) for name in _PARTS[data["version"]]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        what, hint = "this version of Crib cannot read the record", "import into another folder, and merge by hand"
        raise BuildError(Problem(str(path), 0, "import-record", what, hint)) from None
    return ImportRecord(**parts)


def _texts(value: Mapping[str, str]) -> dict[str, str]:
    if not all(isinstance(text, str) for text in value.values()):
        raise TypeError
    return dict(value)


def write_record(folder: Path, record: ImportRecord) -> None:
    """Write *record* into *folder*. Raises OSError."""
    text = json.dumps({"version": _VERSION, **asdict(record)}, ensure_ascii=False, indent=1, sort_keys=True)
    replace_file(folder / RECORD_FILE, f"{text}\n".encode())
