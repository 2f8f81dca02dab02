"""Jobs: the steps of a build, each a function and its arguments, for any process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from crib.problems import Problem


@dataclass(frozen=True)
class Record:
    """A file of the book that records what an output published, written once all outputs are in place.

    *notice* explains it to the user, if need be.
    """

    path: Path
    data: bytes
    notice: str = ""


@dataclass(frozen=True, eq=False)
class Job:
    """One step of a build: `make(*arguments)`, in this process or another.

    It returns the bytes of the file `path` below `dist/`; without a path, a value for the jobs that have
    this one among their arguments, or in a tuple there. All other arguments are plain data that pickles.
    They decide the result, together with the files whose digests they contain. Paths among them must lie in
    the folder of the book or of templates, and values must contain no paths: workers may be on other machines.

    record   what the book keeps once all files of the build are in place
    weight   its duration; laying out one chapter takes 1
    notices  warnings and notes about its file, printed before the build
    """

    path: str
    make: Callable[..., Any]
    arguments: tuple[Any, ...]
    record: Record | None = None
    weight: int = 1
    notices: tuple[Problem, ...] = ()

    @property
    def needs(self) -> Iterator[Job]:
        """The jobs among its arguments."""
        for argument in self.arguments:
            yield from (
                part for part in (argument if isinstance(argument, tuple) else (argument,)) if isinstance(part, Job)
            )

    def resolve(self, value: Callable[[Job], Any]) -> tuple[Any, ...]:
        """Return its arguments, with the *value* of each job among them in its place."""
        return tuple(_resolved(argument, value) for argument in self.arguments)


def _resolved(argument: Any, value: Callable[[Job], Any]) -> Any:
    if isinstance(argument, Job):
        return value(argument)
    if type(argument) is tuple and any(isinstance(part, Job) for part in argument):
        return tuple(_resolved(part, value) for part in argument)
    return argument


def files_of(job: Job) -> Iterator[str]:
    """Yield the files of the book that *job* and those it needs work on; some more than once."""
    for step in with_needs([job]):
        for argument in step.arguments:
            yield from getattr(argument, "files", ())


def with_needs(jobs: Iterable[Job]) -> Iterator[Job]:
    """Yield *jobs* and all that they need, each once, in topological order."""
    return _following(jobs, set())


def _following(jobs: Iterable[Job], before: set[Job]) -> Iterator[Job]:
    for job in jobs:
        if job not in before:
            before.add(job)
            yield from _following(job.needs, before)
            yield job
