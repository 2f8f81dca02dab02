"""What the last build of the same things has read and made: whether there is anything to do, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine.cache import digest
from crib.engine.fingerprint import fingerprint
from crib.engine.inputs import Inputs
from crib.engine.job import files_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from crib.engine.dist import Dist
    from crib.engine.job import Job


class LastBuild:
    """What is asked for, what is there to make it from, and what was noted when it was last built."""

    def __init__(self, dist: Dist, request: tuple[object, ...], folders: Iterable[Path], *, rehash: bool) -> None:
        """Look at all files in *folders*, but read only those that seem to have changed, or all to *rehash* them.

        request  all else that decides what is built; the same `repr` means the same build
        """
        self.dist = dist
        self._name = f"noted-{digest(repr(request).encode()).hex()}"
        note = dist.note(self._name)
        self._note = note if isinstance(note, dict) and note.keys() == {"stamp", "inputs", "files"} else None
        before = Inputs.load(self._note["inputs"] if self._note else {})
        self._now = Inputs.look(folders, dist.path, None if rehash else before)
        self._changes = before.changes(self._now)

    @property
    def unchanged(self) -> list[str] | None:
        """The files that were built, if nothing has changed since."""
        if not self._note or self._note["stamp"] != fingerprint().hex() or self._changes:
            return None
        files: dict[str, str] = self._note["files"]
        return list(files) if self.dist.has(files) else None

    def write(self, files: Mapping[str, str], written: Iterable[Path]) -> None:
        """Note that *files*, of these keys, were built from what was seen, and that this has *written* to the book."""
        inputs = self._now.again(written).dump()
        self.dist.write_note(self._name, {"stamp": fingerprint().hex(), "inputs": inputs, "files": dict(files)})

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
