"""Run Crib's command line for tests: in this process or, for tests of processes, in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import Executor, Future
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from crib.cli import main
from crib.engine import budget
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BUILDS = ("all", "pdf", "sheets", "cards", "quiz", "pocket", "book", "epub", "anki")


@dataclass(frozen=True)
class Ended:
    """Exit status and output of a command."""

    returncode: int
    stdout: str
    stderr: str


class InThisProcess(Executor):
    """Executor for jobs in the calling process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """Return the outcome of a job."""
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **options))
        except Exception as error:  # noqa: BLE001 - as other executors do
            future.set_exception(error)
        return future


def crib(*arguments: object, folder: Path = ROOT, **environment: str) -> Ended:
    """Run a command in *folder* with *environment*, and its jobs, all in this process: no Python has to start."""
    with pytest.MonkeyPatch.context() as patch, _all_kept():
        patch.chdir(folder)
        patch.setattr("crib.pipeline.workers.workers", lambda *_: nullcontext((InThisProcess(), 1)))
        result = CliRunner().invoke(main, [*map(str, arguments)], env=environment, prog_name="crib")
    return Ended(result.exit_code, result.stdout, result.stderr)


def crib_process(*arguments: object, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command like a user; builds use one worker unless *arguments* set the number."""
    if arguments and arguments[0] in _BUILDS and "-j" not in arguments:
        arguments = (*arguments, "-j", 1)
    return subprocess.run(
        [sys.executable, "-m", "crib", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


def files(folder: Path) -> list[str]:
    """Return the files below *folder*, without Crib's own state."""
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and ".crib" not in path.parts
    )


@contextmanager
def _all_kept() -> Iterator[None]:
    """Leave the handlers of signals, the hook for dropped exceptions and the budget of this process as they are now."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPROF)}
    before, hook = budget.current(), sys.unraisablehook
    try:
        yield
    finally:
        budget.use(before)
        sys.unraisablehook = hook
        for number, handler in handlers.items():
            signal.signal(number, handler)
