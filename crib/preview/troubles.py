"""Problems as the page of the preview shows them, with a link to the answer where each is."""

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
    """A problem as the page shows it; chapter (its name) and key lead to its answer, where they are known.

    source  the place to open in an editor, if it has a file
    """

    place: str
    text: str
    severity: str
    source: str
    hint: str = ""
    chapter: str = ""
    key: str = ""


def trouble_of(problem: Problem, chapters: Mapping[str, Chapter]) -> Trouble:
    """Return *problem* with the answer it is in; *chapters* are by file."""
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
