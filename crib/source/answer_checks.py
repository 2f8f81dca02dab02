"""Check the text parts of an answer: places of blocks, notes, index terms and cloze gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.elements import alt, attributes, children
from crib.model.tree import find_all, plain, walk
from crib.source.allowlist import GAP, TERM
from crib.source.task_lists import CHOICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model.elements import Element, Elements
    from crib.problems import Report

SINGLE_BLOCKS = ("gist", "hint", "cloze", CHOICES)
"""The blocks allowed once in an answer, directly below its question."""


def check_places(question: Elements, body: Elements, blocks: Mapping[str, Elements], report: Report) -> None:
    """Report misplaced blocks, notes and index terms in *question*, *body*, and the other *blocks*."""
    others = list(blocks.values())
    _check_nested([body, *others], report)
    _check_notes([question, *others], report)
    _check_terms([question, *others, *(alt(image) for image in find_all(body, "Image"))], report)


def _check_nested(parts: list[Elements], report: Report) -> None:
    """Report blocks such as gists anywhere but directly below their question."""
    for element in walk(parts):
        if class_of(element) in SINGLE_BLOCKS:
            report.add(
                element["line"],
                "nested-block",
                f"this {class_of(element)} is inside a list, a quotation or another block",
                "move it below the question, without indentation",
            )


def _check_notes(parts: list[Elements], report: Report) -> None:
    """Report notes outside the answer: sheets and the fronts of cards have no room for them."""
    for note in find_all(parts, "Note"):
        hint = "move it into the answer, below the gist"
        report.add(note["line"], "misplaced-note", "only the answer may have notes", hint)


def _check_terms(parts: list[Elements], report: Report) -> None:
    """Report index terms outside the answer, or in alternative texts: the index cannot refer to them."""
    for element in walk(parts):
        if class_of(element) == TERM:
            report.add(
                element["line"],
                "misplaced-term",
                "index terms can be marked only in the answer",
                "mark the term in the text below the gist",
            )


def check_gaps(blocks: Elements, cloze: Elements, report: Report) -> None:
    """Report invalid gaps of a *cloze*, and gaps elsewhere in the *blocks* of an answer."""
    gaps = [element for element in walk(cloze) if GAP.fullmatch(class_of(element))]
    if cloze and not gaps:
        report.add(cloze[0]["line"], "no-gap", "this cloze has no gap", "mark the words to hide: `[words]{.c1}`")
    for gap in gaps:
        if not plain(children(gap)).strip():
            report.add(gap["line"], "empty-gap", "this gap is empty", "put the words to hide into it: `[words]{.c1}`")
        if any(class_of(element) for element in walk(children(gap))):
            report.add(
                gap["line"],
                "nested-gap",
                "gaps cannot be nested: older versions of Anki do not support it",
                "put one gap after the other",
            )
    for element in walk(blocks):
        if GAP.fullmatch(class_of(element)) and element not in gaps:
            report.add(
                element["line"],
                "misplaced-gap",
                "this gap is outside a cloze",
                "put the sentence into a `::: cloze` block",
            )


def class_of(element: Element) -> str:
    """Return the class of a `:::` block or a gap; nothing for any other element."""
    return (attributes(element)[1] or [""])[0] if element["t"] in ("Div", "Span") else ""
