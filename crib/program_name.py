"""The program name, as called by the user, for help, hints and "Next:" lines."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

_BUILD_SCRIPT = "build.py"
_MAIN_MODULE = Path(__file__).with_name("__main__.py")
_EXAMPLE = re.compile("^  crib(?= )", re.MULTILINE)


def program_name() -> str:
    """Return the shell command to run Crib again: `crib`, its path, `python3 build.py` or `python3 -m crib`.

    No job may use it: cached results must not depend on it.
    """
    called = sys.argv[0]
    if Path(called).name == _BUILD_SCRIPT:
        return f"python3 {shlex.quote(called)}"
    if Path(called) == _MAIN_MODULE:
        return f"{shlex.quote(sys.orig_argv[0])} -m crib"
    if Path(called).name == "crib" and os.path.realpath(shutil.which("crib") or "") != os.path.realpath(called):
        return shlex.quote(called)
    return "crib"


def command_on(book: Path, name: str) -> str:
    """Return the shell command *name* for the book in the folder *book*, which needs no option if it is the default."""
    from crib.model.book_files import default_book

    folder = "" if book == default_book() else f" --content {shlex.quote(str(book))}"
    return f"{program_name()} {name}{folder}"


def rename_examples(help_text: str) -> str:
    """Return *help_text* with the program name in its examples, lines beginning with `crib`."""
    return _EXAMPLE.sub(lambda _: f"  {program_name()}", help_text)
