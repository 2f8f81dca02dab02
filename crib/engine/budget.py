"""Budgets: how much processor time and memory a job may use, enforced by the kernel.

A timer of processor time interrupts Python, even in the middle of a regular expression, and raises an
exception. If that does not end the job, as in a long call into C, a second timer ends the process.
A limit on private memory makes allocation fail. It is set anew for each job, as a worker does many.
"""

from __future__ import annotations

from contextlib import suppress
from ctypes import c_ulong, py_object, pythonapi
from dataclasses import dataclass
from functools import partial
from resource import RLIMIT_DATA, getrlimit, setrlimit
from signal import ITIMER_PROF, ITIMER_VIRTUAL, SIGPROF, setitimer, signal
from threading import Event, Lock, Thread, current_thread, main_thread
from time import process_time
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from crib import limits
from crib.engine.memory_limit import limit_memory
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

OVER_BUDGET = "budget"
"""The code of a job that used more than it may."""

_AGAIN = 1.0  # seconds after which an exception that the job has swallowed is raised again
_LAST = 2  # how many times its processor time a job may use before its process is ended
_HINT = "make what it shows simpler; --no-limits lifts this limit"


@dataclass(frozen=True)
class Budget:
    """Processor time in seconds, and bytes of memory on top of those the process already uses."""

    seconds: float = limits.JOB_SECONDS
    memory: int = limits.JOB_MEMORY
    code_seconds: float = limits.CODE_SECONDS
    picture_seconds: float = limits.PICTURE_SECONDS


class OverBudgetError(BuildError):
    """A job used more time or memory than it may."""


class _OutOfTime(BaseException):
    """Raised inside a job whose processor time is up; no Exception, so that no library takes it for one of its own."""


_current: Budget | None = Budget()
_one = Lock()


def use(budget: Budget | None) -> Budget | None:
    """Hold jobs of this process and of workers it opens to *budget*, None for no limits; return the one before."""
    global _current
    before, _current = _current, budget
    return before


def current() -> Budget | None:
    """Return the budget in use."""
    return _current


def code_seconds() -> float:
    """Return how long this process may take to highlight a code block, 0 for no limit."""
    return _current.code_seconds if _current else 0


def picture_seconds() -> float:
    """Return how long this process may take to draw a picture, 0 for no limit."""
    return _current.picture_seconds if _current else 0


def within(budget: Budget | None, work: Callable[[], Result]) -> Result:
    """Return `work()`. Raises OverBudgetError if it uses more than *budget*.

    It holds one call at a time, with the calls in it: timers and limits are those of the whole process.
    """
    if budget is None or not _one.acquire(blocking=False):
        return work()
    try:
        return _timed(budget, work)
    except _OutOfTime:
        raise OverBudgetError(
            f"takes more than {budget.seconds:g} seconds of processor time", code=OVER_BUDGET, hint=_HINT
        ) from None
    except MemoryError:
        raise OverBudgetError(
            f"takes more than {budget.memory / 1e9:g} GB of memory", code=OVER_BUDGET, hint=_HINT
        ) from None
    finally:
        setitimer(ITIMER_PROF, 0)
        setitimer(ITIMER_VIRTUAL, 0)
        _one.release()


def _timed(budget: Budget, work: Callable[[], Result]) -> Result:
    done, late, soft_limit = Event(), Event(), limit_memory(budget.memory)
    try:
        setitimer(ITIMER_VIRTUAL, _LAST * budget.seconds)
        if current_thread() is main_thread():
            signal(SIGPROF, partial(_raise, late))
            setitimer(ITIMER_PROF, budget.seconds, _AGAIN)
        else:  # as on a Dask worker; signals are handled in the main thread only
            thread = c_ulong(current_thread().ident or 0)
            Thread(target=_watch, args=(thread, budget.seconds, done, late), daemon=True).start()
        result = work()
        if late.is_set():  # a library caught the exception
            raise _OutOfTime
        return result
    finally:
        setitimer(ITIMER_PROF, 0)
        done.set()
        _restore_memory(soft_limit)


def _raise(late: Event, *_: object) -> NoReturn:
    late.set()
    raise _OutOfTime


def _watch(thread: Any, seconds: float, done: Event, late: Event) -> None:
    """Raise _OutOfTime in *thread* once this process has used *seconds*, unless it is *done*."""
    end = process_time() + seconds
    while not done.wait(min(_AGAIN, seconds)):
        if process_time() > end:
            late.set()
            pythonapi.PyThreadState_SetAsyncExc(thread, py_object(_OutOfTime))


def _restore_memory(soft_limit: int | None) -> None:
    if soft_limit is not None:
        with suppress(ValueError, OSError):
            setrlimit(RLIMIT_DATA, (soft_limit, getrlimit(RLIMIT_DATA)[1]))
