"""Jobs in the order to do them in: what is known of each from before, and what the others are given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from pickle import loads
from typing import TYPE_CHECKING, Any

from crib.engine.cache import Store, kept, packed
from crib.engine.job import with_needs
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crib.engine.job import Job


@dataclass(frozen=True)
class Value:
    """What a job without a path made: a worker that needs it finds it in its store, unless it is *pickled* here."""

    key: bytes
    pickled: bytes | None = None

    def load(self) -> bytes:
        """Return it as it is packed. Raises BuildError if it is lost."""
        found = kept(self.key) if self.pickled is None else self.pickled
        if found is None:
            raise BuildError("a part that was kept is gone; build again")
        return found


@dataclass(frozen=True)
class Task:
    """A job as a worker gets it: with a Value in the place of each job that it needs."""

    make: Callable[..., Any]
    arguments: tuple[Any, ...]
    is_value: bool


def do(task: Task) -> bytes:
    """Return the bytes of a file, or a pickled value."""
    result = task.make(*map(_unpacked, task.arguments))
    return packed(result) if task.is_value else bytes(result)


def _unpacked(argument: Any) -> Any:
    if isinstance(argument, Value):
        return loads(argument.load())  # noqa: S301 - ours
    return tuple(map(_unpacked, argument)) if type(argument) is tuple else argument


class Plan:
    """What is still to do: of the jobs that can be done, `pop` gives the head of the longest chain.

    The sum of its weights tells how long a chain is. What a job makes is known by a key: of its
    function, its arguments, and the digests of the values it needs. A value that the store has, or that
    another job makes, is not made again, nor a file that is there and has the key; `keys` has that of each file.
    """

    def __init__(
        self, jobs: Iterable[Job], store: Store | None = None, built: Callable[[str], str | None] = lambda _: None
    ) -> None:
        """Plan *jobs* and those that they need; of equals the first comes first.

        store  where values are kept
        built  tells the key of the file at a path, if it is there as it was built
        """
        self.keys: dict[str, str] = {}
        self._store, self._built = store or Store(), built
        planned = list(with_needs(jobs))
        self._users: dict[Job, list[Job]] = defaultdict(list)
        for job in planned:
            for need in set(job.needs):
                self._users[need].append(job)
        self._lacking = {job: len(set(job.needs)) for job in planned}
        self._left = {job: len(self._users[job]) for job in planned}
        self._made_of: dict[Job, bytes] = {}
        self._digests: dict[Job, bytes] = {}
        self._same: dict[bytes, list[Job]] = {}  # by the key of a value that is to be made, those that make it
        self._values: dict[Job, bytes] = {}  # those that the store could not keep
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
        """Tell whether there is a job that can be done now."""
        return bool(self._ready)

    def pop(self) -> Job:
        """Return the job to begin next."""
        return heappop(self._ready)[-1]

    @property
    def open(self) -> list[Job]:
        """The jobs that are not known to be done, in the order they were planned in."""
        return sorted(self._lacking, key=lambda job: self._rank[job][1])

    def task(self, job: Job) -> Task:
        """Return what to do for *job*, as long as it is not over."""
        return Task(job.make, job.given(self._value), not job.path)

    def succeed(self, job: Job, result: bytes) -> None:
        """Let go on what needs only *result* still."""
        if job.path:
            self._settle(job)
            return
        key = self._made_of[job]
        made = self._store.keep(key, result)
        kept = self._store.find(key) is not None
        for each in self._same.pop(key):
            if self._users[each] and not kept:
                self._values[each] = result
            self._settle(each, made)

    def fail(self, job: Job) -> None:
        """Leave out *job*, and those that would make the same; what needs them will lack it for ever."""
        for each in self._same.pop(self._made_of[job], [job]):
            self._release(each)

    def name(self, job: Job) -> str:
        """Return the path of *job*, or else of the first file that needs its value."""
        return job.path or next(map(self.name, self._users[job]), "a part")

    def _meet(self, job: Job) -> None:
        """Settle *job*, whose needs are known, if what it makes is too; else it can be done."""
        key = self._made_of[job] = self._store.key(job.make, job.given(self._digests.__getitem__))
        if job.path:
            self.keys[job.path] = key.hex()
            if self._built(job.path) == key.hex():
                self._settle(job)
                return
        elif made := self._store.find(key):
            self._settle(job, made)
            return
        elif key in self._same:
            self._same[key].append(job)
            return
        else:
            self._same[key] = [job]
        heappush(self._ready, (*self._rank[job], job))

    def _settle(self, job: Job, made: bytes = b"") -> None:
        """Count *job*, whose value has the digest *made*, as done."""
        del self._lacking[job]
        self._digests[job] = made
        for user in self._users[job]:
            self._lacking[user] -= 1
            if not self._lacking[user]:
                self._meet(user)
        self._release(job)

    def _value(self, job: Job) -> Value:
        return Value(self._made_of[job], self._values.get(job))

    def _release(self, job: Job) -> None:
        for need in set(job.needs):
            self._left[need] -= 1
            if not self._left[need]:
                self._values.pop(need, None)
