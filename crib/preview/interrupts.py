"""Handle Ctrl-C and SIGTERM while the main thread waits for others: no signal is lost or delayed."""

from __future__ import annotations

from functools import partial
from queue import Empty
from signal import SIGINT, SIGTERM, getsignal, signal
from typing import TYPE_CHECKING, TypeVar

from crib.engine.runner import HEED

if TYPE_CHECKING:
    from collections.abc import Callable
    from queue import SimpleQueue
    from types import FrameType

_Item = TypeVar("_Item")


def next_of(queue: SimpleQueue[_Item]) -> _Item:
    """Return the next item of *queue*. Raises the exception of a signal, even of one just before the wait began."""
    while True:
        try:
            return queue.get(timeout=HEED)
        except Empty:
            continue


def report_signals(report: Callable[[BaseException], object]) -> None:
    """Have SIGINT and SIGTERM also *report* the exceptions they raise.

    Python drops an exception that a signal raises while a destructor or a weakref's callback runs, as one
    does at the end of every import (https://docs.python.org/3/library/sys.html#sys.unraisablehook).
    """
    for number in (SIGINT, SIGTERM):
        handler = getsignal(number)
        if callable(handler):
            signal(number, partial(_raise_and_report, report, handler))


def _raise_and_report(
    report: Callable[[BaseException], object],
    handler: Callable[[int, FrameType | None], object],
    number: int,
    frame: FrameType | None,
) -> None:
    try:
        handler(number, frame)
    except BaseException as error:
        report(error)
        raise
