"""The list of problems in the preview, with links to their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.preview.sources import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Chapter
    from crib.problems import Problem


@dataclass(frozen=True)
class Trouble:
    """An entry in the list of problems.

    source   the place to open in an editor, "" for a problem without a file
    chapter  name of the chapter, "" if unknown
    key      key of the answer, "" if unknown
    """

    place: str
    text: str
    severity: str
    source: str
    hint: str = ""
    chapter: str = ""
    key: str = ""


def trouble_of(problem: Problem, chapters: Mapping[str, Chapter]) -> Trouble:
    """Return the entry of *problem*, with its answer; *chapters* are by file."""
    chapter = chapters.get(problem.file)
    answers = [answer for answer in (chapter.answers if chapter else ()) if answer.line <= problem.line]
    return Trouble(
        place=f"{problem.file}:{problem.line}" if problem.line else problem.file,
        text=problem.text,
        severity=problem.severity,
        source=place_of(problem.file, problem.line) if problem.file else "",
        hint=problem.hint,
        chapter=chapter.name if chapter else "",
        key=answers[-1].key if answers else "",
    )
