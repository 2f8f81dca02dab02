"""The answers of a chapter as blocks: cards, or run-in for questions and gists short enough for one line."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.print.fit.measure import Block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.print.chapter_html import AnswerHtml

_RUN_IN_GAP = 0.2
_LETTERS = 30
"""Letters per line of the narrowest column, beside a code."""

_FEWEST_RUN_IN = 3
"""Fewer short answers in a row look like an accident."""

_LINE = re.compile(r"<p>(?:[^<]|</?(?:em|strong|code)>)*</p>\s*")
"""A single paragraph of plain words."""


def answer_blocks(entries: Iterable[AnswerHtml], gap: float) -> list[Block]:
    """Return a block for each of *entries*, with a *gap* above: a `run-in` among other short answers, else a `card`."""
    blocks = []
    for is_short, group in groupby(entries, _is_short):
        some = list(group)
        if is_short and len(some) >= _FEWEST_RUN_IN:
            blocks += [Block(entry.key, "run-in", entry, _RUN_IN_GAP if i else gap) for i, entry in enumerate(some)]
        else:
            blocks += [Block(entry.key, "card", entry, gap) for entry in some]
    return blocks


def _is_short(entry: AnswerHtml) -> bool:
    """Return True if the question and gist of *entry* are plain words and fit on one line."""
    if entry.choices or entry.right or entry.more or "<img" in entry.question or not _LINE.fullmatch(entry.gist):
        return False
    return len(_words(entry.question)) + len(_words(entry.gist)) <= _LETTERS


def _words(html: str) -> str:
    return str(Markup(html).striptags())  # noqa: S704 - read, not written
