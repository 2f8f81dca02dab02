"""Worker process to highlight code with Pygments; the kernel kills it at a limit of time or memory.

Each line of the input is a JSON list of code, language and seconds of processor time (0 for no limit), each line of
the output the HTML as a JSON string, or null if Pygments fails. The argument is the limit on memory in bytes, on top
of the memory at the start (0 for no limit).
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
"""The prefix of all classes of highlighted code, to keep them apart from those of templates."""


def main() -> None:
    """Answer every line until the end of the input, or of the parent process."""
    signal(SIGINT, SIG_IGN)
    _end_with_parent()
    if memory := int(sys.argv[1]):
        limit_memory(memory)
    for line in sys.stdin:
        code, language, seconds = json.loads(line)
        setitimer(ITIMER_PROF, seconds)
        try:
            html = _html(code, language)
        except Exception:  # noqa: BLE001 - a lexer may raise anything
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
    """Exit within a second after the parent process, even in the middle of a pattern."""
    parent = os.getppid()
    signal(SIGALRM, lambda *_: os._exit(1) if os.getppid() != parent else None)
    setitimer(ITIMER_REAL, 1, 1)
