"""The record of the last build with the same options: detects if nothing changed, and explains rebuilds."""

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
    """The record of the last build of a request, compared with the current files."""

    def __init__(
        self,
        dist: Dist,
        request: tuple[object, ...],
        book: Path,
        book_files: Iterable[Path],
        templates: Iterable[Path],
    ) -> None:
        """Take a snapshot of the input files; read the ones with a new size or time, or all if *dist* rehashes.

        request     everything else the build depends on; an equal `repr` means the same build
        book_files  files in the folder *book* that every build reads
        templates   folders of templates, with all their files
        """
        self.dist = dist
        self._book = book
        self._since = time_ns()
        self._name = f"noted-{digest(repr(request).encode()).hex()}"
        self._record = dist.record(self._name)
        before = Inputs.load(self._record["inputs"] if self._record else {})
        book_files, below = list(book_files), list(files_below(templates, dist.path.resolve()))
        self._always = [*map(str, book_files), *below]
        self._now = Inputs.look(book, book_files, below, before.distrusted() if dist.rehash else before)
        self._changes = before.changes(self._now)

    @property
    def unchanged(self) -> list[str] | None:
        """Paths of the built files; None if anything has changed."""
        if not self._record or self._record["stamp"] != fingerprint().hex() or self._changes:
            return None
        files: dict[str, str] = self._record["files"]
        return list(files) if self.dist.has(files) else None

    def write(self, files: Mapping[str, str], written: Iterable[Path], pictures: Mapping[str, str]) -> None:
        """Record a build of *files*, with their cache keys.

        written   files of the book written by this build
        pictures  pictures in chapters, with their digests
        """
        inputs = self._now.only(self._always).with_read(pictures, self._since).with_written(self._book, written)
        record = {"stamp": fingerprint().hex(), "inputs": inputs.dump(), "files": dict(files)}
        self.dist.write_record(self._name, record)

    def reason(self, job: Job) -> str:
        """Return the reason for building the file of *job*."""
        if job.path not in self.dist.built:
            return "not built yet"
        if self.dist.key(job.path) is None:
            return "modified since it was built"
        if not self._record:
            return "built with other options"
        if self._record["stamp"] != fingerprint().hex():
            return "Crib or one of its tools was updated"
        job_files = set(files_of(job))
        mine = [path for path in self._changes if path in job_files] or list(self._changes)
        return ", ".join(f"{path} {self._changes[path]}" for path in mine) or "built with other options"
