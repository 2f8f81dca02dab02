"""Atomic publishing of built files to `dist/`; only files of Crib are ever removed.

A build writes to a staging folder inside it first, and publishes each file with a rename. So a build
changes nothing if it fails, is killed or fills the disk.
No link below the folder is followed. `crib.engine.state` has the records of its files.
"""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, contextmanager, suppress
from errno import EACCES, EISDIR
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from crib import files
from crib.engine.cache import digest, file_digest
from crib.engine.state import NAME, STAGING, State
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_BUILT = "built"


class _Entry(NamedTuple):
    """A built file: its output and cache key, and its size, time and digest when it was published."""

    output: str
    key: str
    size: int
    time: int
    digest: str


class Dist:
    """The folder *path*; `built` maps each of its built files to an output."""

    def __init__(self, path: Path, *, rehash: bool = False) -> None:
        """Read and write nothing yet; *rehash* reads files even if their size and time are as recorded."""
        self.path = path
        self.rehash = rehash
        self._state = State(path)
        self._loaded: dict[str, _Entry] | None = None
        self._digests: dict[str, str] = {}  # of staged files, by path

    def __reduce__(self) -> Any:
        """Pickle by path: other processes stage files in the same folder."""
        return Dist, (self.path,)

    @property
    def built(self) -> dict[str, str]:
        """Files of earlier builds, mapped to their outputs; empty if their record is lost."""
        return {path: entry.output for path, entry in self._entries().items()}

    @property
    def cache(self) -> Path:
        """The cache file. Raises BuildError if a link is in the way."""
        with self._in_words():
            self._state.refuse_links()
        return self._state.cache

    @property
    def size(self) -> int:
        """Total size of the built files, in bytes."""
        return sum(entry.size for entry in self._entries().values())

    def key(self, path: str) -> str | None:
        """Return the cache key of the file *path*, None if it was modified since it was built."""
        entry = self._entries().get(path)
        if not entry or (entry.size, entry.time) != self._status(path):
            return None
        return entry.key if not self.rehash or entry.digest == self._digest(path) else None

    def has(self, keys: Mapping[str, str]) -> bool:
        """Return True if all files in *keys* have these cache keys and are unmodified."""
        return all(self.key(path) == key for path, key in keys.items())

    def record(self, name: str) -> dict[str, Any] | None:
        """Return the record `write_record` saved under *name*; None if it is lost or not ours."""
        return self._state.read(name)

    def write_record(self, name: str, record: Mapping[str, Any]) -> None:
        """Save a record for later builds, if the disk has room; without it they only have more to do."""
        with suppress(OSError):
            self._state.write(name, record)

    def read(self, path: str) -> bytes:
        """Return the file *path*. Raises BuildError."""
        with self._in_words(), self._open(path) as file:
            return file.read()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Lock the folder for one build. Raises BuildError if it is locked, or a link is in the way."""
        with ExitStack() as stack:
            with self._in_words():
                stack.enter_context(self._state.hold())
            self._loaded, self._digests = None, {}
            try:
                yield
            finally:
                with suppress(OSError):
                    self._state.sweep_staging()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn system errors into BuildError: no permission, a full disk, a file or a link in the way."""
        try:
            yield
        except files.RefusedError as error:
            raise BuildError(f"{error.filename}: {error.strerror}", code="refused", hint=self._hint(error)) from None
        except OSError as error:
            raise BuildError(f"{error.filename or self.path}: {error.strerror}") from None

    def _hint(self, error: files.RefusedError) -> str:
        """Return a hint for *error*; the folder itself may be a link of the user's own."""
        if error.filename == str(self.path):
            return f"if it is yours, name the folder itself: --out {os.path.realpath(self.path)}"
        return "remove it, and build again"

    @contextmanager
    def _folder(self, names: str, *, create: bool = False) -> Iterator[int]:
        """Yield a descriptor of the subfolder *names*, reached without links. Raises OSError."""
        with files.folder(self.path, PurePosixPath(names).parts, create=create) as descriptor:
            yield descriptor

    @contextmanager
    def _open(self, path: str) -> Iterator[BinaryIO]:
        """Open the file *path* for reading. Raises OSError."""
        place = PurePosixPath(path)
        with (
            self._folder(str(place.parent)) as parent,
            files.open_regular(place.name, parent, self.path / path) as file,
        ):
            yield file

    def _status(self, path: str) -> tuple[int, int] | None:
        """Return size in bytes and time in nanoseconds of the file *path*; None if there is no such file."""
        place = PurePosixPath(path)
        try:
            with self._folder(str(place.parent)) as parent:
                status = os.lstat(place.name, dir_fd=parent)
        except OSError:
            return None
        return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None

    def _digest(self, path: str) -> str:
        """Return the digest of the file *path*, "" if it cannot be read."""
        with suppress(OSError), self._open(path) as file:
            return file_digest(file)
        return ""

    def stage(self, path: str, data: bytes) -> bytes:
        """Write *data* for *path* to the staging folder, from this process or a worker; return its digest.

        Raises BuildError.
        """
        place = PurePosixPath(NAME, STAGING, path)
        with self._in_words():
            self._state.prepare()
            with self._folder(str(place.parent), create=True) as parent:
                files.replace(place.name, parent, data)
        digest_of_data = digest(data)
        self.record_staged(path, digest_of_data)
        return digest_of_data

    def record_staged(self, path: str, digest_of_data: bytes) -> None:
        """Record the digest of the file *path*, staged by another process."""
        self._digests[path] = digest_of_data.hex()

    def staged_size(self, path: str) -> int:
        """Return the size of the staged file *path*."""
        return (self._state.staging / path).stat().st_size

    def publish(self, outputs: Mapping[str, str], keys: Mapping[str, str], replaced: Iterable[str]) -> list[Path]:
        """Move the staged files into place, remove stale ones, and return the paths of all *outputs*.

        outputs   maps each file to its output
        keys      maps each file to its cache key
        replaced  outputs that were built: their files that are no longer in *outputs* are removed

        Raises BuildError.
        """
        before = self._entries()
        stale = [path for path, output in self.built.items() if output in set(replaced) and path not in outputs]
        staged = [path for path in outputs if (self._state.staging / path).is_file()]
        with self._in_words():
            for path in staged:
                self._make_room(path)
            self._save_entries({**before, **{path: _Entry(outputs[path], "", 0, 0, "") for path in staged}})
            for path in staged:
                self._put_in_place(path)
            self._remove(stale)
            placed = {path: self._entry(path, outputs[path], keys.get(path, ""), before) for path in outputs}
            self._save_entries({path: entry for path, entry in {**before, **placed}.items() if path not in stale})
        return [self.path / path for path in outputs]

    def _put_in_place(self, path: str) -> None:
        place = PurePosixPath(path)
        staged = PurePosixPath(NAME, STAGING, path)
        with self._folder(str(staged.parent)) as source, self._folder(str(place.parent)) as target:
            os.rename(staged.name, place.name, src_dir_fd=source, dst_dir_fd=target)

    def _entry(self, path: str, output: str, key: str, before: Mapping[str, _Entry]) -> _Entry:
        """Return the entry of the file *path*, reading the file only if it was neither staged nor built *before*."""
        recorded = self._digests.get(path) or (before[path].digest if path in before else "")
        return _Entry(output, key, *(self._status(path) or (0, 0)), recorded or self._digest(path))

    @contextmanager
    def lend(self, name: str, data: bytes) -> Iterator[Path]:
        """Yield a temporary file with *data*, in the state folder, for another program to read."""
        from tempfile import TemporaryDirectory

        with ExitStack() as stack:
            with self._in_words():
                self._state.prepare()
                path = Path(stack.enter_context(TemporaryDirectory(dir=self._state.path))) / name
                path.write_bytes(data)
            yield path

    def clean(self) -> list[Path]:
        """Remove all files of Crib, then empty folders; return the paths of built files. Raises BuildError."""
        with self._in_words():
            self._state.refuse_links()
        if not self._state.path.is_dir():
            return []
        with self.open(), self._in_words():
            paths = list(self.built)
            self._remove(paths)
            self._state.clean()
            self._save_entries({})
        return [self.path / path for path in paths]

    def _make_room(self, path: str) -> None:
        """Create the folder of *path*. Raises OSError if the file could not be moved there."""
        target = self.path / path
        with self._folder(str(PurePosixPath(path).parent), create=True):
            files.refuse_link(target)
        if target.is_dir():
            raise OSError(EISDIR, "a folder is in the way", str(target))
        if not os.access(target.parent, os.W_OK):
            raise OSError(EACCES, "no permission to write here", str(target.parent))

    def _remove(self, paths: Iterable[str]) -> None:
        """Remove the regular files among *paths*, then their empty folders."""
        for place in map(PurePosixPath, paths):
            with suppress(files.RefusedError, FileNotFoundError, NotADirectoryError):
                if self._status(str(place)):
                    with self._folder(str(place.parent)) as parent:
                        os.unlink(place.name, dir_fd=parent)
                self._remove_if_empty(place.parent)

    def _remove_if_empty(self, place: PurePosixPath) -> None:
        if place.parts:
            with self._folder(str(place.parent)) as parent, suppress(OSError):
                os.rmdir(place.name, dir_fd=parent)

    def _entries(self) -> dict[str, _Entry]:
        """Return an entry for each built file, by path."""
        if self._loaded is None:
            record = self._state.read(_BUILT) or {}
            self._loaded = {path: _Entry(*entry) for path, entry in record.items()}
        return self._loaded

    def _save_entries(self, entries: dict[str, _Entry]) -> None:
        self._state.write(_BUILT, entries)
        self._loaded = entries
