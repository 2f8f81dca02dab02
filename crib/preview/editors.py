"""Editors: how each is told to open a file at a line, and which of them a server can start.

A command with `{file}` and `{line}` is used as it is. The name of a well-known editor gets the arguments that
its manual gives. An address, such as `vscode://file{file}:{line}`, is left to the browser. An editor that runs in
a terminal has none to run in, so its command line is handed over to be pasted into one.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

VS_CODE = "vscode://file{file}:{line}"
"""Opens Visual Studio Code from a browser, on a machine where no editor is named."""

_SYNTAXES = {
    "--goto {file}:{line}": "code code-insiders codium cursor positron vscodium windsurf",
    "--line {line} {file}": "clion goland idea kate mate phpstorm pycharm rider rubymine rustrover webstorm xed",
    "{file}:{line}": "hx helix lapce subl sublime_text zed zeditor",
    "+{line} {file}": (
        "bbedit emacs emacsclient gedit geany gnome-text-editor gvim joe jed kak kwrite mcedit mg micro mvim nano "
        "ne nvim nvim-qt pico pluma vi vim vimx"
    ),
}
_ARGUMENTS = {name: syntax.split() for syntax, names in _SYNTAXES.items() for name in names.split()}
_IN_TERMINAL = frozenset("helix hx jed joe kak mcedit mg micro nano ne nvim pico vi vim".split())  # noqa: SIM905
_TERMINAL_OPTIONS = frozenset(("-nw", "--no-window-system", "-t", "-tty", "--tty"))
_EXTENSIONS = (".exe", ".cmd", ".bat")
_FAILS_WITHIN = 1.0
"""Seconds within which an editor ends if it cannot open a file; one that does not end has opened it."""


@dataclass(frozen=True)
class Opening:
    """What came of opening a file: words for the reader, and an address to follow or text to copy, if any."""

    text: str
    url: str = ""
    copy: str = ""


@dataclass(frozen=True)
class Editor:
    """An editor with its arguments, in which `{file}` and `{line}` are placeholders; or an address with them."""

    command: tuple[str, ...]

    def open(self, file: Path, line: int) -> Opening:
        """Open *file*, an absolute path, at *line*, or say how the reader can."""
        if "://" in self.command[0]:
            url = self.command[0].replace("{line}", str(line)).replace("{file}", quote(file.as_posix()))
            return Opening(f"Opening {file}:{line} …", url=url)
        arguments = [each.replace("{line}", str(line)).replace("{file}", str(file)) for each in self.command]
        if self._needs_terminal:
            return _to_paste(shlex.join(arguments))
        return _start(arguments, f"{file}:{line}")

    @property
    def _needs_terminal(self) -> bool:
        return _name(self.command[0]) in _IN_TERMINAL or not _TERMINAL_OPTIONS.isdisjoint(self.command)


def editor_of(words: str) -> Editor:
    """Return the editor that *words* name: a program with arguments, or an address. Raises ValueError."""
    if "://" in words:
        return Editor((words,))
    program, *arguments = shlex.split(words) or [""]
    if not shutil.which(program):
        raise ValueError(f"there is no program {program!r}")
    if not any("{file}" in argument for argument in arguments):
        syntax = _ARGUMENTS.get(_name(program))
        if not syntax:
            raise ValueError(f"how {program!r} opens a file at a line is not known")
        arguments += syntax
    return Editor((program, *arguments))


def usual_editor(environment: Mapping[str, str]) -> Editor:
    """Return the editor of $VISUAL or $EDITOR in *environment*; Visual Studio Code if neither names a known one."""
    for words in filter(None, map(environment.get, ("VISUAL", "EDITOR"))):
        try:
            return editor_of(words)
        except ValueError:
            continue
    return Editor((VS_CODE,))


def _name(program: str) -> str:
    """Return the name of *program* as in `_ARGUMENTS`."""
    name = Path(program).name.lower()
    return next((name.removesuffix(end) for end in _EXTENSIONS if name.endswith(end)), name)


def _start(command: list[str], place: str) -> Opening:
    """Run *command* in the background, without a shell and without this terminal."""
    null = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 - the user named it
            command, stdin=null, stdout=null, stderr=null, start_new_session=True
        )
        status = process.wait(_FAILS_WITHIN)
    except OSError as error:
        return _failed(command, place, str(error.strerror))
    except subprocess.TimeoutExpired:
        status = 0
    return _failed(command, place, f"it ended with status {status}") if status else Opening(f"Opened {place}")


def _failed(command: list[str], place: str, why: str) -> Opening:
    return Opening(f"{Path(command[0]).name} did not open {place}: {why}", copy=place)


def _to_paste(text: str) -> Opening:
    return Opening(f"Copied, to paste into a terminal: {text}", copy=text)
