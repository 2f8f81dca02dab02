"""Cache of function results, in one SQLite file, keyed by function and arguments.

Its key covers all that decides a result: the function's name, its arguments, and the fingerprint of
Crib's code and tools (`crib.engine.fingerprint`). `crib.engine.cached` has the decorators.

The file may be lost at any time. Its values are pickles, which can run code when they are read; since
a folder of built files may come from a stranger, each is sealed with a secret of this user's.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
from contextlib import suppress
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from hmac import compare_digest
from io import BytesIO
from pathlib import Path
from secrets import token_bytes
from time import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

SIZE = 16
"""Of a digest, in bytes."""

_SECRET_SIZE = 32
_BUSY = 30  # seconds to wait for another process that writes
_SCHEMA = "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, seal BLOB, digest BLOB, value BLOB, used INTEGER)"
_OLD = "SELECT key, length(value) FROM kept ORDER BY used DESC, key"


class _Canonical(pickle.Pickler):
    """Pickles equal values to equal bytes; cached properties of dataclasses do not count."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, 5)
        self.fast = True  # no memo: whether two parts are one object is not part of the value

    def reducer_override(self, thing: Any) -> Any:
        if is_dataclass(thing) and not isinstance(thing, type):
            return type(thing), tuple(getattr(thing, field.name) for field in fields(thing))
        return NotImplemented


def packed(value: object) -> bytes:
    """Pickle *value*, plain data without sets, to the same bytes in every process."""
    file = BytesIO()
    _Canonical(file).dump(value)
    return file.getvalue()


def digest(data: bytes) -> bytes:
    """Return a hash of *data*."""
    return blake2b(data, digest_size=SIZE).digest()


class Cache:
    """The results in the file *path*; without one, nothing is kept."""

    def __init__(self, path: Path | None = None, fingerprint: bytes = b"", secret: bytes = b"") -> None:
        """Open the file, or create it; results of another *fingerprint* or *secret* are not found."""
        self.path, self.fingerprint = path, fingerprint
        self._secret = secret or (_secret() if path else b"")
        self._file = _opened(path) if path else None
        self._now = int(time())
        self._used: set[bytes] = set()

    def __reduce__(self) -> Any:
        """Open it again in another process."""
        return Cache, (self.path, self.fingerprint, self._secret)

    def key(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], options: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the key of the result of `function(*arguments, **options)`."""
        call = (function.__module__, function.__qualname__, arguments, tuple(sorted((options or {}).items())))
        return digest(packed((self.fingerprint, *call)))

    def digest_of(self, key: bytes) -> bytes | None:
        """Return the digest of the pickled result under *key*; None if the cache lacks it."""
        row = self._row(key, "NULL")
        return row[1] if row else None

    def load(self, key: bytes) -> bytes | None:
        """Return the pickled result under *key*; None if the cache lacks it."""
        row = self._row(key, "value")
        return row[2] if row and digest(row[2]) == row[1] else None

    def save(self, key: bytes, value: bytes) -> bytes:
        """Save the pickled result *value* under *key*, if there is room on the disk, and return its digest."""
        digest_of_value = digest(value)
        if self._file:
            with suppress(sqlite3.Error):
                row = (key, self._seal(key, digest_of_value), digest_of_value, value, self._now)
                self._file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", row)
        return digest_of_value

    def value(self, key: bytes, compute: Callable[[], Any]) -> Any:
        """Return the result under *key*; if the cache lacks it, *compute* and save it."""
        if (pickled := self.load(key)) is not None:
            return pickle.loads(pickled)  # noqa: S301 - sealed by ourselves
        result = compute()
        self.save(key, packed(result))
        return result

    def values(
        self, keys: Sequence[bytes], items: Sequence[Any], compute: Callable[[list[Any]], list[Any]]
    ) -> list[Any]:
        """Return the result under each of *keys*; *compute* gets the *items* whose results the cache lacks."""
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
        """Close the file; if it holds more than *room* bytes, drop the least recently used results."""
        if self._file:
            with suppress(sqlite3.Error):
                self._file.execute("BEGIN")
                self._file.executemany("UPDATE kept SET used = ? WHERE key = ?", ((self._now, k) for k in self._used))
                self._file.executemany(
                    "DELETE FROM kept WHERE key = ?", _beyond(room, self._file.execute(_OLD).fetchall())
                )
                self._file.execute("COMMIT")
            self._file.close()
        self._file = None

    def _row(self, key: bytes, value: str) -> Any:
        """Return seal, digest and the column *value* of *key*, if the seal is ours."""
        if not self._file:
            return None
        with suppress(sqlite3.Error):
            row = self._file.execute(f"SELECT seal, digest, {value} FROM kept WHERE key = ?", (key,)).fetchone()  # noqa: S608
            if row and compare_digest(row[0], self._seal(key, row[1])):
                self._used.add(key)
                return row
        return None

    def _seal(self, key: bytes, digest_of_value: bytes) -> bytes:
        return blake2b(key + digest_of_value, key=self._secret, digest_size=SIZE).digest()


def _beyond(room: int, sizes: Iterable[tuple[bytes, int]]) -> Iterator[tuple[bytes]]:
    """Yield the keys from the one on at which the *sizes* add up to more than *room* bytes."""
    for key, size in sizes:
        room -= size
        if room < 0:
            yield (key,)


_current = Cache()


def use(cache: Cache) -> Cache:
    """Use *cache* in this process from now on, and return the one used before."""
    global _current
    before, _current = _current, cache
    return before


def current() -> Cache:
    """Return the cache that this process uses."""
    return _current


def _opened(path: Path) -> sqlite3.Connection | None:
    """Open the file, or replace it if it is damaged; None if it cannot be written."""
    for _ in range(2):
        with suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = OFF")
            file.execute(_SCHEMA)
            return file
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return None


def _secret() -> bytes:
    """Return the secret that seals results: random, created once a user, or a process if it cannot be saved."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "crib"
    path = folder / "secret"
    with suppress(OSError, RuntimeError):
        folder.mkdir(parents=True, exist_ok=True)
        only_new = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with suppress(FileExistsError), os.fdopen(os.open(path, only_new, 0o600), "wb") as file:
            file.write(token_bytes(_SECRET_SIZE))
        secret = path.read_bytes()
        if len(secret) == _SECRET_SIZE:
            return secret
    return token_bytes(_SECRET_SIZE)
