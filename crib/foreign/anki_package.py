"""Read Anki packages, `.apkg` and `.colpkg`, in all three formats: ZIP archives with a database and media.

The newest is compressed with Zstandard, and lists its media as a protobuf message, the older two as JSON.
https://github.com/ankitects/anki/blob/main/proto/anki/import_export.proto
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import unquote

from crib import limits
from crib.foreign import zstd
from crib.foreign.archive import Archive
from crib.foreign.protobuf import fields

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile

_NEWEST = "collection.anki21b"
_OLDER = ("collection.anki21", "collection.anki2")  # a package with the first has an empty second one
_MEDIA = "media"
_ENTRY, _NAME, _NUMBER = 1, 1, 255
"""Field numbers in the list of media, and in its entries."""

EXPORT_AGAIN = "export it again from Anki"
"""The hint for unreadable packages."""


class AnkiPackage:
    """An open package."""

    def __init__(self, source: SourceFile) -> None:
        """Open *source*. Raises BuildError."""
        self._source = source
        self._archive = Archive.open(source, limits.IMPORT_PACKAGE_BYTES)
        self._is_newest = _NEWEST in self._archive.names
        self._media = self._names()

    def database(self) -> bytes:
        """Return the database, unpacked. Raises BuildError and ValueError."""
        if self._is_newest:
            return self._unpacked(_NEWEST)
        name = next((name for name in _OLDER if name in self._archive.names), "")
        if not name:
            raise self._source.problem("package", "has no Anki notes", EXPORT_AGAIN)
        return self._archive.read(name, limits.IMPORT_DATABASE_BYTES)

    def picture(self, name: str) -> bytes | None:
        """Return the media file *name*; None if it is missing or unreadable."""
        for candidate in dict.fromkeys((name, unquote(name))):
            if (number := self._media.get(normalize("NFC", candidate))) is not None:
                packed = self._archive.read_if_there(number)
                if packed is None or not self._is_newest:
                    return packed
                try:
                    return zstd.decompress(packed, limits.PICTURE_BYTES + 1)
                except ValueError:
                    return None
        return None

    def _unpacked(self, name: str) -> bytes:
        most = limits.IMPORT_DATABASE_BYTES
        data = zstd.decompress(self._archive.read(name, most), most + 1)
        if len(data) > most:
            raise self._source.problem("too-large", f"its file {name} is larger than {most:,} bytes")
        return data

    def _names(self) -> dict[str, str]:
        """Return the file names in the archive by the names of media in notes."""
        if _MEDIA not in self._archive.names:
            return {}
        try:
            return self._listed() if self._is_newest else self._listed_as_json()
        except (ValueError, AttributeError, RecursionError):
            raise self._source.problem("package", "its list of media cannot be read", EXPORT_AGAIN) from None

    def _listed(self) -> dict[str, str]:
        names = {}
        entries = (value for number, value in fields(self._unpacked(_MEDIA)) if number == _ENTRY)
        for at, entry in enumerate(entries):
            parts = dict(fields(entry)) if isinstance(entry, bytes) else {}
            name = parts.get(_NAME)
            if isinstance(name, bytes):
                names[normalize("NFC", name.decode())] = str(parts.get(_NUMBER, at))
        return names

    def _listed_as_json(self) -> dict[str, str]:
        listed = json.loads(self._archive.read(_MEDIA, limits.IMPORT_BYTES) or b"{}")
        return {normalize("NFC", str(name)): str(number) for number, name in listed.items()}
