"""The plan: a graph of jobs without cached ones, scheduled by critical path (longest chain first)."""

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
        """Return the pickled value. Raises LostValueError."""
        pickled = current().load(self.key) if self.pickled is None else self.pickled
        if pickled is None:
            raise LostValueError(self.key)
        return pickled


class LostValueError(Exception):
    """The value under a key is missing from the cache, or damaged."""

    def __init__(self, key: bytes) -> None:
        """Report the *key*."""
        super().__init__(key)
        self.key = key


Stage = Callable[[str, bytes], bytes]
"""Writes a file (path, contents) of a worker to the staging folder; returns data for the parent process."""


@dataclass(frozen=True)
class Task:
    """A job prepared for a worker: jobs among its arguments are replaced by Values.

    stage  writes its file, if the worker has access to the staging folder
    """

    make: Callable[..., Any]
    arguments: tuple[Any, ...]
    path: str = ""
    stage: Stage | None = None


def run_task(task: Task) -> bytes:
    """Return a pickled value, the result of the task's `stage`, or the bytes of a file.

    The plan has already checked the cache, so cached functions are called directly. Raises OverBudgetError;
    CribError, also for unexpected exceptions, since tracebacks would be lost between processes; OSError;
    LostValueError.
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
    """The jobs still to run; `pop` returns the ready job at the head of the longest chain, by the sum of weights.

    A result is identified by its cache key: a hash of the function, its arguments, and the digests of needed values.
    Cached values, values of equal jobs, and existing files with the same key are not computed again. `keys` maps
    the path of each file to its key.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        cache: Cache | None = None,
        built: Callable[[str], str | None] = lambda _: None,
        stage: Stage | None = None,
    ) -> None:
        """Plan *jobs* and their dependencies; ties are broken by their order.

        cache  the cache of values
        built  returns the key of the file at a path, None if it is missing or modified
        stage  lets workers write files; without it, their bytes come back to this process
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
        self._values: dict[Job, bytes] = {}  # values the cache could not save, or has lost once
        self._waiting: dict[Job, list[Job]] = {}  # dependents of a lost value, by its job
        self._missing: dict[Job, int] = {}  # number of lost values, by waiting job
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
        """Return True if a job is ready."""
        return bool(self._ready)

    def pop(self) -> Job:
        """Return the next job to run."""
        return heappop(self._ready)[-1]

    @property
    def open(self) -> list[Job]:
        """The unfinished jobs, in plan order."""
        return sorted(self._lacking, key=lambda job: self._rank[job][1])

    def task(self, job: Job) -> Task:
        """Return *job* as a task for a worker."""
        return Task(job.make, job.resolve(self._value), job.path, self._stage)

    def succeed(self, job: Job, result: bytes) -> None:
        """Record the *result* of *job*; jobs without other unfinished dependencies become ready."""
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
        """Schedule *job* again, after recomputing the lost value under *key*."""
        lost = [need for need in set(job.needs) if self._keys[need] == key and need not in self._values]
        self._missing[job] = len(lost)
        for need in lost:
            if need not in self._waiting:
                self._push(need)
            self._waiting.setdefault(need, []).append(job)
        if not lost:  # already recomputed for another job
            self._push(job)

    def _recover(self, job: Job, result: bytes) -> None:
        """Keep the recomputed *result* of *job* in memory, and save it for later builds; waiting jobs become ready."""
        self._values[job] = result
        self._cache.save(self._keys[job], result)
        for user in self._waiting.pop(job):
            self._missing[user] -= 1
            if not self._missing[user]:
                self._push(user)

    def fail(self, job: Job) -> None:
        """Drop *job* and jobs with the same value; their dependents never become ready."""
        if self._waiting.pop(job, None):
            return
        for same in self._same.pop(self._keys[job], [job]):
            self._release(same)

    def name(self, job: Job) -> str:
        """Return the path of *job*, or of the first file made from its value."""
        return job.path or next(map(self.name, self._users[job]), "a part")

    def _meet(self, job: Job) -> None:
        """Mark *job*, with all dependencies finished, as finished if its result is cached, else as ready."""
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
        """Mark *job* as finished; *digest* is that of its value."""
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
