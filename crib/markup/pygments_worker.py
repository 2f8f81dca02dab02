"""A worker process that highlights code with Pygments; the kernel kills it when a pattern never ends.

Its argument is a number of bytes. Each line of the input is a JSON list of code, language and seconds of processor
time (0 for no limit), each line of the output the HTML as a JSON string, or null if Pygments fails. The kernel ends
this process if a code block takes longer; with a number other than 0 that is the memory it may use beside what it has
at the start.
"""

from __future__ import annotations

import json
import os
import sys
from html import escape
from signal import ITIMER_PROF, ITIMER_REAL, SIG_IGN, SIGALRM, SIGINT, setitimer, signal

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from crib.engine.memory_limit import limit_memory

PREFIX = "hl-"
"""Begins every class of highlighted code, so that a template's own short classes are safe."""


def main() -> None:
    """Answer every line until there are no more, or until the parent is gone."""
    signal(SIGINT, SIG_IGN)
    _end_with_parent()
    if memory := int(sys.argv[1]):
        limit_memory(memory)
    for line in sys.stdin:
        code, language, seconds = json.loads(line)
        setitimer(ITIMER_PROF, seconds)
        try:
            html = _html(code, language)
        except Exception:  # noqa: BLE001 - whatever a lexer may raise
            html = None
        setitimer(ITIMER_PROF, 0)
        sys.stdout.write(f"{json.dumps(html)}\n")
        sys.stdout.flush()


def _html(code: str, language: str) -> str:
    try:
        lexer = get_lexer_by_name(language, stripnl=False)  # without a newline at its end, some lose the last line
    except ClassNotFound:
        return escape(code, quote=False)
    html: str = highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix=PREFIX))
    return html


def _end_with_parent() -> None:
    """Look once a second, even in the middle of a pattern, whether the parent is there."""
    parent = os.getppid()
    signal(SIGALRM, lambda *_: os._exit(1) if os.getppid() != parent else None)
    setitimer(ITIMER_REAL, 1, 1)
