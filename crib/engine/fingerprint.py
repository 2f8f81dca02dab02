"""Fingerprint of Crib's code and tools; a new one invalidates the cache.

It is computed even when nothing changed, so installed packages count by the names of their metadata folders.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from crib.home import PACKAGE
from crib.system_packages import library_versions

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZE = 16
_SUFFIXES = (".py", ".lua", ".json")


@cache
def fingerprint() -> bytes:
    """Return a hash of Crib's code, the installed packages, Python, and the system libraries that lay out text."""
    fingerprinted = blake2b(repr((sys.version_info[:3], sys.platform)).encode(), digest_size=_SIZE)
    for folder, _, names in sorted(os.walk(PACKAGE)):
        for name in sorted(name for name in names if name.endswith(_SUFFIXES)):
            fingerprinted.update(Path(folder, name).read_bytes())
    for package in (*_packages(), *library_versions().items()):
        fingerprinted.update(f"{package}\n".encode())
    return fingerprinted.digest()


def _packages() -> Iterator[str]:
    """Yield the names of installed packages, with their versions."""
    for folder in filter(os.path.isdir, sys.path):
        yield from sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208 - in a hurry
