"""One file an output: what it makes of a book, as jobs that any process can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    """One file to build: `make(*arguments)` returns its bytes, in this process or another.

    `path` is below `dist/`; arguments are plain data that pickles.
    """

    path: str
    make: Callable[..., bytes]
    arguments: tuple[Any, ...]
