"""State of builds in `dist/.crib`: lock, records, cache and staging folder.

The folder may come from a stranger. Links in it are refused, and records count only if this user's builds
sealed them (`crib.engine.seal`). The next build repairs any other damage.
"""

from __future__ import annotations

import fcntl
import re
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from crib import files
from crib.engine.seal import open_record, sealed_record, user_secret
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NAME = ".crib"
STAGING = "staging"

_CACHE = "store.sqlite"
_LOCK = "lock"
_OWN = re.compile(
    rf"built\.json|noted-[0-9a-f]+\.json|{re.escape(_CACHE)}(?:-journal|-wal|-shm)?|\..*{re.escape(files.TEMPORARY)}"
)
"""Names of Crib's files in the folder, except the lock."""

_RECORD_BYTES = 100_000_000


class State:
    """The state of builds to the folder *out*. Methods raise OSError."""

    def __init__(self, out: Path) -> None:
        """Read and write nothing yet."""
        self._out = out
        self.path = out / NAME
        self.staging = self.path / STAGING
        self.cache = self.path / _CACHE

    def refuse_links(self) -> None:
        """Raise RefusedError if the folder of built files, the state folder, or anything in the latter is a link."""
        files.refuse_link(self._out)
        files.refuse_link(self.path)
        if self.path.is_dir():
            for path in sorted(self.path.iterdir()):
                files.refuse_link(path)

    def prepare(self) -> None:
        """Create the folder."""
        self.refuse_links()
        if self.path.exists() and not self.path.is_dir():
            files.drop(self.path)
        self.path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Take the lock. Raises BuildError if another build has it."""
        with ExitStack() as stack:
            self.prepare()
            files.drop_unless_regular(self.path / _LOCK)
            with files.folder(self._out, [NAME]) as folder:
                lock = stack.enter_context(files.open_regular(_LOCK, folder, self.path / _LOCK, create=True))
            try:
                fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BuildError(f"another build is running in {self._out}") from None
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Remove leftovers of killed builds, and folders, pipes and devices with names of our files."""
        self.sweep_staging()
        for path in self._own_files():
            if path.name.endswith(files.TEMPORARY):
                files.drop(path)
            files.drop_unless_regular(path)

    def sweep_staging(self) -> None:
        """Remove all staged files."""
        files.drop(self.staging)

    def clean(self) -> None:
        """Remove all of our files but the lock: waiting and later processes must lock the same file."""
        for path in self._own_files():
            files.drop(path)

    def _own_files(self) -> list[Path]:
        return [path for path in self.path.iterdir() if _OWN.fullmatch(path.name)]

    def read(self, name: str) -> dict[str, Any] | None:
        """Return the record `write` saved under *name*; None if it is lost or not ours."""
        path = self.path / f"{name}.json"
        with (
            suppress(OSError),
            files.folder(self._out, [NAME]) as folder,
            files.open_regular(path.name, folder, path) as file,
        ):
            return open_record(name, file.read(_RECORD_BYTES), user_secret())
        return None

    def write(self, name: str, record: Mapping[str, Any]) -> None:
        """Save *record* under *name* for later builds."""
        with files.folder(self._out, [NAME]) as folder:
            files.replace(f"{name}.json", folder, sealed_record(name, record, user_secret()))
