"""Snapshots of a build's input files; comparing two of them shows the changes since the last build.

A file is read again only if its size or modification time has changed. File systems count time in steps,
so the time of a file written just before the snapshot proves nothing (git calls such a file racy).
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
"""The coarsest time step of any file system, FAT, in nanoseconds."""

_MOST = 20_000_000
"""Maximum size of a file of a book, in bytes. A larger one is never read: using it is an error."""


@dataclass(frozen=True)
class FileState:
    """Size of a file in bytes, its time in nanoseconds, and its digest; *sure* if its time would show any change."""

    size: int
    time: int
    digest: str
    sure: bool


class Inputs:
    """A snapshot: sizes, times and digests of files, by path."""

    def __init__(self, files: Mapping[str, FileState]) -> None:
        """Wrap *files*."""
        self.files = files

    @classmethod
    def look(cls, book: Path, book_files: Iterable[Path], templates: Iterable[str], before: Inputs) -> Inputs:
        """Take a snapshot of *book_files*, without links out of the folder *book*, and of files of *templates*.

        before  an earlier snapshot: its files are read again only if their size or time has changed
        """
        trusted = set(templates)
        paths = dict.fromkeys([*map(str, book_files), *trusted, *before.files])
        states = {path: _file_state(path, before.files.get(path), None if path in trusted else book) for path in paths}
        return cls({path: state for path, state in states.items() if state})

    @classmethod
    def load(cls, data: Mapping[str, list[Any]]) -> Inputs:
        """Return the snapshot from the *data* of `dump`."""
        return cls({path: FileState(*state) for path, state in data.items()})

    def dump(self) -> dict[str, list[Any]]:
        """Return the snapshot as data for JSON."""
        return {path: [state.size, state.time, state.digest, state.sure] for path, state in self.files.items()}

    def distrusted(self) -> Inputs:
        """Return a copy without trust in times, so that all files are read again."""
        return Inputs({path: replace(state, sure=False) for path, state in self.files.items()})

    def only(self, paths: Iterable[str]) -> Inputs:
        """Return a copy with only the files *paths*."""
        return Inputs({path: self.files[path] for path in paths if path in self.files})

    def with_read(self, digests: Mapping[str, str], since: int) -> Inputs:
        """Return a copy with the files in *digests*, read after the time *since* in nanoseconds."""
        return Inputs({**self.files, **{path: _as_read(path, digest, since) for path, digest in digests.items()}})

    def with_written(self, book: Path, paths: Iterable[Path]) -> Inputs:
        """Return a copy with the current state of *paths* in the folder *book*."""
        written = {str(path): _file_state(str(path), None, book) for path in paths}
        return Inputs({**self.files, **{path: state for path, state in written.items() if state}})

    def changes(self, later: Inputs) -> dict[str, str]:
        """Return the changes up to *later*, by path: `changed`, `new` or `gone`."""
        changes = {}
        for path in sorted(self.files.keys() | later.files.keys()):
            then, now = self.files.get(path), later.files.get(path)
            if not then or not now:
                changes[path] = "gone" if then else "new"
            elif then.digest != now.digest:
                changes[path] = "changed"
        return changes


def files_below(folders: Iterable[Path], without: Path) -> Iterator[str]:
    """Yield the paths of all files below *folders*, except hidden ones and the folder *without*."""
    for folder in folders:
        for here, subfolders, names in os.walk(folder):
            resolved = Path(here).resolve()
            subfolders[:] = sorted(name for name in subfolders if name[0] not in "._" and resolved / name != without)
            yield from (os.path.join(here, name) for name in sorted(names) if name[0] != ".")  # noqa: PTH118 - quick


def _file_state(path: str, before: FileState | None, root: Path | None) -> FileState | None:
    """Return the state of the file *path*; None if it is not a regular file, or not in the folder *root*.

    Pipes and devices are not opened.
    """
    now = time_ns()
    with suppress(OSError, ValueError):
        status = os.stat(path)  # noqa: PTH116 - quick
        if not S_ISREG(status.st_mode):
            return None
        if before and before.sure and (before.size, before.time) == (status.st_size, status.st_mtime_ns):
            return before
        return FileState(
            status.st_size,
            status.st_mtime_ns,
            _digest_of(path, root) if root is None or status.st_size <= _MOST else "",
            status.st_mtime_ns < now - _STEP,
        )
    return None


def _digest_of(path: str, root: Path | None) -> str:
    with Path(path).open("rb") if root is None else open_inside(Path(path), root) as file:
        return file_digest(file, None if root is None else _MOST + 1)


def _as_read(path: str, digest: str, since: int) -> FileState:
    """Return the state of the file *path* when it was read; not *sure* if it was modified after *since*."""
    with suppress(OSError):
        status = os.stat(path)  # noqa: PTH116 - as above
        return FileState(status.st_size, status.st_mtime_ns, digest, status.st_mtime_ns < since - _STEP)
    return FileState(0, 0, digest, sure=False)
