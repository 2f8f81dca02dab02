"""Check limits on the length of text before layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib import limits
from crib.model.elements import children, text_of
from crib.model.tables import all_rows, body_rows
from crib.model.tree import plain, walk
from crib.source.card_tables import is_card_table

if TYPE_CHECKING:
    from typing import Final

    from crib.model.elements import Element, Elements
    from crib.problems import Report

_QUESTION = re.compile(r"^(?=## )", re.MULTILINE)
_RUN = re.compile(rf"(?<!\S)\S{{{limits.RUN_LENGTH + 1}}}")
_ROW = re.compile(r"^\|.*$", re.MULTILINE)
_CARDS = "{.cards"
_CODE: Final = "too-long"
_WORDS = {"Str", "Code"}
_MEASURED = {"Para", "Plain", "Header", "CodeBlock", "Table"}


def check_markdown(markdown: str, report: Report) -> bool:
    """Return True if *markdown* can be parsed in reasonable time; report parts that are too long."""
    line, is_short = 1, True
    for answer in _QUESTION.split(markdown):
        if run := _RUN.search(answer):
            here = line + answer.count("\n", 0, run.start())
            report.add(
                here,
                _CODE,
                f"more than {limits.RUN_LENGTH:,} characters without a space",
                "shorten them, or add spaces",
            )
            is_short = False
        elif len(_without_rows(answer)) > limits.ANSWER_LENGTH:
            report.add(line, _CODE, f"an answer of more than {limits.ANSWER_LENGTH:,} characters", "split it")
            is_short = False
        line += answer.count("\n")
    return is_short


def _without_rows(answer: str) -> str:
    """Return *answer* without the rows of a table of cards: each is an answer itself."""
    return (_ROW.sub("", answer) if _CARDS in answer else answer).strip()


def check_blocks(blocks: Elements, report: Report) -> None:
    """Report paragraphs, questions, words, code and tables in *blocks* too long for layout."""
    for element in walk(blocks):
        if element["t"] in _WORDS:
            _check_words(element, report)
        elif element["t"] in _MEASURED:
            length, most, what = _length(element)
            if length > most:
                hint = "split it, or shorten it"
                report.add(element["line"], _CODE, f"{what}: at most {most:,}", hint)


def _check_words(element: Element, report: Report) -> None:
    text = text_of(element)
    if len(text) > limits.WORD_LENGTH and max(map(len, text.split()), default=0) > limits.WORD_LENGTH:
        problem = f"a word of more than {limits.WORD_LENGTH:,} characters"
        report.add(element["line"], _CODE, problem, "shorten it: it is too long for a line")


def _length(element: Element) -> tuple[int, int, str]:
    """Return the length of *element*, its limit, and a noun for the message."""
    match element["t"]:
        case "CodeBlock":
            return len(text_of(element)), limits.CODE_LENGTH, "characters of a code block"
        case "Table" if is_card_table(element):
            return len(body_rows(element)), limits.CARD_ROWS, "rows of a table of cards"
        case "Table":
            return sum(map(len, all_rows(element))), limits.TABLE_CELLS, "cells of a table"
        case "Header":
            return len(plain(children(element))), limits.QUESTION_LENGTH, "characters of a question"
        case _:
            return len(plain(children(element))), limits.PARAGRAPH_LENGTH, "characters of a paragraph"
