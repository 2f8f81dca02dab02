"""Cache of function results, in one SQLite file, keyed by function and arguments.

A cache key is a hash of the function's name, its arguments, and the fingerprint of Crib's code and tools
(`crib.engine.fingerprint`). `crib.engine.cached` has the decorators.

The file may be lost at any time, and damaged results count as lost. Values are pickles, and loading a pickle can run
code. A folder of built files may come from a stranger, so each value is sealed (`crib.engine.seal`).
"""

from __future__ import annotations

import pickle
import sqlite3
import sys
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from io import BytesIO
from time import time
from typing import TYPE_CHECKING, Any, BinaryIO

from crib import files
from crib.engine.seal import is_sealed, seal, user_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

SIZE = 16
"""Size of a digest, in bytes."""

_CHUNK = 1 << 20  # bytes
_BUSY = 30  # seconds to wait while another process writes
_TABLE = "kept (key BLOB PRIMARY KEY, seal BLOB, digest BLOB, value BLOB, used INTEGER)"
_CREATE = f"CREATE TABLE IF NOT EXISTS {_TABLE}"
_SCHEMA = [("kept", f"CREATE TABLE {_TABLE}"), ("sqlite_autoindex_kept_1", None)]
"""Nothing else is accepted in the file: a stranger's view or trigger could run forever."""
_OLD = "SELECT key, ifnull(length(value), 0) FROM kept ORDER BY used DESC, key"
_DAMAGE = (sqlite3.Error, MemoryError)
"""Errors of a damaged file. MemoryError is one of them, since SQLite allocates sizes it reads from the file."""


class _Canonical(pickle.Pickler):
    """Pickles equal values to equal bytes, ignoring cached properties of dataclasses."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, 5)
        self.fast = True  # no memo: object identity is not part of the value

    def reducer_override(self, thing: Any) -> Any:
        if is_dataclass(thing) and not isinstance(thing, type):
            return type(thing), tuple(getattr(thing, field.name) for field in fields(thing))
        return NotImplemented


def packed(value: object) -> bytes:
    """Pickle *value* to the same bytes in every process. It is plain data without sets."""
    file = BytesIO()
    _Canonical(file).dump(value)
    return file.getvalue()


def digest(data: bytes) -> bytes:
    """Return a hash of *data*."""
    return blake2b(data, digest_size=SIZE).digest()


def file_digest(file: BinaryIO, most: int | None = None) -> str:
    """Return the `digest` of *file*, or of its first *most* bytes, in hexadecimal."""
    hashed = blake2b(digest_size=SIZE)
    remaining = sys.maxsize if most is None else most
    while remaining > 0 and (chunk := file.read(min(remaining, _CHUNK))):
        hashed.update(chunk)
        remaining -= len(chunk)
    return hashed.hexdigest()


class Cache:
    """The results in the file *path*; without a path, an empty cache."""

    def __init__(self, path: Path | None = None, fingerprint: bytes = b"", secret: bytes = b"") -> None:
        """Open or create the file; results with another *fingerprint* or *secret* count as missing."""
        self.path, self.fingerprint = path, fingerprint
        self._secret = secret or (user_secret() if path else b"")
        self._file = _opened(path) if path else None
        self._now = int(time())
        self._used: set[bytes] = set()
        self._damaged = False

    def __reduce__(self) -> Any:
        """Reopen the file in another process."""
        return Cache, (self.path, self.fingerprint, self._secret)

    def key(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], options: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the key of the result of `function(*arguments, **options)`."""
        call = (function.__module__, function.__qualname__, arguments, tuple(sorted((options or {}).items())))
        return digest(packed((self.fingerprint, *call)))

    def digest_of(self, key: bytes) -> bytes | None:
        """Return the digest of the pickled result under *key*, None on a cache miss."""
        row = self._row(key, "NULL")
        return row[1] if row else None

    def load(self, key: bytes) -> bytes | None:
        """Return the pickled result under *key*, None on a cache miss."""
        row = self._row(key, "value")
        return row[2] if row and isinstance(row[2], bytes) and digest(row[2]) == row[1] else None

    def save(self, key: bytes, value: bytes) -> bytes:
        """Save the pickled result *value* under *key*, if the disk has room, and return its digest."""
        digest_of_value = digest(value)
        if self._file:
            with self._tolerant():
                row = (key, seal(key + digest_of_value, self._secret), digest_of_value, value, self._now)
                self._file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", row)
        return digest_of_value

    def value(self, key: bytes, compute: Callable[[], Any]) -> Any:
        """Return the result under *key*; on a cache miss, *compute* and save it."""
        if (pickled := self.load(key)) is not None:
            return pickle.loads(pickled)  # noqa: S301 - sealed by ourselves
        result = compute()
        self.save(key, packed(result))
        return result

    def values(
        self, keys: Sequence[bytes], items: Sequence[Any], compute: Callable[[list[Any]], list[Any]]
    ) -> list[Any]:
        """Return the results under *keys*, one for each of *items*; *compute* gets the items missing from the cache."""
        results = {
            key: pickle.loads(pickled)  # noqa: S301 - sealed by ourselves
            for key in keys
            if (pickled := self.load(key)) is not None
        }
        if missing := {key: item for key, item in zip(keys, items, strict=True) if key not in results}:
            for key, result in zip(missing, compute(list(missing.values())), strict=True):
                self.save(key, packed(result))
                results[key] = result
        return [results[key] for key in keys]

    def close(self, room: int) -> None:
        """Close the file, evicting the least recently used results beyond *room* bytes; delete a damaged file."""
        if self._file:
            with self._tolerant():
                self._file.execute("BEGIN")
                self._file.executemany("UPDATE kept SET used = ? WHERE key = ?", ((self._now, k) for k in self._used))
                self._file.executemany(
                    "DELETE FROM kept WHERE key = ?", _beyond(room, self._file.execute(_OLD).fetchall())
                )
                self._file.execute("COMMIT")
            self._file.close()
            if self._damaged and self.path:
                with suppress(OSError):
                    _make_way(self.path, damaged=True)
        self._file = None

    @contextmanager
    def _tolerant(self) -> Iterator[None]:
        """Treat results as lost if the file is damaged or the disk is full."""
        try:
            yield
        except _DAMAGE as error:
            self._damaged |= type(error) is sqlite3.DatabaseError

    def _row(self, key: bytes, value: str) -> Any:
        """Return seal, digest and the column *value* of *key*, None without a valid seal."""
        if not self._file:
            return None
        with self._tolerant():
            row = self._file.execute(f"SELECT seal, digest, {value} FROM kept WHERE key = ?", (key,)).fetchone()  # noqa: S608
            if row and isinstance(row[1], bytes) and is_sealed(key + row[1], row[0], self._secret):
                self._used.add(key)
                return row
        return None


def _beyond(room: int, sizes: Iterable[tuple[bytes, int]]) -> Iterator[tuple[bytes]]:
    """Yield the remaining keys once the *sizes* add up to more than *room* bytes."""
    for key, size in sizes:
        room -= size
        if room < 0:
            yield (key,)


_current = Cache()


def use(cache: Cache) -> Cache:
    """Use *cache* in this process from now on; return the previous one."""
    global _current
    before, _current = _current, cache
    return before


def current() -> Cache:
    """Return the cache of this process."""
    return _current


def _opened(path: Path) -> sqlite3.Connection | None:
    """Open the file, or replace a damaged one; None if it is a link or cannot be written."""
    for damaged in (False, True):
        with suppress(OSError, *_DAMAGE):
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_way(path, damaged=damaged)
            file = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
            file.execute("PRAGMA trusted_schema = OFF")
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = OFF")
            file.execute(_CREATE)
            if file.execute("SELECT name, sql FROM sqlite_master").fetchall() == _SCHEMA:
                return file
            file.close()
    return None


def _make_way(path: Path, *, damaged: bool) -> None:
    """Remove *path* and SQLite's files beside it if they are unusable. Raises OSError, also for links."""
    beside = [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm")]
    for file in (path, *beside):
        files.refuse_link(file)
        (files.drop if damaged else files.drop_unless_regular)(file)
    # WAL mode has no rollback journal, and a stranger's can name another file for SQLite to delete.
    files.drop(path.with_name(f"{path.name}-journal"))
