"""The program name: how the user called Crib. Help, hints and "Next:" lines name the command in the same way."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

_OF_A_CLONE = "build.py"
_OF_THE_MODULE = Path(__file__).with_name("__main__.py")
_EXAMPLE = re.compile("^  crib(?= )", re.MULTILINE)


def program_name() -> str:
    """Return the command that runs Crib again, for a shell: `crib`, `python3 build.py` or `python3 -m crib`.

    No job may use it: the cache serves everyone, however Crib was called.
    """
    called = sys.argv[0]
    if Path(called).name == _OF_A_CLONE:
        return f"python3 {shlex.quote(called)}"
    if Path(called) == _OF_THE_MODULE:
        return f"{shlex.quote(sys.orig_argv[0])} -m crib"
    return "crib"


def rename_examples(help_text: str) -> str:
    """Return *help_text* with the program name in its examples, which are lines that begin with `crib`."""
    return _EXAMPLE.sub(lambda _: f"  {program_name()}", help_text)
