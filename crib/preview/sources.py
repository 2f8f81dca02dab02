"""Edit buttons: they open the source of an answer or problem, by a place (`file:line`)."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.model import Answer, Chapter

_BUTTON = '<button type="button" class="source" data-source="{0}" title="{0}" aria-label="{1}">✎</button>'
_START = re.compile(r'<(?:article|li|section)\b[^>]*?\s(?:id|data-name)="([^"]+)"[^>]*>')


def with_source_buttons(html: str, chapter: Chapter) -> str:
    """Return the page *html* with an edit button in the first box named after each answer of *chapter*."""
    waiting = {answer.key: answer for answer in chapter.answers}

    def add_button(start: re.Match[str]) -> str:
        answer = waiting.pop(start[1], None)
        return start[0] + (_button(chapter, answer) if answer else "")

    return _START.sub(add_button, html)


def place_of(file: str, line: int) -> str:
    """Return the place of a line; line 0 means the beginning of the file."""
    return f"{file}:{max(1, line)}"


def known_place(place: str, files: Iterable[str]) -> tuple[str, int] | None:
    """Return file and line of a *place*, None if the file is not one of *files*."""
    file, _, line = place.rpartition(":")
    return (file, int(line)) if file in files and re.fullmatch("[1-9][0-9]{0,8}", line) else None


def _button(chapter: Chapter, answer: Answer) -> str:
    return _BUTTON.format(escape(place_of(chapter.file, answer.line)), f"Edit {answer.code}")
