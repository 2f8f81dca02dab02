"""Jobs in the order to do them in, and what each of them is given."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from pickle import dumps, loads
from typing import TYPE_CHECKING, Any

from crib.outputs import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True)
class Value:
    """What a job without a path made, pickled: only a worker that needs it unpacks it."""

    pickled: bytes


@dataclass(frozen=True)
class Task:
    """A job as a worker gets it: with a Value in the place of each job that it needs."""

    make: Callable[..., Any]
    arguments: tuple[Any, ...]
    is_value: bool


def do(task: Task) -> bytes:
    """Return the bytes of a file, or a pickled value."""
    arguments = (loads(each.pickled) if isinstance(each, Value) else each for each in task.arguments)  # noqa: S301 - ours
    result = task.make(*arguments)
    return dumps(result) if task.is_value else bytes(result)


class Plan:
    """What is still to do: of the jobs that can be done, `pop` gives the head of the longest chain.

    The sum of its weights tells how long a chain is. A value is kept until all jobs that need it
    are over.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        """Plan *jobs* and those that they need; of equals the first comes first."""
        planned = list(dict.fromkeys(_with_needs(jobs)))
        self._users: dict[Job, list[Job]] = {job: [] for job in planned}
        self._lacking = {job: len(_needs(job)) for job in planned}
        for job in planned:
            for need in _needs(job):
                self._users[need].append(job)
        self._left = {job: len(users) for job, users in self._users.items()}
        self._values: dict[Job, Value] = {}
        self._rank: dict[Job, tuple[int, int]] = {}
        for place, job in reversed(list(enumerate(planned))):
            after = min((self._rank[user][0] for user in self._users[job]), default=0)
            self._rank[job] = (after - job.weight, place)
        self._ready = [(*self._rank[job], job) for job in planned if not self._lacking[job]]
        heapify(self._ready)

    def __bool__(self) -> bool:
        """Tell whether there is a job that can be done now."""
        return bool(self._ready)

    def pop(self) -> Job:
        """Return the job to begin next."""
        return heappop(self._ready)[-1]

    def task(self, job: Job) -> Task:
        """Return what to do for *job*, as long as it is not over."""
        arguments = tuple(self._values[each] if isinstance(each, Job) else each for each in job.arguments)
        return Task(job.make, arguments, not job.path)

    def succeed(self, job: Job, result: bytes) -> None:
        """Let go on what needs only *result* still."""
        users = self._users[job]
        if users:
            self._values[job] = Value(result)
        for user in users:
            self._lacking[user] -= 1
            if not self._lacking[user]:
                heappush(self._ready, (*self._rank[user], user))
        self._release(job)

    def fail(self, job: Job) -> None:
        """Leave out *job*; what needs it will lack it for ever."""
        self._release(job)

    def name(self, job: Job) -> str:
        """Return the path of *job*, or else of the first file that needs its value."""
        return job.path or next(map(self.name, self._users[job]), "a part")

    def _release(self, job: Job) -> None:
        for need in _needs(job):
            self._left[need] -= 1
            if not self._left[need]:
                self._values.pop(need, None)


def _needs(job: Job) -> set[Job]:
    return {argument for argument in job.arguments if isinstance(argument, Job)}


def _with_needs(jobs: Iterable[Job]) -> Iterator[Job]:
    for job in jobs:
        yield from _with_needs(argument for argument in job.arguments if isinstance(argument, Job))
        yield job
