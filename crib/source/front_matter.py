"""Front matter: the settings at the beginning of a chapter's file, between lines of `---`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.model.chapter_names import number_in
from crib.source.default_keys import UNNUMBERED
from crib.source.settings import read_settings

if TYPE_CHECKING:
    from crib.problems import Report
    from crib.source.settings import Settings

_FRONT_MATTER = re.compile(r"\n*---[ \t]*\n((?:(?!## ).*\n)*?)---[ \t]*(?:\n|\Z)")
_OPEN = re.compile(r"\n*---[ \t]*\n(?:title|number|exercises):")


@dataclass(frozen=True)
class FrontMatter:
    """The front matter of a file.

    text      the front matter, and
    rest      the Markdown after it, each with the line numbers of the file
    is_there  True if the file has front matter
    """

    text: str
    settings: Settings
    rest: str
    is_there: bool


def read_front_matter(text: str, report: Report) -> FrontMatter | None:
    """Return the front matter at the beginning of *text*; if it has no end, report that, and return None."""
    match = _FRONT_MATTER.match(text)
    if not match and _OPEN.match(text):
        report.add(1, "front-matter", "the front matter does not end", "write a line `---` after its last setting")
        return None
    if not match:
        return FrontMatter("", {}, text, is_there=False)
    front = _moved_down(match[1], text[: match.start(1)])
    return FrontMatter(
        front, read_settings(front, "chapter", report), _moved_down(text[match.end() :], match[0]), is_there=True
    )


def _moved_down(text: str, before: str) -> str:
    """Return *text* below as many blank lines as there are lines in *before*."""
    return "\n" * before.count("\n") + text


def chapter_number(name: str, settings: Settings, report: Report) -> int:
    """Return the number of the chapter in the file *name* with these *settings*; report a wrong one."""
    in_name, in_settings = number_in(name), settings.get("number")
    if in_name is not None and in_settings not in (None, in_name):
        problem = f"the file {name} says `number: {in_settings}`"
        report.add(1, "chapter-number", problem, "use the same number in the file name and in the front matter")
    elif in_name == 0:
        report.add(1, "chapter-number", "chapters are numbered from 1", "rename the file, such as 01-first-steps.md")
    number: int = in_name or in_settings or UNNUMBERED
    return number
