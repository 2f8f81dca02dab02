"""Jobs in other processes."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from crib.outputs import Job
from crib.problems import BuildError, ContentError, MissingLibraryError, Problem
from crib.run import run, workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    """Return two processes for all tests that do not kill them."""
    with workers(2) as executor:
        yield executor


def join(*words: str) -> bytes:
    """Make a file."""
    return "+".join(words).encode()


def word(text: str) -> str:
    """Make a value."""
    return text.upper()


def refuse(line: int) -> bytes:
    """Fail as content does."""
    raise ContentError([Problem("a.md", line, "x", "bad")])


def lack() -> bytes:
    """Fail as a system does."""
    raise MissingLibraryError("no Pango")


def die() -> bytes:
    """Fail as nobody should."""
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def outcome(jobs: list[Job], executor: Executor) -> dict[str, Any]:
    """Return what each file job made."""
    made = {}
    run(jobs, executor, lambda job, result: made.update({job.path: result}) if job.path else None)
    return made


def test_jobs_get_the_values_they_need(pool: Executor) -> None:
    """A value is made once, however many jobs need it."""
    value = Job("", word, ("a",))
    jobs = [Job("one", join, (value, "b")), Job("two", join, (value, value))]
    assert outcome(jobs, pool) == {"one": b"A+b", "two": b"A+A"}


def test_problems_of_all_jobs_come_together(pool: Executor) -> None:
    """One run tells everything; what needs a failed job is left out."""
    failed = Job("", refuse, (2,))
    jobs = [Job("a", join, (failed,)), Job("b", refuse, (1,)), Job("c", join, ("fine",))]
    made: list[str] = []
    with pytest.raises(ContentError) as error:
        run(jobs, pool, lambda job, _: made.append(job.path))
    assert [problem.line for problem in error.value.problems] == [1, 2]
    assert made == ["c"]


def test_errors_keep_their_exit_status_across_processes(pool: Executor) -> None:
    """A worker's error is the same error here."""
    with pytest.raises(MissingLibraryError, match="no Pango") as error:
        outcome([Job("a", lack, ())], pool)
    assert error.value.exit_status == 3


def test_a_process_that_dies_is_told() -> None:
    """The build ends with the name of the file it was making."""
    with workers(1) as executor, pytest.raises(BuildError, match=r"the process that worked on a\.pdf died"):
        outcome([Job("a.pdf", die, ())], executor)
