"""Files that a build reads, as they were when it did: whether there is anything to do shows in them.

A file is read again only if its size or time is another than before. A time says nothing of a file
that was written while it was looked at, as file systems count time in steps (git calls it racy).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any

from crib.engine.cache import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STEP = 2_000_000_000
"""The longest step in which a file system counts time, FAT's, in nanoseconds."""


@dataclass(frozen=True)
class Seen:
    """A file: its size in bytes, its time in nanoseconds, and its digest; *sure* if the time tells of changes."""

    size: int
    time: int
    digest: str
    sure: bool


class Inputs:
    """The files by their paths."""

    def __init__(self, files: Mapping[str, Seen]) -> None:
        """Take what was seen."""
        self.files = files

    @classmethod
    def look(cls, folders: Iterable[Path], without: Path, before: Inputs | None = None) -> Inputs:
        """Look at all files below *folders* but hidden ones, and those below *without*.

        before  what was seen earlier, to be trusted where sizes and times are the same
        """
        known = before.files if before else {}
        paths = (path for folder in folders for path in _walk(folder, without.resolve()))
        return cls({path: _seen(path, known.get(path)) for path in paths})

    @classmethod
    def load(cls, data: Mapping[str, list[Any]]) -> Inputs:
        """Return what `dump` has told."""
        return cls({path: Seen(*seen) for path, seen in data.items()})

    def dump(self) -> dict[str, list[Any]]:
        """Return it for JSON."""
        return {path: [seen.size, seen.time, seen.digest, seen.sure] for path, seen in self.files.items()}

    def again(self, paths: Iterable[Path]) -> Inputs:
        """Return it with *paths* as they are now."""
        return Inputs({**self.files, **{str(path): _seen(str(path), None) for path in paths if path.is_file()}})

    def changes(self, later: Inputs) -> dict[str, str]:
        """Return what happened to files until *later*, by their paths: `changed`, `new` or `gone`."""
        told = {}
        for path in sorted(self.files.keys() | later.files.keys()):
            then, now = self.files.get(path), later.files.get(path)
            if not then or not now:
                told[path] = "gone" if then else "new"
            elif then.digest != now.digest:
                told[path] = "changed"
        return told


def _walk(folder: Path, without: Path) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        resolved = Path(here).resolve()
        folders[:] = sorted(name for name in folders if name[0] not in "._" and resolved / name != without)
        yield from (os.path.join(here, name) for name in sorted(names) if name[0] != ".")  # noqa: PTH118 - quick


def _seen(path: str, before: Seen | None) -> Seen:
    now = time_ns()
    stat = os.stat(path)  # noqa: PTH116 - quick
    if before and before.sure and (before.size, before.time) == (stat.st_size, stat.st_mtime_ns):
        return before
    return Seen(stat.st_size, stat.st_mtime_ns, digest(Path(path).read_bytes()).hex(), stat.st_mtime_ns < now - _STEP)
