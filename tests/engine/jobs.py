"""Jobs for tests of workers, in a module with few imports."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import time
from contextlib import suppress
from hashlib import pbkdf2_hmac
from pathlib import Path

from crib.problems import ContentError, MissingLibraryError, Problem


class Part:
    """An argument with the files of its chapters."""

    def __init__(self, *files: str) -> None:
        """Be about *files*."""
        self.files = files


class Lines:
    """An argument with the lines of its answers."""

    def __init__(self, **lines: int) -> None:
        """Have the keys of *lines*."""
        self.lines = lines


def keys(lines: Lines) -> str:
    """Make a value without lines."""
    return " ".join(lines.lines)


def refuse_answer(keys: str) -> bytes:
    """Fail as content does whose line is not known."""
    raise ContentError(Problem("a.md", 0, "math", "bad", answer=key) for key in keys.split())


def join(*words: str) -> bytes:
    """Make a file."""
    return "+".join(words).encode()


def read(path: str) -> bytes:
    """Make a file of another one."""
    return Path(path).read_bytes()


def word(text: str) -> str:
    """Make a value."""
    return text.upper()


def refuse(line: int) -> bytes:
    """Fail as content does."""
    raise ContentError([Problem("a.md", line, "math", "bad")])


def lack() -> bytes:
    """Fail as a system does."""
    raise MissingLibraryError("no Pango")


def die() -> bytes:
    """Fail as nobody should."""
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def stumble() -> bytes:
    """Raise an unexpected exception."""
    raise TypeError("no such thing")


def hold(path: str) -> None:
    """Write the process id to a file, and keep the file open for a long time."""
    with Path(path).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        print(os.getpid(), file=file, flush=True)
        time.sleep(600)


def hold_fast(path: str) -> None:
    """Hold the file in a call into C without releasing the interpreter, not even for other threads."""
    with Path(path).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        print(os.getpid(), file=file, flush=True)
        sum(range(10**13))


def ignores_interrupts() -> bool:
    """Return True if a worker ignores Ctrl-C, sent by a terminal to all processes."""
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def loop(*_: Part) -> bytes:
    """Never end, whatever is raised inside."""
    while True:
        with suppress(Exception):
            sum(range(1000))


def backtrack(*_: Part) -> bytes:
    """Never return from a C function, holding the interpreter's lock."""
    return bool(re.match(r"(a*)*b", "a" * 60)).to_bytes()


def grow(*_: Part) -> bytes:
    """Need 1 GB."""
    return b"".join(bytes(10_000_000) for _ in range(100))


def endless_call() -> bytes:
    """Hash without end, as far as this test is concerned, in one call into C."""
    return pbkdf2_hmac("sha256", b"x", b"y", 2_000_000_000)
