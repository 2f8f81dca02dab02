"""The EPUB container: a reproducible zip archive, and the items of its manifest.

Python's `zipfile` only compresses with zlib: 4% larger, and with bytes depending on zlib's version. So this module
writes the archive itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from struct import Struct
from typing import TYPE_CHECKING
from zlib import crc32

from deflate import deflate_compress

from crib.engine.cached import cached
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# Core media types: https://www.w3.org/TR/epub-33/#sec-core-media-types
_MEDIA_TYPES = {
    ".css": "text/css",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".ncx": "application/x-dtbncx+xml",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
    ".xhtml": "application/xhtml+xml",
}

_FIRST_FILE = ("mimetype", b"application/epub+zip")

# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16
_LOCAL_HEADER = Struct("<4s5H3L2H")
_ENTRY = Struct("<4s6H3L5H2L")
_END = Struct("<4s4H2LH")
_VERSION = 20
_MADE_ON_UNIX = 3 << 8 | _VERSION
_ORDINARY_FILE = 0o100644 << 16
_UTF8 = 0x800
_STORED, _DEFLATED = 0, 8
_MOST_FILES, _MOST_BYTES = 0xFFFF - 1, 0xFFFFFFFF - 1  # more needs ZIP64, unknown to reading systems

_SMALLEST = 12
"""The highest level of libdeflate."""


@dataclass(frozen=True)
class ManifestItem:
    """A file in the manifest; `properties` as in https://www.w3.org/TR/epub-33/#app-item-properties-vocab."""

    href: str
    properties: str = ""

    @property
    def id(self) -> str:
        """Its id in the manifest, for the spine."""
        return self.href.replace("/", "-")

    @property
    def media_type(self) -> str:
        """The media type of the file."""
        return _MEDIA_TYPES[PurePosixPath(self.href).suffix]


def zip_container(files: Iterable[tuple[str, bytes]], released: datetime) -> bytes:
    """Return a container of *files* (names and contents). Raises BuildError if they are too many or too large.

    The media type comes first and uncompressed: https://www.w3.org/TR/epub-33/#sec-zip-container-mime.
    """
    archive, directory, count = bytearray(), bytearray(), 0
    for name, data in chain([_FIRST_FILE], files):
        method, packed = (_DEFLATED, _deflated(data)) if count else (_STORED, data)
        path = name.encode()
        about = (
            _VERSION,
            _UTF8 * (not name.isascii()),
            method,
            *_dos_time(released),
            crc32(data),
            len(packed),
            len(data),
            len(path),
            0,
        )
        directory += _ENTRY.pack(b"PK\1\2", _MADE_ON_UNIX, *about, 0, 0, 0, _ORDINARY_FILE, len(archive)) + path
        archive += _LOCAL_HEADER.pack(b"PK\3\4", *about) + path + packed
        count += 1
        if count > _MOST_FILES or len(archive) + len(directory) > _MOST_BYTES:
            raise BuildError("an e-book has room for 65,534 files and 4 GiB; build it in parts with --chapter")
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(archive), 0)
    return bytes(archive + directory + end)


@cached
def _deflated(data: bytes) -> bytes:
    """Return *data* compressed; cached, because most edits of a book change few of its pages."""
    return bytes(deflate_compress(data, _SMALLEST))


def _dos_time(moment: datetime) -> tuple[int, int]:
    """Return midnight of a day, as early as zip archives can have it, and that day."""
    return 0, (max(moment.year, 1980) - 1980) << 9 | moment.month << 5 | moment.day
