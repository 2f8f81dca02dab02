"""Jobs: the steps of a build, each a function with its arguments, for any process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from crib.problems import Problem


@dataclass(frozen=True)
class Record:
    """A file in the book's folder with a record of published data, written after all outputs are in place.

    *notice* explains it to the user, if need be.
    """

    path: Path
    data: bytes
    notice: str = ""


@dataclass(frozen=True, eq=False)
class Job:
    """One step of a build: `make(*arguments)`, in this process or another.

    It returns the bytes of the file `path` below `dist/`. Without a path, it returns a value for dependent jobs: these
    have it among their arguments, or in a tuple there. All other arguments are plain, picklable data. The result
    depends only on the arguments, and on files with their digests in them. Paths in arguments must be inside the
    folder of the book or of templates, and values must not contain paths: workers may be on other machines.

    record   a record to write into the book's folder after the build
    weight   its expected duration; laying out one chapter takes 1
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
        """Return its arguments, with jobs among them replaced by their *value*."""
        return tuple(_resolved(argument, value) for argument in self.arguments)


def _resolved(argument: Any, value: Callable[[Job], Any]) -> Any:
    if isinstance(argument, Job):
        return value(argument)
    if type(argument) is tuple and any(isinstance(part, Job) for part in argument):
        return tuple(_resolved(part, value) for part in argument)
    return argument


def files_of(job: Job) -> Iterator[str]:
    """Yield the files of the book used by *job* and its dependencies, possibly with duplicates."""
    for step in with_needs([job]):
        for argument in step.arguments:
            yield from getattr(argument, "files", ())


def with_line(problem: Problem, job: Job) -> Problem:
    """Return *problem* of *job* with the line of its answer, if it names one.

    Only the first jobs of a chapter get lines; or each new line would change the results of all.
    """
    if not problem.answer:
        return problem
    arguments = (argument for step in with_needs([job]) for argument in step.arguments)
    lines = (getattr(argument, "lines", {}).get(problem.answer) for argument in arguments)
    return replace(problem, line=next(filter(None, lines), 0), answer="")


def with_needs(jobs: Iterable[Job]) -> Iterator[Job]:
    """Yield *jobs* and all their dependencies, without duplicates, in topological order."""
    return _following(jobs, set())


def _following(jobs: Iterable[Job], before: set[Job]) -> Iterator[Job]:
    for job in jobs:
        if job not in before:
            before.add(job)
            yield from _following(job.needs, before)
            yield job
