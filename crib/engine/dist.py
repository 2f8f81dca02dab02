"""The folder of built files: whole files or none, and only our own are ever removed.

Beside them, in `.crib`, stands what later builds need to know: which files are ours, and from what
each was made; what a build has read (`crib.engine.inputs`); parts that can be used again (`crib.engine.cache`).

Everything is written to a staging folder inside it first, so that a build that fails, is killed
or fills the disk leaves what was there as it was; a rename then puts each file in its place.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import ExitStack, contextmanager, suppress
from errno import EACCES, EISDIR
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STATE = ".crib"
_BUILT = "built.json"
_Entry = tuple[Any, ...]


class Dist:
    """The folder *path*; `built` maps each file that Crib wrote there to the output it belongs to."""

    def __init__(self, path: Path) -> None:
        """Nothing is read or written yet."""
        self.path = path
        self._state = path / _STATE
        self._staging = self._state / "staging"
        self._known: dict[str, _Entry] | None = None

    @property
    def built(self) -> dict[str, str]:
        """What earlier builds wrote; nothing if their record is lost."""
        return {path: entry[0] for path, entry in self._entries().items() if self._is_inside(path)}

    @property
    def cache(self) -> Path:
        """Where parts are kept that can be used again."""
        return self._state / "store.sqlite"

    @property
    def size(self) -> int:
        """How many bytes all files of ours take."""
        return sum(entry[2] for entry in self._entries().values())

    def key(self, path: str) -> str | None:
        """Return the key of what the file *path* was made from, if it is as it was built."""
        entry = self._entries().get(path)
        return entry[1] if entry and entry[2:] == self._seen(path) else None

    def has(self, keys: Mapping[str, str]) -> bool:
        """Tell whether each file of *keys* was made from just that, and is as it was built."""
        return all(self.key(path) == key for path, key in keys.items())

    def note(self, name: str) -> Any:
        """Return what `write_note` noted under *name*, None if that is lost."""
        with suppress(OSError, ValueError):
            return json.loads((self._state / f"{name}.json").read_text(encoding="utf-8"))
        return None

    def write_note(self, name: str, note: Any) -> None:
        """Note what a later build may ask for; where there is no room, that one has more to do."""
        with suppress(OSError):
            replace_file(self._state / f"{name}.json", json.dumps(note).encode())

    def _entries(self) -> dict[str, _Entry]:
        """Return output and key of each file of ours, and its size and time once it was in place."""
        if self._known is None:
            self._known = {}
            with suppress(OSError, ValueError, TypeError, AttributeError):
                record = json.loads((self._state / _BUILT).read_text(encoding="utf-8"))
                self._known = {path: (str(output), str(key), *seen) for path, (output, key, *seen) in record.items()}
        return self._known

    def _seen(self, path: str) -> tuple[int, int] | None:
        try:
            stat = (self.path / path).stat()
        except OSError:
            return None
        return stat.st_size, stat.st_mtime_ns

    @contextmanager
    def open(self) -> Iterator[None]:
        """Hold the folder for one build. Raises BuildError if another build holds it."""
        with self._told(), ExitStack() as held:
            self._state.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((self._state / "lock").open("w"))
            self._lock(lock.fileno())
            self._known = None
            self._sweep()
            held.callback(self._sweep)
            holding = held.pop_all()
        with holding:
            yield

    def _sweep(self) -> None:
        if self._staging.exists():
            from shutil import rmtree

            rmtree(self._staging, ignore_errors=True)

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

    def publish(self, outputs: Mapping[str, str], keys: Mapping[str, str], replaced: Iterable[str]) -> list[Path]:
        """Put the staged files in place and return the paths of all *outputs*.

        *outputs* maps each to its output, *keys* to what it was made from; files of the outputs
        *replaced* that are not among them any more are removed. Raises BuildError.
        """
        before = self._entries()
        stale = [path for path, output in self.built.items() if output in set(replaced) and path not in outputs]
        staged = [path for path in outputs if (self._staging / path).is_file()]
        with self._told():
            for path in staged:
                self._make_room(path)
            self._record({**before, **{path: (outputs[path], "", 0, 0) for path in staged}})
            for path in staged:
                (self._staging / path).replace(self.path / path)
            self._remove(stale)
            placed = {path: (outputs[path], keys.get(path, ""), *(self._seen(path) or (0, 0))) for path in outputs}
            self._record({path: entry for path, entry in {**before, **placed}.items() if path not in stale})
        return [self.path / path for path in outputs]

    @contextmanager
    def lend(self, name: str, data: bytes) -> Iterator[Path]:
        """Keep *data* in a file for another program, beside what is built and no longer than that needs it."""
        from tempfile import TemporaryDirectory

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
            for path in self._state.iterdir():
                if path.name != "lock" and path.is_file():
                    path.unlink()
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

    def _record(self, built: dict[str, _Entry]) -> None:
        text = json.dumps(built, indent=1, sort_keys=True)
        replace_file(self._state / _BUILT, text.encode())
        self._known = built


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
