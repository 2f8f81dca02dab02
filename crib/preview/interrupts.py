"""Wait for other threads without delaying Ctrl-C or SIGTERM."""

from __future__ import annotations

from queue import Empty
from typing import TYPE_CHECKING, TypeVar

from crib.engine.runner import HEED

if TYPE_CHECKING:
    from queue import SimpleQueue

_Item = TypeVar("_Item")


def next_of(queue: SimpleQueue[_Item]) -> _Item:
    """Return the next item of *queue*. Raises the exception of a signal, even of one just before the wait."""
    while True:
        try:
            return queue.get(timeout=HEED)
        except Empty:
            continue
