"""Problems in a book, and the exceptions to report them.

CribError                  exit status 1; carries one or more problems
├── ContentError           the book has problems
├── BuildError             a tool refused its input, or a file could not be written
└── MissingLibraryError    exit status 3: a system library is missing
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from crib.home import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Final, Literal

    from typing_extensions import Self

    from crib.problem_codes import Code

CRASH: Final = "crash"
"""The error code of an unexpected exception."""

ERROR, WARNING, NOTE = "error", "warning", "note"
"""Severities of a problem; notes are printed only on request."""

_CONTROLS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]")

Error = TypeVar("Error", bound="CribError")


@dataclass(frozen=True, order=True)
class Problem:
    """A problem: its place, error code, text and hint.

    Without a file it concerns the whole build; line 0 means the whole file. A warning (`severity`) does not stop
    a build. Steps of a build that know no lines give the key of an *answer*; its line is filled in afterward.
    """

    file: str
    line: int
    code: Code | Literal[""]
    text: str
    hint: str = ""
    severity: str = ERROR
    answer: str = ""

    @property
    def place(self) -> tuple[bool, Problem]:
        """Sort key: settings first, since they may cause problems in chapters."""
        return not self.file.endswith(".yaml"), self

    def __str__(self) -> str:
        """Return `FILE:LINE: error[code]: text`, or `warning[code]`, with the hint on a line of its own."""
        file = self.file.replace("\n", "\\n")
        place = f"{file}:{self.line}: " if self.line else f"{file}: " if file else ""
        kind = f"{self.severity}[{self.code}]" if self.code else self.severity
        line = f"{place}{kind}: {self.text}"
        return escape_controls(f"{line}\n  hint: {self.hint}" if self.hint else line)


class CribError(Exception):
    """An error reported to the user as text, never as a traceback."""

    exit_status = 1

    def __init__(self, *problems: Problem | str, code: Code | Literal[""] = "", hint: str = "") -> None:
        """Raise *problems*; a plain text becomes a problem of the whole build, with this *code* and *hint*."""
        self.problems = [
            Problem("", 0, code, problem, hint) if isinstance(problem, str) else problem for problem in problems
        ]
        super().__init__(*self.problems)

    def __str__(self) -> str:
        """Return all problems, one per line."""
        return "\n".join(map(str, self.problems))

    def mapped(self, change: Callable[[Problem], Problem]) -> Self:
        """Return an error of the same type with *change* applied to each problem."""
        return type(self)(*map(change, self.problems))


class ContentError(CribError):
    """Problems in the book, sorted by place, without duplicates."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Raise *problems*."""
        super().__init__(*sorted(set(problems), key=lambda problem: problem.place))

    def __reduce__(self) -> tuple[type[ContentError], tuple[list[Problem]]]:
        """Pickle it as its problems."""
        return type(self), (self.problems,)

    def mapped(self, change: Callable[[Problem], Problem]) -> ContentError:
        """Return a copy with *change* applied to each problem."""
        return ContentError(map(change, self.problems))


class BuildError(CribError):
    """An output could not be made, although the content is right."""


class MissingLibraryError(CribError):
    """A shared library, not part of any wheel, is missing on this system."""

    exit_status = 3


def merged(errors: Iterable[CribError]) -> CribError:
    """Merge *errors* into one, without duplicates; problems in the book take precedence over all others."""
    errors = list(errors)
    of_the_book = [problem for error in errors if isinstance(error, ContentError) for problem in error.problems]
    if of_the_book:
        return ContentError(of_the_book)
    return type(errors[0])(*dict.fromkeys(problem for error in errors for problem in error.problems))


def crash(error: Exception) -> BuildError:
    """Return an unexpected exception as an error that names its place in Crib's code."""
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)]
    place = f"crib/{Path(ours[-1].filename).relative_to(PACKAGE).as_posix()}:{ours[-1].lineno}" if ours else "Crib"
    text = f"{type(error).__name__} at {place}: {short(str(error), 200) or 'no message'}"
    return BuildError(text, code=CRASH, hint="this is a defect of Crib: please report it, with the file that caused it")


class Report:
    """The problems found so far in one file."""

    def __init__(self, file: str) -> None:
        """Start an empty report on *file*, named as the user typed it."""
        self.file = file
        self.problems: list[Problem] = []

    def add(self, line: int, code: Code, text: str, hint: str = "", severity: str = ERROR) -> None:
        """Add one more problem."""
        self.problems.append(Problem(self.file, line, code, text, hint, severity))


def escape_controls(text: str) -> str:
    """Escape the characters in *text* that control a terminal or the direction of text.

    These are C0 but for tab and line feed, U+007F, C1, U+2028 and U+2029, and the marks of UAX 9.
    """
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def short(text: str, most: int = 60) -> str:
    """Return *text* on one line of at most *most* printable characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
