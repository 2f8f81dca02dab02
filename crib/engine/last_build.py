"""The last build of the same things, what it read and built: whether there is anything to do, and why."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING

from crib.engine.cache import digest
from crib.engine.fingerprint import fingerprint
from crib.engine.inputs import Inputs, files_below
from crib.engine.job import files_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from crib.engine.dist import Dist
    from crib.engine.job import Job


class LastBuild:
    """What is asked for, the files to build it from, and the note of the last such build."""

    def __init__(
        self,
        dist: Dist,
        request: tuple[object, ...],
        book: Path,
        book_files: Iterable[Path],
        templates: Iterable[Path],
    ) -> None:
        """Look at the files to build from; read those that seem to have changed, or all if *dist* rehashes.

        request     all else that decides what is built; the same `repr` means the same build
        book_files  those that are read of the folder *book* whatever its chapters say
        templates   folders of which every file counts
        """
        self.dist = dist
        self._book = book
        self._since = time_ns()
        self._name = f"noted-{digest(repr(request).encode()).hex()}"
        self._note = dist.note(self._name)
        before = Inputs.load(self._note["inputs"] if self._note else {})
        book_files, below = list(book_files), list(files_below(templates, dist.path.resolve()))
        self._always = [*map(str, book_files), *below]
        self._now = Inputs.look(book, book_files, below, before.distrusted() if dist.rehash else before)
        self._changes = before.changes(self._now)

    @property
    def unchanged(self) -> list[str] | None:
        """The files that were built, if nothing has changed since."""
        if not self._note or self._note["stamp"] != fingerprint().hex() or self._changes:
            return None
        files: dict[str, str] = self._note["files"]
        return list(files) if self.dist.has(files) else None

    def write(self, files: Mapping[str, str], written: Iterable[Path], pictures: Mapping[str, str]) -> None:
        """Note that *files*, of these keys, were built.

        written   files of the book that this build has written
        pictures  the files that chapters show, and their digests
        """
        inputs = self._now.only(self._always).with_read(pictures, self._since).with_written(self._book, written)
        note = {"stamp": fingerprint().hex(), "inputs": inputs.dump(), "files": dict(files)}
        self.dist.write_note(self._name, note)

    def reason(self, job: Job) -> str:
        """Return why the file of *job* would be built."""
        if job.path not in self.dist.built:
            return "it was not built yet"
        if self.dist.key(job.path) is None:
            return "it is not as it was built"
        if not self._note:
            return "it was built with other options"
        if self._note["stamp"] != fingerprint().hex():
            return "Crib, or a tool of its, is another"
        shown = set(files_of(job))
        mine = [path for path in self._changes if path in shown] or list(self._changes)
        return ", ".join(f"{path} {self._changes[path]}" for path in mine) or "it was built with other options"
