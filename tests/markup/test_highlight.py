"""Code, highlighted within limits."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from crib.engine.budget import Budget, OverBudgetError, within
from crib.markup.highlight import highlighted

ENDLESS = '"' + "\\" * 48


def test_code_is_highlighted() -> None:
    """Code in Pygments' languages is highlighted; everything else is text."""
    assert highlighted("x = 1 < 2", "python", 0) == (
        '<span class="hl-n">x</span> <span class="hl-o">=</span> <span class="hl-mi">1</span> '
        '<span class="hl-o">&lt;</span> <span class="hl-mi">2</span>\n'
    )
    assert highlighted("x < 2\n", "no-such-language", 0) == "x &lt; 2\n"
    assert highlighted("x < 2", "", 0) == "x &lt; 2"


@pytest.mark.parametrize(
    "language", ["console", "pycon", "doscon", "pwsh-session", "mysql", "sqlite3", "diff", "rbcon"]
)
def test_no_line_is_lost(language: str) -> None:
    """The last line of a session stays, with or without a prompt of the language."""
    for code in ("$ one two", ">>> 1 + 1\n2", "$ one\ntwo\n$ three", "C:\\> dir\nsqlite> .help", "+ a\n(1/1) more?"):
        html = highlighted(code, language, 0)
        assert html is not None
        assert unescape(re.sub("<[^>]*>", "", html)) == f"{code}\n"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (ENDLESS, "scala"),
        (f"object A {{ val x = {ENDLESS}\n}}", "scala"),
    ],
)
def test_code_that_takes_too_long(code: str, language: str) -> None:
    """A highlighter over its time limit is ended, and replaced for the next code."""
    for _ in range(2):
        assert highlighted(code, language, 0.2) is None
    assert highlighted("1", "python", 2) == '<span class="hl-mi">1</span>\n'


def test_threads_share_a_highlighter() -> None:
    """Each gets the answer to its own question."""
    with ThreadPoolExecutor(4) as threads:
        html = list(threads.map(lambda number: highlighted(str(number), "python", 0), range(40)))
    assert html == [f'<span class="hl-mi">{number}</span>\n' for number in range(40)]


def test_a_job_that_ends_early_leaves_no_answer_behind() -> None:
    """The next request does not get the answer to an aborted job."""
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(highlighted, ENDLESS, "scala", 1)
        with pytest.raises(OverBudgetError):
            within(Budget(seconds=0.1), spin)
        assert answer.result() is None
    assert highlighted("2", "python", 0) == '<span class="hl-mi">2</span>\n'


def spin() -> None:
    """Never end."""
    while True:
        pass


def test_a_highlighter_ends_with_its_parent() -> None:
    """A highlighter ends with its parent, even without a limit, during endless matching."""
    code = f"from crib.markup.highlight import highlighted; print(flush=True); highlighted({ENDLESS!r}, 'scala', 0)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as parent:
        assert parent.stdout
        parent.stdout.readline()
        time.sleep(1)
        parent.kill()
    end = time.monotonic() + 30
    while alive(parent.pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert not alive(parent.pid)


def alive(group: int) -> bool:
    """Return True if *group* has a process."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
