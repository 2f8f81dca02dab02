"""What was made before: results of functions, each under a key made of the function and its arguments.

A result is found again only if nothing it was made from has changed: its arguments are its key, and
the `stamp` stands for everything else (`crib.engine.fingerprint`). So a function whose results are kept reads
nothing that its arguments do not tell: they have a digest of each file.

The file is a cache and may be lost at any time. Its values are pickles, which can do anything when
they are read; as a folder of built files may come from a stranger, each is sealed with a secret that
only this user's machine knows.
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
    from collections.abc import Callable, Iterable, Iterator, Sequence

SIZE = 16
"""Of a digest, in bytes."""

_SECRET_SIZE = 32
_BUSY = 30  # seconds to wait for another process that writes
_SCHEMA = "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, seal BLOB, digest BLOB, value BLOB, used INTEGER)"
_OLD = "SELECT key, length(value) FROM kept ORDER BY used DESC, key"


class _Canonical(pickle.Pickler):
    """Pickles equal values to equal bytes: what a dataclass has computed for itself does not count."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, 5)
        self.fast = True  # without references to what came before, which tell more than the value

    def reducer_override(self, thing: Any) -> Any:
        if is_dataclass(thing) and not isinstance(thing, type):
            return type(thing), tuple(getattr(thing, field.name) for field in fields(thing))
        return NotImplemented


def packed(value: object) -> bytes:
    """Return *value*, plain data without sets, as a pickle that is the same in every process."""
    file = BytesIO()
    _Canonical(file).dump(value)
    return file.getvalue()


def digest(data: bytes) -> bytes:
    """Return a hash of *data*."""
    return blake2b(data, digest_size=SIZE).digest()


class Store:
    """The results in the file *path*; without one, nothing is kept."""

    def __init__(self, path: Path | None = None, stamp: bytes = b"", secret: bytes = b"") -> None:
        """Open the file, or begin it anew; what was made with another *stamp* or *secret* is not found."""
        self.path, self.stamp = path, stamp
        self._secret = secret or (_secret() if path else b"")
        self._file = _opened(path) if path else None
        self._now = int(time())
        self._used: set[bytes] = set()

    def __reduce__(self) -> Any:
        """Be opened in another process."""
        return Store, (self.path, self.stamp, self._secret)

    def key(self, make: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
        """Return what the result of `make(*arguments)` is kept under."""
        return digest(packed((self.stamp, make.__module__, make.__qualname__, arguments)))

    def find(self, key: bytes) -> bytes | None:
        """Return the digest of the packed result under *key*, if that is here."""
        row = self._row(key, "NULL")
        return row[1] if row else None

    def load(self, key: bytes) -> bytes | None:
        """Return the packed result under *key*, if it is here."""
        row = self._row(key, "value")
        return row[2] if row and digest(row[2]) == row[1] else None

    def keep(self, key: bytes, value: bytes) -> bytes:
        """Keep the packed result *value* under *key*, if there is room, and return its digest."""
        made = digest(value)
        if self._file:
            with suppress(sqlite3.Error):
                row = (key, self._seal(key, made), made, value, self._now)
                self._file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", row)
        return made

    def remember(self, make: Callable[..., Any], *arguments: Any) -> Any:
        """Return `make(*arguments)`, made now or before."""
        key = self.key(make, arguments)
        if (value := self.load(key)) is not None:
            return pickle.loads(value)  # noqa: S301 - sealed by ourselves
        result = make(*arguments)
        self.keep(key, packed(result))
        return result

    def remember_each(self, make: Callable[..., list[Any]], items: Sequence[Any], *arguments: Any) -> list[Any]:
        """Return `make(items, *arguments)`, a result an item; *make* is given only items whose result is not here.

        What *make* is a method of does not count, nor what other items there are.
        """
        keys = [self.key(make, (item, *arguments)) for item in items]
        found = {
            key: pickle.loads(value)  # noqa: S301 - sealed by ourselves
            for key in keys
            if (value := self.load(key)) is not None
        }
        if missing := {key: item for key, item in zip(keys, items, strict=True) if key not in found}:
            made = zip(missing, make(list(missing.values()), *arguments), strict=True)
            for key, result in made:
                self.keep(key, packed(result))
                found[key] = result
        return [found[key] for key in keys]

    def close(self, room: int) -> None:
        """Close the file; what was not used for the longest time goes if it holds more than *room* bytes."""
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
        """Return seal, digest and *value* of *key*, unless somebody else wrote them."""
        if not self._file:
            return None
        with suppress(sqlite3.Error):
            row = self._file.execute(f"SELECT seal, digest, {value} FROM kept WHERE key = ?", (key,)).fetchone()  # noqa: S608
            if row and compare_digest(row[0], self._seal(key, row[1])):
                self._used.add(key)
                return row
        return None

    def _seal(self, key: bytes, made: bytes) -> bytes:
        return blake2b(key + made, key=self._secret, digest_size=SIZE).digest()


def _beyond(room: int, sizes: Iterable[tuple[bytes, int]]) -> Iterator[tuple[bytes]]:
    """Yield the keys of *sizes* that *room* bytes do not hold after those before them."""
    for key, size in sizes:
        room -= size
        if room < 0:
            yield (key,)


_current = Store()


def use(store: Store) -> Store:
    """Have `remember` in this process keep results in *store*, and return what it used before."""
    global _current
    before, _current = _current, store
    return before


def kept(key: bytes) -> bytes | None:
    """Return the packed result under *key*, if the store in use has it."""
    return _current.load(key)


def remember(make: Callable[..., Any], *arguments: Any) -> Any:
    """Return `make(*arguments)`, made now or before, as the store in use knows it."""
    return _current.remember(make, *arguments)


def remember_each(make: Callable[..., list[Any]], items: Sequence[Any], *arguments: Any) -> list[Any]:
    """Return `make(items, *arguments)`, each result made now or before, as the store in use knows it."""
    return _current.remember_each(make, items, *arguments)


def _opened(path: Path) -> sqlite3.Connection | None:
    """Return the file, begun anew if it is damaged; None where it cannot be written."""
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
    """Return what seals results: random, made once for this user; where it cannot be kept, for this process alone."""
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
