"""Copy the database of an Anki collection or package to a temporary folder.

The collection may be open in Anki: nothing is locked or written beside it. Its write-ahead log is copied, too: it has
recent changes (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import TYPE_CHECKING

from crib import limits
from crib.files import open_inside
from crib.foreign.anki_package import EXPORT_AGAIN, AnkiPackage
from crib.foreign.source_file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_ZIP, _SQLITE = b"PK", b"SQLite format 3\0"
_LOG = "-wal"
_TRIES, _PAUSE = 20, 0.1  # seconds
_CHUNK = 1_000_000


@contextmanager
def copied_database(path: Path) -> Iterator[Path]:
    """Yield the path of a copy of the database in *path*: a collection (`.anki2`) or a package of any format.

    Raises BuildError.
    """
    source = _source(path)
    with TemporaryDirectory(prefix="crib-") as folder:
        copy = Path(folder) / "collection"
        start = _start(source)
        if start.startswith(_ZIP):
            copy.write_bytes(_unpacked(source))
        elif start == _SQLITE:
            _copy_while_still(source, copy)
        else:
            raise source.problem(
                "collection", "not an Anki collection", "use the collection.anki2 of a profile, or an export"
            )
        yield copy


def _source(path: Path) -> SourceFile:
    if not path.exists():
        raise SourceFile(path, path.parent).problem("collection", "there is no such file")
    real = Path(os.path.realpath(path))
    return SourceFile(real, real.parent)


def _start(source: SourceFile) -> bytes:
    try:
        with open_inside(source.path, source.root) as file:
            return file.read(len(_SQLITE))
    except OSError as error:
        raise source.problem("unreadable", f"cannot be read: {error.strerror}") from None


def _unpacked(source: SourceFile) -> bytes:
    if source.path.stat().st_size > limits.IMPORT_PACKAGE_BYTES:
        text = f"larger than {limits.IMPORT_PACKAGE_BYTES:,} bytes"
        raise source.problem("too-large", text, "export it again from Anki, without media")
    try:
        return AnkiPackage(source).database()
    except ValueError as error:
        raise source.problem("package", f"its database cannot be read: {error}", EXPORT_AGAIN) from None


def _copy_while_still(source: SourceFile, copy: Path) -> None:
    """Copy the database and its log in a consistent state. Raises BuildError."""
    pairs = [(source.path, copy), (_log_of(source.path), _log_of(copy))]
    for _ in range(_TRIES):
        before = [_state(original) for original, _ in pairs]
        if sum(size for size, _ in before) > limits.COLLECTION_BYTES:
            raise source.problem("too-large", f"larger than {limits.COLLECTION_BYTES:,} bytes")
        for (original, to), (size, _) in zip(pairs, before, strict=True):
            _copy(original, to, size)
        if before == [_state(original) for original, _ in pairs]:
            return
        sleep(_PAUSE)
    raise source.problem("collection", "Anki keeps changing it", "wait until Anki is idle, or close it")


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + _LOG)


def _state(path: Path) -> tuple[int, int]:
    """Return size and time of the file at *path*; zeros without a file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _copy(original: Path, to: Path, size: int) -> None:
    """Copy the first *size* bytes of *original*."""
    to.unlink(missing_ok=True)
    if not size:
        return
    with open_inside(original, original.parent) as file, to.open("wb") as new:
        while size > 0 and (chunk := file.read(min(size, _CHUNK))):
            new.write(chunk)
            size -= len(chunk)
