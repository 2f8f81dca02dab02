"""Measure the time and memory of a command and its children (Linux)."""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent
PYTHON = str(ROOT / ".venv/bin/python")

_PEAK = re.compile(r"VmHWM:\s*(\d+) kB")
_PAUSE = 0.02


@dataclass(frozen=True)
class Cost:
    """Seconds and megabytes.

    wall     elapsed time
    cpu      user and system time of the command and all its descendants
    largest  peak memory of the largest of these processes
    parent   peak memory of the command's own process, sampled every 20 ms
    """

    wall: float = 0
    cpu: float = 0
    largest: float = 0
    parent: float = 0

    def __add__(self, other: Cost) -> Cost:
        """Return the cost of two commands, run one after the other."""
        return Cost(
            self.wall + other.wall,
            self.cpu + other.cpu,
            max(self.largest, other.largest),
            max(self.parent, other.parent),
        )


class FailedError(Exception):
    """A measured command failed; the message is its last output."""


def measure(command: Sequence[str | Path], folder: Path = ROOT) -> Cost:
    """Run *command* in *folder* and return its cost. Raises FailedError, OSError."""
    with TemporaryFile("w+") as errors:
        started, parent = time.perf_counter(), 0
        process = subprocess.Popen(list(map(str, command)), cwd=folder, stdout=subprocess.DEVNULL, stderr=errors)  # noqa: S603
        while True:
            parent = max(parent, _peak(process.pid))
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            time.sleep(_PAUSE)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise FailedError(f"{Path(command[0]).name}: {' '.join(errors.read().split())[-300:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, parent / 1024)


def row(*cells: object) -> str:
    """Return a row of a Markdown table, with fewer decimals for larger numbers."""
    return f"| {' | '.join(f'{cell:,.{_digits(cell)}f}' if isinstance(cell, float) else str(cell) for cell in cells)} |"


def head(*names: str, words: int) -> str:
    """Return the head of a Markdown table; the first *words* columns contain text."""
    return f"{row(*names)}\n|{':--|' * words}{'--:|' * (len(names) - words)}"


def _digits(number: float) -> int:
    return 2 if number < 10 else 1 if number < 100 else 0


def _peak(process: int) -> int:
    """Return the peak memory of *process* so far, in kB; 0 after its end."""
    try:
        peak = _PEAK.search(Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace"))
    except OSError:
        return 0
    return int(peak[1]) if peak else 0
