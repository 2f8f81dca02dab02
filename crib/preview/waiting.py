"""Wait for what other threads have to say, but not longer for a signal than it takes to heed one."""

from __future__ import annotations

from queue import Empty
from typing import TYPE_CHECKING, TypeVar

from crib.engine.runner import HEED

if TYPE_CHECKING:
    from queue import SimpleQueue

_T = TypeVar("_T")


def next_of(queue: SimpleQueue[_T]) -> _T:
    """Return what is next in *queue*. Raises what a signal does, also if it came just before the wait began."""
    while True:
        try:
            return queue.get(timeout=HEED)
        except Empty:
            continue
