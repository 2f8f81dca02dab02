"""Read untrusted ZIP archives: nothing is unpacked to disk, and sizes are limited.

Names leading out of the archive are refused, so no part of Crib can mistake one for a path.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from crib import limits

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile


@dataclass(frozen=True)
class Archive:
    """An open archive; its names are checked."""

    source: SourceFile
    zip: ZipFile

    @classmethod
    def open(cls, source: SourceFile, most: int = limits.IMPORT_BYTES) -> Archive:
        """Open *source*, of at most *most* bytes, and `limits.IMPORT_UNPACKED_BYTES` unpacked.

        Raises BuildError.
        """
        damaged = "not a readable ZIP archive", "save it again in the program that made it"
        try:
            archive = ZipFile(BytesIO(source.read(most)))
            infos = archive.infolist()
        except (BadZipFile, ValueError, NotImplementedError, OSError):
            raise source.problem("archive", *damaged) from None
        if len(infos) > limits.IMPORT_FILES:
            raise source.problem("archive", f"contains more than {limits.IMPORT_FILES:,} files")
        if sum(info.file_size for info in infos) > limits.IMPORT_UNPACKED_BYTES:
            raise source.problem("too-large", f"contains more than {limits.IMPORT_UNPACKED_BYTES:,} bytes")
        for info in infos:
            if info.filename.startswith(("/", "\\")) or ".." in info.filename.replace("\\", "/").split("/"):
                raise source.problem("archive", "contains a file name that leads out of the archive")
        return cls(source, archive)

    @property
    def names(self) -> list[str]:
        """The names of all files."""
        return self.zip.namelist()

    def read(self, name: str, most: int = limits.IMPORT_UNPACKED_BYTES) -> bytes:
        """Return the file *name*, of at most *most* bytes. Raises BuildError."""
        try:
            with self.zip.open(name) as file:
                data = file.read(most + 1)
        except (KeyError, BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
            raise self.source.problem("archive", f"its file {name} cannot be read") from None
        if len(data) > most:
            raise self.source.problem("too-large", f"its file {name} is larger than {most:,} bytes")
        return data

    def read_if_there(self, name: str, most: int = limits.PICTURE_BYTES + 1) -> bytes | None:
        """Return the first *most* bytes of the file *name*; None if it is missing or unreadable."""
        try:
            with self.zip.open(name) as file:
                return file.read(most)
        except (KeyError, BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
            return None
