"""The report of an import: written files, and all pieces of the sources left out or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crib.problems import escape_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.importers.questions import LeftOut
    from crib.problems import Problem

_MOST_LINES = 12
"""Lines listed for pieces with the same text and reason."""


@dataclass(frozen=True)
class ImportReport:
    """The results of an import.

    questions  the number of questions by chapter file
    files      the written files, relative to the folder
    changes    keys of answers by kind of change; None without an update
    problems   the remaining problems in the book, as in `check`
    """

    folder: str
    questions: Mapping[str, int]
    files: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...] = ()
    changes: Mapping[str, tuple[str, ...]] | None = None
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the report as data."""
        return {
            "folder": self.folder,
            "chapters": [{"file": file, "questions": count} for file, count in self.questions.items()],
            "questions": sum(self.questions.values()),
            "written": list(self.files),
            "left_out": [piece._asdict() for piece in self.left_out],
            "notes": list(self.notes),
            "changes": {name: list(keys) for name, keys in (self.changes or {}).items()},
            "problems": [str(problem) for problem in self.problems],
        }

    def as_text(self) -> Iterator[str]:
        """Yield the lines of the report for people."""
        grouped: dict[tuple[str, str, str], list[LeftOut]] = {}
        for piece in self.left_out:
            grouped.setdefault((piece.file, piece.what, piece.why), []).append(piece)
        for (_, what, why), pieces in grouped.items():
            yield escape_controls(f"{_place(pieces)}: “{what}”: {why}{_others(pieces)}")
        for name, keys in (self.changes or {}).items():
            if keys:
                yield f"{name}: {', '.join(keys)}"
        yield from map(escape_controls, self.notes)


def _place(pieces: list[LeftOut]) -> str:
    first = pieces[0]
    if first.line:
        return f"{first.file}:{first.line}"
    return f"{first.file}: below “{first.near}”" if first.near else first.file


def _others(pieces: list[LeftOut]) -> str:
    """Return the other places of the same piece."""
    lines = [str(piece.line) for piece in pieces[1:] if piece.line]
    if not lines:
        return f", {len(pieces)} times" if len(pieces) > 1 else ""
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return f", also on line{'s' * (len(lines) > 1)} {', '.join(lines[:_MOST_LINES])}{more}"
