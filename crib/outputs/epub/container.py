"""The EPUB container: a reproducible zip archive, and the items of its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

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
_ZIP_BEGINS = 1980


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
    """Return a container of *files* (names and contents).

    The media type comes first and uncompressed: https://www.w3.org/TR/epub-33/#sec-zip-container-mime.
    """
    container = BytesIO()
    with ZipFile(container, "w") as archive:
        archive.writestr(_entry("mimetype", released, ZIP_STORED), b"application/epub+zip")
        for name, data in files:
            archive.writestr(_entry(name, released, ZIP_DEFLATED), data, compresslevel=9)
    return container.getvalue()


def _entry(name: str, released: datetime, compression: int) -> ZipInfo:
    entry = ZipInfo(name, (max(released.year, _ZIP_BEGINS), released.month, released.day, 0, 0, 0))
    entry.compress_type = compression
    entry.create_system = 3  # Unix, on every system
    entry.external_attr = 0o100644 << 16
    return entry
