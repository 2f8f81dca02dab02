"""A step of a build: a function and its arguments, for any process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Record:
    """What the book itself keeps of an output once that is published: *data* in the file *path*.

    *told* says to the user what this means, if there is more to it than that.
    """

    path: Path
    data: bytes
    told: str = ""


@dataclass(frozen=True, eq=False)
class Job:
    """One step of a build: `make(*arguments)`, in this process or another.

    It returns the bytes of the file `path` below `dist/`; without a path, a value for the jobs
    that have this one among their arguments, or in a tuple there. All other arguments are plain data
    that pickles, and with the files they have digests of, they alone decide the result. A Path among
    them lies in the folder of the book, or of templates, and a value names no files: so a worker may
    have another disk.
    The `record`, if any, is written after all files of the build are in place.

    weight  how long it takes, where a job that lays out one chapter takes 1
    """

    path: str
    make: Callable[..., Any]
    arguments: tuple[Any, ...]
    record: Record | None = None
    weight: int = 1

    @property
    def needs(self) -> Iterator[Job]:
        """The jobs whose values it takes."""
        for argument in self.arguments:
            yield from (
                each for each in (argument if isinstance(argument, tuple) else (argument,)) if isinstance(each, Job)
            )

    def given(self, value: Callable[[Job], Any]) -> tuple[Any, ...]:
        """Return its arguments with the *value* of each job that it needs."""
        return tuple(_given(argument, value) for argument in self.arguments)


def _given(argument: Any, value: Callable[[Job], Any]) -> Any:
    if isinstance(argument, Job):
        return value(argument)
    if type(argument) is tuple and any(isinstance(each, Job) for each in argument):
        return tuple(_given(each, value) for each in argument)
    return argument


def with_needs(jobs: Iterable[Job]) -> Iterator[Job]:
    """Yield *jobs* and all that they need, each once and after those it needs itself."""
    return _following(jobs, set())


def _following(jobs: Iterable[Job], before: set[Job]) -> Iterator[Job]:
    for job in jobs:
        if job not in before:
            before.add(job)
            yield from _following(job.needs, before)
            yield job
