"""Do jobs with any executor, each as soon as those it needs are done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from multiprocessing import active_children, get_context, parent_process
from signal import SIG_BLOCK, SIG_IGN, SIG_SETMASK, SIG_UNBLOCK, SIGINT, pthread_sigmask, signal
from threading import Thread
from typing import Any

from crib.engine.cache import Store, use
from crib.engine.job import Job
from crib.engine.plan import Plan, do
from crib.problems import BuildError, ContentError, CribError

Done = Callable[[Job, bytes], None]
"""Called with each job and its result, as they come: the bytes of a file, or a pickled value."""

Opened = Callable[[], AbstractContextManager[tuple[Executor, int]]]
"""Opens an executor, and tells how many workers it has; and another one, should that break."""

HEED = 0.5
"""Seconds of waiting after which to look for signals: one that comes just before a wait begins does not end it."""

_A_WORKER = 2
"""Jobs under way for each worker: one that it does, and one to go on with. More would fill memory."""


def run(plan: Plan, opened: Opened, done: Done) -> None:
    """Do what is open of *plan*, and hand every result to *done*.

    Where an executor breaks because a worker died, all that was under way is done again, one job
    at a time in an executor of their own: so it is known who kills, and the others go on.

    All that can be done is done before problems are raised: ContentError with those of all jobs,
    or a CribError as the first, with what all the others tell too.
    """
    running = _Run(plan, done)
    suspects: list[Job] = []
    while suspects or running.plan:
        with opened() as (executor, count):
            if suspects:
                running.kill(running.work(executor, suspects, 1))
            else:
                suspects = running.work(executor, running.plan, _A_WORKER * count)
    _raise(running.errors)


class _Run:
    """A plan, and the errors of those who could not do their part of it."""

    def __init__(self, plan: Plan, done: Done) -> None:
        self.plan, self.errors = plan, list[CribError]()
        self._done = done

    def work(self, executor: Executor, jobs: Plan | list[Job], most: int) -> list[Job]:
        """Do *jobs* until none is ready, with *most* of them under way; return those lost as the executor broke."""
        lost: list[Job] = []
        running: dict[Future[bytes], Job] = {}
        while True:
            while jobs and not lost and len(running) < most:
                job = jobs.pop()
                try:
                    running[executor.submit(do, self.plan.task(job))] = job
                except BrokenExecutor:
                    lost.append(job)
            if not running:
                return lost
            for future in wait(running, HEED, FIRST_COMPLETED).done:
                job = running.pop(future)
                try:
                    result = future.result()
                except BrokenExecutor:
                    lost.append(job)
                except CribError as error:
                    self._fail(job, error)
                except OSError as error:
                    self._fail(job, BuildError(f"{self.plan.name(job)}: {error}"))
                else:
                    self.plan.succeed(job, result)
                    self._done(job, result)

    def kill(self, jobs: Iterable[Job]) -> None:
        """Leave out *jobs*, which their workers do not survive."""
        for job in jobs:
            self._fail(job, BuildError(f"the process that worked on {self.plan.name(job)} died"))

    def _fail(self, job: Job, error: CribError) -> None:
        self.errors.append(error)
        self.plan.fail(job)


@contextmanager
def staying(opened: Opened) -> Iterator[Opened]:
    """Yield what opens as *opened* does, but gives all who open it the same executor, unless that broke meanwhile.

    It is opened when it is first needed, and stays until this ends.
    """
    with ExitStack() as held:
        current: list[tuple[Executor, int]] = []

        def again() -> AbstractContextManager[tuple[Executor, int]]:
            if not current or _is_broken(current[0][0]):
                current[:] = [held.enter_context(opened())]
            return nullcontext(current[0])

        yield again


def _is_broken(executor: Executor) -> bool:
    try:
        executor.submit(bool, None)
    except BrokenExecutor:
        return True
    return False


@contextmanager
def workers(count: int, store: Store | None = None) -> Iterator[tuple[Executor, int]]:
    """Open a pool of *count* processes; they are spawned, since V8 does not survive a fork.

    They find what was made before in *store*, and keep there what they make.
    Ctrl-C is for this process alone. However it ends, they end with it, and at once: also in the
    middle of a long call into C.
    """
    try:
        pool = _Pool(count, get_context("spawn"), _begin, (store or Store(),))
    except OSError as error:
        raise BuildError(f"this system allows no further processes: {error}") from None
    others = set(active_children())
    try:
        yield pool, count
    except BaseException:
        for process in set(active_children()) - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


class _Pool(ProcessPoolExecutor):
    """Processes that no Ctrl-C reaches from their first moment on: they inherit that it is blocked."""

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        """Submit as ever; a Ctrl-C in between comes right after."""
        mask = pthread_sigmask(SIG_BLOCK, [SIGINT])
        try:
            return super().submit(*arguments, **options)
        finally:
            pthread_sigmask(SIG_SETMASK, mask)


def _begin(store: Store) -> None:
    use(store)
    signal(SIGINT, SIG_IGN)
    pthread_sigmask(SIG_UNBLOCK, [SIGINT])
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


def _raise(errors: list[CribError]) -> None:
    problems = [problem for error in errors if isinstance(error, ContentError) for problem in error.problems]
    if problems:
        raise ContentError(problems)
    if errors:
        raise type(errors[0])("\n".join(dict.fromkeys(map(str, errors))))
