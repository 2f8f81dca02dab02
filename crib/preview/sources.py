"""Buttons that open the source of an answer or a problem, and the places that they name."""

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
    """Return the page *html* with a button in each box that is called after an answer of *chapter*, one for each."""
    waiting = {answer.key: answer for answer in chapter.answers}

    def add_button(start: re.Match[str]) -> str:
        answer = waiting.pop(start[1], None)
        return start[0] + (_button(chapter, answer) if answer else "")

    return _START.sub(add_button, html)


def place_of(file: str, line: int) -> str:
    """Return what a button sends: the file, and the line or that of its beginning."""
    return f"{file}:{max(1, line)}"


def known_place(place: str, files: Iterable[str]) -> tuple[str, int] | None:
    """Return the file and line of a *place*; None unless the file is one of *files*."""
    file, _, line = place.rpartition(":")
    return (file, int(line)) if file in files and re.fullmatch("[1-9][0-9]{0,8}", line) else None


def _button(chapter: Chapter, answer: Answer) -> str:
    return _BUTTON.format(escape(place_of(chapter.file, answer.line)), f"Edit {answer.code}")
