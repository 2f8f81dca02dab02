"""Check titles of chapters: plain text only, for names of Anki decks, tables of contents and running heads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.model.elements import text_of
from crib.model.tree import find_all
from crib.problems import short

if TYPE_CHECKING:
    from crib.model.elements import Elements
    from crib.problems import Report

_MARKUP = re.compile(
    r"""
    (?<![\\$])\$(?!\s)[^$]+(?<!\s)\$(?!\d)  # a formula
    | `[^`]+`  # code
    | (?<![\w*])(\*{1,2})(?![\s*])[^*]+(?<!\s)\1(?![\w*])  # emphasis
    | (?<!\w)(_{1,2})(?![\s_])[^_]+(?<!\s)\2(?!\w)
    | \[[^\]]+\]\([^)\s]+\)  # a link
    """,
    re.VERBOSE,
)
_HINT = "write the title as plain text, such as `The area πr²`; only questions and answers may have formulas and markup"


def check_written_title(title: str, line: int, report: Report) -> None:
    """Report Markdown in *title*, a setting on this *line*: it would be shown as written."""
    if markup := _MARKUP.search(title):
        report.add(line, "title", f"the title of a chapter has Markdown: {short(markup[0])}", _HINT)


def check_heading_title(heading: Elements, line: int, report: Report) -> None:
    """Report the first formula in the title *heading*; other markup is reduced to its words."""
    for formula in find_all(heading, "Math"):
        report.add(line, "title", f"the title of a chapter has a formula: {short(text_of(formula))}", _HINT)
        break
