"""What can be wrong, and how a writer is told.

CribError                  exit status 1
├── ContentError           the book has problems; carries all of them
├── BuildError             a tool we stand on refused, or a file could not be written
└── MissingLibraryError    exit status 3: only the system can give it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, order=True)
class Problem:
    """One thing a writer must mend: where, which rule, what, and how."""

    file: str
    line: int
    code: str
    text: str
    hint: str = ""

    def __str__(self) -> str:
        """Return `FILE:LINE: error[code]: text`, with the hint on a line of its own."""
        told = f"{self.file}:{self.line}: error[{self.code}]: {self.text}"
        return f"{told}\n  hint: {self.hint}" if self.hint else told


class CribError(Exception):
    """Anything a user is told in words instead of a traceback."""

    exit_status = 1


class ContentError(CribError):
    """The book cannot be built; `problems` says why, sorted by place, each once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep problems as the only argument, so that the error survives pickling."""
        self.problems = sorted(set(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return all problems, one after the other."""
        return "\n".join(map(str, self.problems))


class BuildError(CribError):
    """An output could not be made, although the content is right."""


class MissingLibraryError(CribError):
    """A shared library that no wheel carries is not on this system."""

    exit_status = 3


class Report:
    """The problems found so far in one file."""

    def __init__(self, file: str) -> None:
        """Start an empty report on *file*, named as the user typed it."""
        self.file = file
        self.problems: list[Problem] = []

    def add(self, line: int, code: str, text: str, hint: str = "") -> None:
        """Note one more problem."""
        self.problems.append(Problem(self.file, line, code, text, hint))


def short(text: str, most: int = 60) -> str:
    """Return *text* on one line of *most* characters that a terminal can show."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
