"""The runner: runs a plan on any executor, each job as soon as its dependencies are finished."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from multiprocessing import active_children, get_context, parent_process
from signal import SIG_BLOCK, SIG_IGN, SIG_SETMASK, SIG_UNBLOCK, SIGINT, pthread_sigmask, signal
from threading import Thread
from typing import Any

from crib.engine import budget
from crib.engine.budget import OVER_BUDGET, Budget
from crib.engine.cache import Cache, use
from crib.engine.job import Job, files_of, with_line
from crib.engine.plan import LostValueError, Plan, run_task
from crib.problems import CRASH, BuildError, CribError, Problem, merged

Done = Callable[[Job, bytes], object]
"""Called with each finished job and its result (see `crib.engine.plan.run_task`)."""

OpenExecutor = Callable[[], AbstractContextManager[tuple[Executor, int]]]
"""Opens an executor and returns it with its number of workers; called again after it breaks."""

HEED = 0.5
"""Seconds between two checks for signals: one just before a wait does not end the wait."""

_A_WORKER = 2
"""Jobs submitted per worker: one running and one waiting. More would fill memory."""


def run(plan: Plan, opened: OpenExecutor, done: Done) -> None:
    """Run the open jobs of *plan*, and call *done* with every result.

    If a killed worker breaks the executor, its jobs are run again, one at a time in separate executors, to find the
    one to blame; the others go on.

    A failed job does not stop the others. At the end, one error is raised with the problems of all jobs.
    """
    running = _Run(plan, done)
    suspects: list[Job] = []
    while suspects or running.plan:
        with opened() as (executor, count):
            if suspects:
                running.kill(running.work(executor, suspects, 1))
            else:
                suspects = running.work(executor, running.plan, _A_WORKER * count)
    if running.errors:
        raise merged(running.errors)


class _Run:
    """A running plan, with the errors of its jobs so far."""

    def __init__(self, plan: Plan, done: Done) -> None:
        self.plan, self.errors = plan, list[CribError]()
        self._done = done

    def work(self, executor: Executor, jobs: Plan | list[Job], most: int) -> list[Job]:
        """Run *jobs*, *most* at a time, until none is ready; return the jobs lost in a broken executor."""
        lost: list[Job] = []
        running: dict[Future[bytes], Job] = {}
        while True:
            while jobs and not lost and len(running) < most:
                job = jobs.pop()
                try:
                    running[executor.submit(run_task, self.plan.task(job))] = job
                except BrokenExecutor:
                    lost.append(job)
                except LostValueError as error:  # on a cluster, where tasks contain their values
                    self.plan.lose(job, error.key)
            if not running:
                return lost
            for future in wait(running, HEED, FIRST_COMPLETED).done:
                job = running.pop(future)
                try:
                    self._finish(job, future)
                except BrokenExecutor:
                    lost.append(job)

    def _finish(self, job: Job, future: Future[bytes]) -> None:
        """Record the outcome of *job*. Raises BrokenExecutor."""
        try:
            result = future.result()
        except LostValueError as error:
            self.plan.lose(job, error.key)
        except CribError as error:
            self._fail(job, error)
        except OSError as error:
            self._fail(job, BuildError(f"{self.plan.name(job)}: {error}"))
        else:
            self.plan.succeed(job, result)
            self._done(job, result)

    def kill(self, jobs: Iterable[Job]) -> None:
        """Fail *jobs* for killed workers."""
        for job in jobs:
            self._fail(
                job,
                BuildError(
                    f"the worker building {self.plan.name(job)} was killed",
                    hint="if memory was short, build again with a smaller -j",
                ),
            )

    def _fail(self, job: Job, error: CribError) -> None:
        self.errors.append(error.mapped(partial(_located, job, self.plan.name(job))))
        self.plan.fail(job)


def _located(job: Job, name: str, problem: Problem) -> Problem:
    """Return *problem* with its place: the *name* of *job*, or, over budget, its only chapter if there is just one."""
    if problem.code == CRASH:
        return replace(problem, file=name)
    if problem.code == OVER_BUDGET:
        chapters = {file for file in files_of(job) if file.endswith(".md")}
        return replace(problem, file=chapters.pop() if len(chapters) == 1 else "", text=f"{name} {problem.text}")
    return with_line(problem, job)


@contextmanager
def shared_executor(opened: OpenExecutor) -> Iterator[OpenExecutor]:
    """Share one executor among all callers until it breaks; then open another.

    It is opened on first use, and closed at the end of this context.
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
def workers(count: int, cache: Cache | None = None) -> Iterator[tuple[Executor, int]]:
    """Open a pool of *count* processes sharing *cache*; they are spawned, since V8 does not survive a fork.

    Their jobs have the budget of this process. Ctrl-C reaches this process only. Workers end with this process in any
    case, immediately, even during a long call into C.
    """
    try:
        pool = _Pool(count, get_context("spawn"), _begin, (cache or Cache(), budget.current()))
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
    """Processes out of reach of Ctrl-C: they inherit a signal mask with SIGINT blocked."""

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        """Submit with SIGINT blocked; a pending one is delivered right after."""
        mask = pthread_sigmask(SIG_BLOCK, [SIGINT])
        try:
            return super().submit(*arguments, **options)
        finally:
            pthread_sigmask(SIG_SETMASK, mask)


def _begin(cache: Cache, held_to: Budget | None) -> None:
    use(cache)
    budget.use(held_to)
    signal(SIGINT, SIG_IGN)
    pthread_sigmask(SIG_UNBLOCK, [SIGINT])
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def cores() -> int:
    """Return the number of processors available to this process."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
