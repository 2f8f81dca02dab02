"""Budgets: limits on the processor time and memory of a job, enforced by the kernel.

A timer of processor time interrupts Python, even in the middle of a regular expression, and raises an
exception. If the job goes on, as in a long call into C, a second timer ends the process.
A limit on private memory makes allocation fail. It is set anew for each job, since a worker runs many.
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
    from typing import Final

Result = TypeVar("Result")

OVER_BUDGET: Final = "budget"
"""The error code of a job over its budget."""

_AGAIN = 1.0  # seconds until the exception is raised again, in case the job swallowed it
_LAST = 2  # multiple of the processor time at which the kernel ends the process
_HINT = "simplify its content; --no-limits lifts this limit"


@dataclass(frozen=True)
class Budget:
    """Processor time in seconds, and bytes of memory on top of the memory already in use."""

    seconds: float = limits.JOB_SECONDS
    memory: int = limits.JOB_MEMORY
    code_seconds: float = limits.CODE_SECONDS
    picture_seconds: float = limits.PICTURE_SECONDS


class OverBudgetError(BuildError):
    """A job used more time or memory than its budget allows."""


class _OutOfTime(BaseException):
    """Processor time is up. Not an Exception, so libraries do not catch it by accident."""


_current: Budget | None = Budget()
_one = Lock()


def use(budget: Budget | None) -> Budget | None:
    """Set the *budget* of jobs in this process and its workers, None for no limits; return the previous one."""
    global _current
    before, _current = _current, budget
    return before


def current() -> Budget | None:
    """Return the budget in use."""
    return _current


def code_seconds() -> float:
    """Return the time limit for highlighting a code block, in seconds; 0 for no limit."""
    return _current.code_seconds if _current else 0


def picture_seconds() -> float:
    """Return the time limit for drawing a picture, in seconds; 0 for no limit."""
    return _current.picture_seconds if _current else 0


def within(budget: Budget | None, work: Callable[[], Result]) -> Result:
    """Return `work()`. Raises OverBudgetError if it uses more than *budget*.

    Timers and limits belong to the whole process, so calls inside this one, or beside it, get no budget of their own.
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
    finished, late, soft_limit = Event(), Event(), limit_memory(budget.memory)
    try:
        setitimer(ITIMER_VIRTUAL, _LAST * budget.seconds)
        if current_thread() is main_thread():
            signal(SIGPROF, partial(_raise, late))
            setitimer(ITIMER_PROF, budget.seconds, _AGAIN)
        else:  # as on a Dask worker; signals are handled in the main thread only
            thread = c_ulong(current_thread().ident or 0)
            Thread(target=_watch, args=(thread, budget.seconds, finished, late), daemon=True).start()
        result = work()
        if late.is_set():  # a library caught the exception
            raise _OutOfTime
        return result
    finally:
        setitimer(ITIMER_PROF, 0)
        finished.set()
        _restore_memory(soft_limit)


def _raise(late: Event, *_: object) -> NoReturn:
    late.set()
    raise _OutOfTime


def _watch(thread: Any, seconds: float, finished: Event, late: Event) -> None:
    """Raise _OutOfTime in *thread* once this process has used *seconds*, unless it is *finished*."""
    end = process_time() + seconds
    while not finished.wait(min(_AGAIN, seconds)):
        if process_time() > end:
            late.set()
            pythonapi.PyThreadState_SetAsyncExc(thread, py_object(_OutOfTime))


def _restore_memory(soft_limit: int | None) -> None:
    if soft_limit is not None:
        with suppress(ValueError, OSError):
            setrlimit(RLIMIT_DATA, (soft_limit, getrlimit(RLIMIT_DATA)[1]))
