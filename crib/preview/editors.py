"""Editors: open a source file at a line in the user's editor.

A command with `{file}` and `{line}` is run as it is. A well-known editor without them gets the arguments from its
manual. The browser opens an address, such as `vscode://file{file}:{line}`. A terminal editor would have no
terminal, so its command line is copied instead, to be pasted into one.
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
"""Opens Visual Studio Code from a browser: the default editor."""

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
"""Seconds until an editor counts as started: failures exit sooner."""


@dataclass(frozen=True)
class Opening:
    """The result of opening a file: a message, and optionally an address to follow or text to copy."""

    text: str
    url: str = ""
    copy: str = ""


@dataclass(frozen=True)
class Editor:
    """An editor: its command line, or an address, with the placeholders `{file}` and `{line}`."""

    command: tuple[str, ...]

    def open(self, file: Path, line: int) -> Opening:
        """Open *file*, an absolute path, at *line*, or print instructions."""
        if "://" in self.command[0]:
            url = self.command[0].replace("{line}", str(line)).replace("{file}", quote(file.as_posix()))
            return Opening(f"Opening {file}:{line} …", url=url)
        arguments = [word.replace("{line}", str(line)).replace("{file}", str(file)) for word in self.command]
        if self._needs_terminal:
            return _to_paste(shlex.join(arguments))
        return _start(arguments, f"{file}:{line}")

    @property
    def _needs_terminal(self) -> bool:
        return _name(self.command[0]) in _IN_TERMINAL or not _TERMINAL_OPTIONS.isdisjoint(self.command)


def editor_of(words: str) -> Editor:
    """Return the editor named by *words*: a program with arguments, or an address. Raises ValueError."""
    if "://" in words:
        return Editor((words,))
    program, *arguments = shlex.split(words) or [""]
    if not shutil.which(program):
        raise ValueError(f"there is no program {program!r}")
    if not any("{file}" in argument for argument in arguments):
        syntax = _ARGUMENTS.get(_name(program))
        if not syntax:
            raise ValueError(f"{program!r} is not an editor known to Crib")
        arguments += syntax
    return Editor((program, *arguments))


def usual_editor(environment: Mapping[str, str]) -> Editor:
    """Return the editor of $VISUAL or $EDITOR in *environment*, Visual Studio Code if both are unset or unknown."""
    for words in filter(None, map(environment.get, ("VISUAL", "EDITOR"))):
        try:
            return editor_of(words)
        except ValueError:
            continue
    return Editor((VS_CODE,))


def _name(program: str) -> str:
    """Return the name of *program* for `_ARGUMENTS`: lower case, without an extension."""
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
