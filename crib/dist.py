"""The folder of built files: whole files or none, and only our own are ever removed.

Everything is written to a staging folder inside it first, so that a build that fails, is killed
or fills the disk leaves what was there as it was; a rename then puts each file in its place.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from errno import EACCES, EISDIR
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STATE = ".crib"
_BUILT = "built.json"


class Dist:
    """The folder *path*; `built` maps each file that Crib wrote there to the output it belongs to."""

    def __init__(self, path: Path) -> None:
        """Nothing is read or written yet."""
        self.path = path
        self._state = path / _STATE
        self._staging = self._state / "staging"

    @property
    def built(self) -> dict[str, str]:
        """What earlier builds wrote; nothing if their record is lost."""
        with suppress(OSError, ValueError):
            record = dict(json.loads((self._state / _BUILT).read_text(encoding="utf-8")))
            return {path: output for path, output in record.items() if self._is_inside(path)}
        return {}

    @contextmanager
    def open(self) -> Iterator[None]:
        """Hold the folder for one build. Raises BuildError if another build holds it."""
        with self._told(), ExitStack() as held:
            self._state.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((self._state / "lock").open("w"))
            self._lock(lock.fileno())
            shutil.rmtree(self._staging, ignore_errors=True)
            held.callback(shutil.rmtree, self._staging, ignore_errors=True)
            holding = held.pop_all()
        with holding:
            yield

    def _lock(self, file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another build is at work in {self.path}") from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what the system refuses: no permission, a full disk, a file in the way."""
        try:
            yield
        except OSError as error:
            raise BuildError(f"{error.filename or self.path}: {error.strerror}") from None

    def stage(self, path: str, data: bytes) -> None:
        """Write *data* for *path*, beside what is there now. Raises BuildError."""
        staged = self._staging / path
        with self._told():
            staged.parent.mkdir(parents=True, exist_ok=True)
            staged.write_bytes(data)

    def publish(self, outputs: dict[str, str], replaced: Iterable[str]) -> list[Path]:
        """Put the staged files in place and return their paths.

        *outputs* maps each to its output; files of the outputs *replaced* that are not among
        them any more are removed. Raises BuildError.
        """
        built = self.built
        stale = [path for path, output in built.items() if output in set(replaced) and path not in outputs]
        with self._told():
            for path in outputs:
                self._make_room(path)
            self._record(built | outputs)
            for path in outputs:
                (self._staging / path).replace(self.path / path)
            self._remove(stale)
            self._record({path: output for path, output in (built | outputs).items() if path not in stale})
        return [self.path / path for path in outputs]

    @contextmanager
    def lend(self, name: str, data: bytes) -> Iterator[Path]:
        """Keep *data* in a file for another program, beside what is built and no longer than that needs it."""
        with ExitStack() as held:
            with self._told():
                path = Path(held.enter_context(TemporaryDirectory(dir=self._state))) / name
                path.write_bytes(data)
            yield path

    def clean(self) -> list[Path]:
        """Remove everything that Crib wrote here, and its folders that are then empty. Raises BuildError.

        The lock stays: who waits for it, or takes it next, must find the same file.
        """
        if not self._state.is_dir():
            return []
        with self.open(), self._told():
            paths = list(self.built)
            self._remove(paths)
            self._record({})
        return [self.path / path for path in paths]

    def _make_room(self, path: str) -> None:
        """Raise OSError now if *path* cannot be put in its place later."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise OSError(EISDIR, "a folder is in the way", str(target))
        if not os.access(target.parent, os.W_OK):
            raise OSError(EACCES, "no permission to write here", str(target.parent))

    def _is_inside(self, path: str) -> bool:
        return (self.path / path).resolve().is_relative_to(self.path.resolve())

    def _remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            if not (self.path / path).is_dir():
                (self.path / path).unlink(missing_ok=True)
            with suppress(OSError):
                (self.path / path).parent.rmdir()

    def _record(self, built: dict[str, str]) -> None:
        text = json.dumps(built, indent=1, sort_keys=True)
        replace_file(self._state / _BUILT, text.encode())


def replace_file(path: Path, data: bytes) -> None:
    """Write *data* to *path*, whole or not at all. Raises OSError."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
