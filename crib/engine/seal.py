"""Seals: keyed hashes (MACs) of cached values and records, to recognize files from other machines and people.

The key is a secret of the user, in a file of the user's cache folder.
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
"""Size of a seal, in bytes."""

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
    """Return True if *sealed*, a value of any type, is the seal of *data*."""
    return isinstance(sealed, bytes) and compare_digest(sealed, seal(data, secret))


def sealed_record(name: str, record: Mapping[str, Any], secret: bytes) -> bytes:
    """Return the record *name* as JSON with its seal. It has no member `seal` of its own."""
    sealed = {**record, _SEAL: seal(_canonical(name, record), secret).hex()}
    return json.dumps(sealed, indent=1, sort_keys=True).encode()


def open_record(name: str, data: bytes, secret: bytes) -> dict[str, Any] | None:
    """Return the record in *data*; None unless it was sealed under *name* with *secret* and is unmodified."""
    with suppress(ValueError, RecursionError, AttributeError, TypeError):
        record: dict[str, Any] = json.loads(data)
        sealed = bytes.fromhex(record.pop(_SEAL, ""))
        if is_sealed(_canonical(name, record), sealed, secret):
            return record
    return None


def _canonical(name: str, record: Mapping[str, Any]) -> bytes:
    return b"\0".join((_FORMAT, name.encode(), json.dumps(record, sort_keys=True).encode()))


def user_secret() -> bytes:
    """Return this user's secret: random bytes, created once, or for each call if they cannot be saved."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "crib"
    with suppress(OSError, RuntimeError):
        folder.mkdir(parents=True, exist_ok=True)
        files.drop_unless_regular(folder / _SECRET)
        with files.folder(folder) as parent:
            secret = _read(parent, folder / _SECRET)
            if len(secret) != _SECRET_SIZE:
                files.replace(_SECRET, parent, token_bytes(_SECRET_SIZE), _PRIVATE)
                secret = _read(parent, folder / _SECRET)  # another process may have replaced it just now
        if len(secret) == _SECRET_SIZE:
            return secret
    return token_bytes(_SECRET_SIZE)


def _read(parent: int, path: Path) -> bytes:
    """Return the saved secret, after making its file private; b"" if it is lost or a link."""
    with suppress(OSError), files.open_regular(path.name, parent, path) as file:
        if os.fstat(file.fileno()).st_mode & ~_PRIVATE & 0o777:
            os.fchmod(file.fileno(), _PRIVATE)
        return file.read(_SECRET_SIZE + 1)
    return b""
