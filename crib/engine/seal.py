"""Seals: they distinguish files that this user's builds wrote from those that came with a folder of built files.

A seal is a keyed hash. Its key is a secret that each user has, in a file of the user's cache folder.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from crib import files

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE = 16
"""Of a seal, in bytes."""

_SECRET = "secret"  # noqa: S105 - the name of its file
_SECRET_SIZE = 32
_PRIVATE = 0o600
_SEAL = "seal"
_FORMAT = b"1"
"""The version of the format; a new one invalidates all records."""


def seal(data: bytes, secret: bytes) -> bytes:
    """Return the seal of *data*."""
    return blake2b(data, key=secret, digest_size=SIZE).digest()


def is_sealed(data: bytes, sealed: object, secret: bytes) -> bool:
    """Return whether *sealed*, which may be anything, is the seal of *data*."""
    return isinstance(sealed, bytes) and compare_digest(sealed, seal(data, secret))


def sealed_record(name: str, record: Mapping[str, Any], secret: bytes) -> bytes:
    """Return *record*, called *name*, as JSON with its seal; none of its own members is called `seal`."""
    sealed = {**record, _SEAL: seal(_canonical(name, record), secret).hex()}
    return json.dumps(sealed, indent=1, sort_keys=True).encode()


def open_record(name: str, data: bytes, secret: bytes) -> dict[str, Any] | None:
    """Return the record in *data* if it was sealed under *name* with *secret*, and not modified, else None."""
    with suppress(ValueError, RecursionError, AttributeError, TypeError):
        record: dict[str, Any] = json.loads(data)
        sealed = bytes.fromhex(record.pop(_SEAL, ""))
        if is_sealed(_canonical(name, record), sealed, secret):
            return record
    return None


def _canonical(name: str, record: Mapping[str, Any]) -> bytes:
    return b"\0".join((_FORMAT, name.encode(), json.dumps(record, sort_keys=True).encode()))


def user_secret() -> bytes:
    """Return the secret of this user: random, created once, or for this call only if it cannot be kept."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "crib"
    with suppress(OSError, RuntimeError):
        folder.mkdir(parents=True, exist_ok=True)
        files.drop_unless_regular(folder / _SECRET)
        with files.folder(folder) as parent:
            secret = _read(parent, folder / _SECRET)
            if len(secret) != _SECRET_SIZE:
                files.replace(_SECRET, parent, token_bytes(_SECRET_SIZE), _PRIVATE)
                secret = _read(parent, folder / _SECRET)  # which another process may have replaced just now
        if len(secret) == _SECRET_SIZE:
            return secret
    return token_bytes(_SECRET_SIZE)


def _read(parent: int, path: Path) -> bytes:
    """Return the secret that is kept, which nobody else may read; nothing if it is lost, or a link."""
    with suppress(OSError), files.open_regular(path.name, parent, path) as file:
        if os.fstat(file.fileno()).st_mode & ~_PRIVATE & 0o777:
            os.fchmod(file.fileno(), _PRIVATE)
        return file.read(_SECRET_SIZE + 1)
    return b""
