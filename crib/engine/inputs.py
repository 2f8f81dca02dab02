"""Snapshot of the files that a build reads: comparing two shows whether there is anything to build.

A file is read again only if its size or time differs from before. A time says nothing about a file
that was written while it was looked at, as file systems count time in steps (git calls it racy).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG
from time import time_ns
from typing import TYPE_CHECKING, Any

from crib.engine.cache import file_digest
from crib.files import open_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STEP = 2_000_000_000
"""The longest step in which a file system counts time, FAT's, in nanoseconds."""

_MOST = 20_000_000
"""Bytes of a file of a book. Larger ones are not read, here or elsewhere: to use one is an error."""


@dataclass(frozen=True)
class Seen:
    """A file: its size in bytes, its time in nanoseconds, and its digest; *sure* if the time shows each change."""

    size: int
    time: int
    digest: str
    sure: bool


class Inputs:
    """Sizes, times and digests of files, by path."""

    def __init__(self, files: Mapping[str, Seen]) -> None:
        """Wrap *files*."""
        self.files = files

    @classmethod
    def look(cls, book: Path, book_files: Iterable[Path], templates: Iterable[str], before: Inputs) -> Inputs:
        """Look at *book_files*, which links must not lead out of the folder *book*, and at files of *templates*.

        before  an earlier snapshot: a file in it is read again only if its size or time differs
        """
        trusted = set(templates)
        paths = dict.fromkeys([*map(str, book_files), *trusted, *before.files])
        seen = {path: _look_at(path, before.files.get(path), None if path in trusted else book) for path in paths}
        return cls({path: file for path, file in seen.items() if file})

    @classmethod
    def load(cls, data: Mapping[str, list[Any]]) -> Inputs:
        """Return the inputs that `dump` returned."""
        return cls({path: Seen(*seen) for path, seen in data.items()})

    def dump(self) -> dict[str, list[Any]]:
        """Return it for JSON."""
        return {path: [seen.size, seen.time, seen.digest, seen.sure] for path, seen in self.files.items()}

    def distrusted(self) -> Inputs:
        """Return it with times that show nothing, so that all files are read again."""
        return Inputs({path: replace(seen, sure=False) for path, seen in self.files.items()})

    def only(self, paths: Iterable[str]) -> Inputs:
        """Return it with no other files than *paths*."""
        return Inputs({path: self.files[path] for path in paths if path in self.files})

    def with_read(self, digests: Mapping[str, str], since: int) -> Inputs:
        """Return it with files of these *digests*, which were read after the time *since* in nanoseconds."""
        return Inputs({**self.files, **{path: _as_read(path, read, since) for path, read in digests.items()}})

    def with_written(self, book: Path, paths: Iterable[Path]) -> Inputs:
        """Return it with *paths* in the folder *book* as they are now."""
        written = {str(path): _look_at(str(path), None, book) for path in paths}
        return Inputs({**self.files, **{path: seen for path, seen in written.items() if seen}})

    def changes(self, later: Inputs) -> dict[str, str]:
        """Return what happened to files until *later*, by their paths: `changed`, `new` or `gone`."""
        changes = {}
        for path in sorted(self.files.keys() | later.files.keys()):
            then, now = self.files.get(path), later.files.get(path)
            if not then or not now:
                changes[path] = "gone" if then else "new"
            elif then.digest != now.digest:
                changes[path] = "changed"
        return changes


def files_below(folders: Iterable[Path], without: Path) -> Iterator[str]:
    """Yield the paths of all files below *folders* but hidden ones, and those below *without*."""
    for folder in folders:
        for here, subfolders, names in os.walk(folder):
            resolved = Path(here).resolve()
            subfolders[:] = sorted(name for name in subfolders if name[0] not in "._" and resolved / name != without)
            yield from (os.path.join(here, name) for name in sorted(names) if name[0] != ".")  # noqa: PTH118 - quick


def _look_at(path: str, before: Seen | None, root: Path | None) -> Seen | None:
    """Return the file *path*, which lies in the folder *root*; None if it is none, or lies elsewhere.

    A folder, a pipe or a device is no file, and is not opened.
    """
    now = time_ns()
    with suppress(OSError, ValueError):
        status = os.stat(path)  # noqa: PTH116 - quick
        if not S_ISREG(status.st_mode):
            return None
        if before and before.sure and (before.size, before.time) == (status.st_size, status.st_mtime_ns):
            return before
        return Seen(
            status.st_size,
            status.st_mtime_ns,
            _digest_of(path, root) if root is None or status.st_size <= _MOST else "",
            status.st_mtime_ns < now - _STEP,
        )
    return None


def _digest_of(path: str, root: Path | None) -> str:
    with Path(path).open("rb") if root is None else open_inside(Path(path), root) as file:
        return file_digest(file, None if root is None else _MOST + 1)


def _as_read(path: str, digest: str, since: int) -> Seen:
    """Return the file *path* as it was read; if it was changed after *since* it is read again the next time."""
    with suppress(OSError):
        status = os.stat(path)  # noqa: PTH116 - as above
        return Seen(status.st_size, status.st_mtime_ns, digest, status.st_mtime_ns < since - _STEP)
    return Seen(0, 0, digest, sure=False)
