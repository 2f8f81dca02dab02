"""The graph of jobs: leaves out those whose results are cached, and runs the longest chain first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from inspect import unwrap
from pickle import loads
from typing import TYPE_CHECKING, Any

from crib.engine import budget
from crib.engine.cache import Cache, current, packed
from crib.engine.job import with_needs
from crib.problems import CribError, crash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.engine.job import Job


@dataclass(frozen=True)
class Value:
    """The value of a job without a path: in the cache under *key*, unless it is *pickled* here."""

    key: bytes
    pickled: bytes | None = None

    def load(self) -> bytes:
        """Return it pickled. Raises LostValueError."""
        pickled = current().load(self.key) if self.pickled is None else self.pickled
        if pickled is None:
            raise LostValueError(self.key)
        return pickled


class LostValueError(Exception):
    """The cache has lost the value under a key, or it is damaged."""

    def __init__(self, key: bytes) -> None:
        """Report the *key*."""
        super().__init__(key)
        self.key = key


Stage = Callable[[str, bytes], bytes]
"""Writes a file, given its path and contents, where this process finds it; returns what this process is told."""


@dataclass(frozen=True)
class Task:
    """A job as it is sent to a worker, with a Value in the place of each job among its arguments.

    stage  writes its file, if the worker can do that
    """

    make: Callable[..., Any]
    arguments: tuple[Any, ...]
    path: str = ""
    stage: Stage | None = None


def run_task(task: Task) -> bytes:
    """Return a pickled value, what the task's `stage` returns, or the bytes of a file.

    Raises OverBudgetError for more than the process's budget.

    The plan has asked the cache already, so a cached function is called without it. Raises CribError, also for
    what nobody expected, as tracebacks do not survive the way from a worker; OSError; LostValueError.
    """
    try:
        arguments = tuple(map(_unpacked, task.arguments))
        result = budget.within(budget.current(), lambda: unwrap(task.make)(*arguments))
    except (CribError, OSError, LostValueError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is
        raise crash(error) from None
    if not task.path:
        return packed(result)
    return task.stage(task.path, bytes(result)) if task.stage else bytes(result)


def _unpacked(argument: Any) -> Any:
    if isinstance(argument, Value):
        return loads(argument.load())  # noqa: S301 - ours
    return tuple(map(_unpacked, argument)) if type(argument) is tuple else argument


class Plan:
    """The jobs still to run; `pop` returns the ready one that begins the longest chain, by the sum of weights.

    A result is identified by its cache key: of the function, its arguments, and the digests of the values it
    needs. A value that the cache has, or that another job of the plan computes, is not computed again, nor is a
    file that exists with the same key; `keys` maps the path of each file to its key.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        cache: Cache | None = None,
        built: Callable[[str], str | None] = lambda _: None,
        stage: Stage | None = None,
    ) -> None:
        """Plan *jobs* and those that they need; among equal ones the first comes first.

        cache  where values are
        built  returns the key of the file at a path, if it exists unmodified
        stage  has workers write files; else their bytes come back to this process
        """
        self.keys: dict[str, str] = {}
        self._cache, self._built, self._stage = cache or Cache(), built, stage
        planned = list(with_needs(jobs))
        self._users: dict[Job, list[Job]] = defaultdict(list)
        for job in planned:
            for need in set(job.needs):
                self._users[need].append(job)
        self._lacking = {job: len(set(job.needs)) for job in planned}
        self._left = {job: len(self._users[job]) for job in planned}
        self._keys: dict[Job, bytes] = {}
        self._digests: dict[Job, bytes] = {}
        self._same: dict[bytes, list[Job]] = {}  # jobs with the same value, by its key
        self._values: dict[Job, bytes] = {}  # those that the cache could not save, or has lost once
        self._waiting: dict[Job, list[Job]] = {}  # by a job whose value the cache has lost, those that need it
        self._missing: dict[Job, int] = {}  # how many values such a job waits for
        self._rank: dict[Job, tuple[int, int]] = {}
        for place, job in reversed(list(enumerate(planned))):
            after = min((self._rank[user][0] for user in self._users[job]), default=0)
            self._rank[job] = (after - job.weight, place)
        self._ready: list[tuple[int, int, Job]] = []
        for job in planned:
            if not set(job.needs):
                self._meet(job)
        heapify(self._ready)

    def __bool__(self) -> bool:
        """Return whether a job is ready."""
        return bool(self._ready)

    def pop(self) -> Job:
        """Return the job to run next."""
        return heappop(self._ready)[-1]

    @property
    def open(self) -> list[Job]:
        """The jobs that are not done, in the order of the plan."""
        return sorted(self._lacking, key=lambda job: self._rank[job][1])

    def task(self, job: Job) -> Task:
        """Return *job* as a task for a worker."""
        return Task(job.make, job.resolve(self._value), job.path, self._stage)

    def succeed(self, job: Job, result: bytes) -> None:
        """Record the *result* of *job*; jobs that only lacked that become ready."""
        if job in self._waiting:
            self._recover(job, result)
            return
        if job.path:
            self._settle(job)
            return
        key = self._keys[job]
        digest = self._cache.save(key, result)
        saved = self._cache.digest_of(key) is not None
        for same in self._same.pop(key):
            if self._users[same] and not saved:
                self._values[same] = result
            self._settle(same, digest)

    def lose(self, job: Job, key: bytes) -> None:
        """Have *job* run again once the value under *key*, which the cache has lost, is computed again."""
        lost = [need for need in set(job.needs) if self._keys[need] == key and need not in self._values]
        self._missing[job] = len(lost)
        for need in lost:
            if need not in self._waiting:
                self._push(need)
            self._waiting.setdefault(need, []).append(job)
        if not lost:  # it was lost for another job, too, and is there again
            self._push(job)

    def _recover(self, job: Job, result: bytes) -> None:
        """Keep the *result* of *job* here, and save it for later builds; jobs that only lacked that become ready."""
        self._values[job] = result
        self._cache.save(self._keys[job], result)
        for user in self._waiting.pop(job):
            self._missing[user] -= 1
            if not self._missing[user]:
                self._push(user)

    def fail(self, job: Job) -> None:
        """Drop *job*, and those with the same value; jobs that need them never become ready."""
        if self._waiting.pop(job, None):
            return
        for same in self._same.pop(self._keys[job], [job]):
            self._release(same)

    def name(self, job: Job) -> str:
        """Return the path of *job*, or of the first file that needs its value."""
        return job.path or next(map(self.name, self._users[job]), "a part")

    def _meet(self, job: Job) -> None:
        """Mark *job*, whose needs are done, as done if its result is known; else as ready."""
        key = self._keys[job] = self._cache.key(job.make, job.resolve(self._digests.__getitem__))
        if job.path:
            self.keys[job.path] = key.hex()
            if self._built(job.path) == key.hex():
                self._settle(job)
                return
        elif digest := self._cache.digest_of(key):
            self._settle(job, digest)
            return
        elif key in self._same:
            self._same[key].append(job)
            return
        else:
            self._same[key] = [job]
        self._push(job)

    def _push(self, job: Job) -> None:
        heappush(self._ready, (*self._rank[job], job))

    def _settle(self, job: Job, digest: bytes = b"") -> None:
        """Mark *job*, whose value has this *digest*, as done."""
        del self._lacking[job]
        self._digests[job] = digest
        for user in self._users[job]:
            self._lacking[user] -= 1
            if not self._lacking[user]:
                self._meet(user)
        self._release(job)

    def _value(self, job: Job) -> Value:
        return Value(self._keys[job], self._values.get(job))

    def _release(self, job: Job) -> None:
        for need in set(job.needs):
            self._left[need] -= 1
            if not self._left[need]:
                self._values.pop(need, None)
