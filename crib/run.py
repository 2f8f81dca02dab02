"""Do jobs, here or in other processes, each as soon as those it needs are done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from signal import SIG_IGN, SIGINT, signal
from threading import Thread
from typing import Any

from crib.job import Job
from crib.problems import BuildError, ContentError, CribError

Done = Callable[[Job, Any], None]
"""Called with each job and its result, as they come."""


def run(jobs: Iterable[Job], executor: Executor, done: Done) -> None:
    """Do *jobs* and those they need in *executor*, and hand every result to *done*.

    All that can be done is done before problems are raised: ContentError with those of all jobs,
    or the first other CribError.
    """
    waiting = list(dict.fromkeys(_with_needs(jobs)))
    values: dict[Job, Any] = {}
    running: dict[Future[Any], Job] = {}
    errors: list[CribError] = []
    while True:
        for job in [job for job in waiting if values.keys() >= set(job.needs)]:
            waiting.remove(job)
            running[executor.submit(job.make, *job.given(values.__getitem__))] = job
        if not running:
            break
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            job = running.pop(future)
            try:
                result = future.result()
            except CribError as error:
                errors.append(error)
            except OSError as error:
                errors.append(BuildError(f"{job.path or 'a part'}: {error}"))
            except BrokenExecutor:
                errors.append(BuildError(f"the process that worked on {job.path or 'a part'} died"))
            else:
                if not job.path:
                    values[job] = result
                done(job, result)
    _raise(errors)


@contextmanager
def workers(count: int) -> Iterator[Executor]:
    """Open a pool of *count* processes; they are spawned, since V8 does not survive a fork.

    Ctrl-C is for this process alone. However it ends, they end with it, and at once: also in the
    middle of a long call into C.
    """
    try:
        pool = ProcessPoolExecutor(count, get_context("spawn"), _begin)
    except OSError as error:
        raise BuildError(f"this system allows no further processes: {error}") from None
    others = set(active_children())
    try:
        yield pool
    except BaseException:
        for process in set(active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    signal(SIGINT, SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def cores() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def _with_needs(jobs: Iterable[Job]) -> Iterator[Job]:
    for job in jobs:
        yield from _with_needs(job.needs)
        yield job


def _raise(errors: list[CribError]) -> None:
    problems = [problem for error in errors if isinstance(error, ContentError) for problem in error.problems]
    if problems:
        raise ContentError(problems)
    if errors:
        raise errors[0]
