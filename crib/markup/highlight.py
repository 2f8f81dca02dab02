"""Highlight code as HTML, in a worker process with limits on time and memory."""

from __future__ import annotations

import atexit
import json
import subprocess
from contextlib import suppress
from functools import lru_cache
from html import escape
from threading import Lock

from crib import limits
from crib.engine.cached import cached
from crib.home import command
from crib.problems import BuildError

_PROGRAM = "crib.markup.pygments_worker"
_IN_MEMORY = 200  # blocks: a slow one is highlighted only once, even without a cache file
_READY = ["", "text", 0]  # a request that never fails, to test a new process


@lru_cache(_IN_MEMORY)
@cached
def highlighted(code: str, language: str, seconds: float) -> str | None:
    """Return *code* as HTML, without spans if *language* is empty or unknown to Pygments.

    Return None if Pygments fails, or takes more than *seconds* of processor time (unless 0).
    """
    return _highlighter.ask(code, language, seconds) if language else escape(code, quote=False)


class _Highlighter:
    """Client of a worker process to highlight code blocks one after the other; a dead process is replaced."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._one_at_a_time = Lock()
        atexit.register(self._end)

    def ask(self, code: str, language: str, seconds: float) -> str | None:
        with self._one_at_a_time:
            if not self._process or self._process.poll() is not None:
                self._start(limits.CODE_MEMORY if seconds else 0)
            answer = self._answer([code, language, seconds])
            html: str | None = json.loads(answer) if answer else None
            return html

    def _start(self, memory: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command(_PROGRAM, memory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        if not self._answer(_READY):
            raise BuildError(f"the program that highlights code does not run: {_PROGRAM}")

    def _answer(self, question: list[object]) -> str:
        """Return a line of the answer; empty if the process died."""
        process = self._process
        if not process or not process.stdin or not process.stdout:
            return ""
        answer = ""
        try:
            print(json.dumps(question), file=process.stdin, flush=True)
            answer = process.stdout.readline()
        except OSError:
            pass
        finally:
            if not answer:  # also after an interrupt here: the next answer read would be this one
                self._end()
        return answer

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            with suppress(OSError):
                self._process.communicate()


_highlighter = _Highlighter()
