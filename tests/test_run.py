"""Jobs in other processes."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crib.job import Job
from crib.plan import Plan
from crib.problems import BuildError, ContentError, MissingLibraryError, Problem
from crib.run import run, workers
from tests.conftest import ROOT

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


def hold(path: str) -> None:
    """Say who is at work, and hold that file for long."""
    with Path(path).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        print(os.getpid(), file=file, flush=True)
        time.sleep(600)


def is_held(path: Path) -> bool:
    """Tell whether a process holds the file."""
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def ignores_interrupts() -> bool:
    """Tell whether Ctrl-C, which a terminal sends to all processes, passes a worker by."""
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def outcome(jobs: list[Job], executor: Executor) -> dict[str, Any]:
    """Return what each file job made."""
    made = {}
    run(
        Plan(jobs),
        lambda: nullcontext(executor),
        2,
        lambda job, result: made.update({job.path: result}) if job.path else None,
    )
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
        run(Plan(jobs), lambda: nullcontext(pool), 2, lambda job, _: made.append(job.path))
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


def test_an_interrupt_is_for_the_first_process_alone(pool: Executor) -> None:
    """A worker leaves it to that one to end the build in order."""
    assert pool.submit(ignores_interrupts).result()


def test_what_has_not_begun_is_dropped(tmp_path: Path) -> None:
    """A build that ends early does not first do all that was planned."""
    with pytest.raises(KeyboardInterrupt), workers(1) as executor:
        executor.submit(ignores_interrupts).result()
        for i in range(200):
            executor.submit(Path.touch, tmp_path / str(i))
        raise KeyboardInterrupt
    assert len(list(tmp_path.iterdir())) < 200


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_their_parent(tmp_path: Path, sign: signal.Signals) -> None:
    """However a build ends, no process of it goes on."""
    code = (
        "import sys\nfrom crib.run import workers\nfrom tests.test_run import hold\n"
        "if __name__ == '__main__':\n"
        "    with workers(1) as executor: executor.submit(hold, sys.argv[1]).result()\n"
    )
    (tmp_path / "build.py").write_text(code)
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "build.py"), str(tmp_path / "worker")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    while not (tmp_path / "worker").exists() or not (tmp_path / "worker").read_text():
        assert parent.poll() is None
        time.sleep(0.01)
    worker = int((tmp_path / "worker").read_text())
    parent.send_signal(sign)
    parent.wait(60)
    for _ in range(1000):
        if not is_held(tmp_path / "worker"):
            return
        time.sleep(0.03)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker is still there")
