"""Handle Ctrl-C and SIGTERM reliably, even if Python drops the exceptions they raise."""

from __future__ import annotations

import sys
from functools import partial
from signal import ITIMER_REAL, SIGALRM, SIGINT, SIGTERM, raise_signal, setitimer, signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SOON = 0.05
"""Seconds until a dropped signal is raised again."""

_SIGNALS: dict[type[BaseException], int] = {KeyboardInterrupt: SIGINT, SystemExit: SIGTERM}


def heed_signals() -> None:
    """Let SIGTERM end this process like Ctrl-C, and raise both again if Python drops them.

    Python drops an exception raised by a signal in a destructor, or in the callback of a weak reference, such as at
    the end of every import (https://docs.python.org/3/library/sys.html#sys.unraisablehook).
    """
    signal(SIGTERM, terminate)
    sys.unraisablehook = partial(_raise_again, sys.unraisablehook)


def terminate(*_: object) -> None:
    """Exit with the status of a process ended by SIGTERM."""
    sys.exit(128 + SIGTERM)


def _raise_again(report: Callable[[sys.UnraisableHookArgs], object], dropped: sys.UnraisableHookArgs) -> None:
    """Raise a dropped signal again shortly, after the destructor has returned; pass other exceptions to *report*."""
    number = _SIGNALS.get(dropped.exc_type)
    if number is None:
        report(dropped)
    else:
        signal(SIGALRM, lambda *_: raise_signal(number))
        setitimer(ITIMER_REAL, _SOON)
