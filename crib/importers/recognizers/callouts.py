"""Recognize callouts: Obsidian's `> [!question]- Why?`, and Quarto's `::: {.callout collapse=true}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.importers.drafts import Draft, line_of
from crib.importers.inlines import lines_of, trimmed, without_prefix
from crib.importers.wording import is_answer_heading
from crib.model.elements import attributes, children, paragraph, string
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements

import re

_MARK = re.compile(r"^\s*\[!(?:question|faq|help|quiz|card|flashcard|todo)\][+-]?\s*", re.IGNORECASE)
_BLOCKS = {"question", "dropdown", "exercise", "callout-note", "callout-tip", "callout", "admonition"}


def recognize(block: Element) -> list[Draft]:
    """Return the question in the first line of a callout, or in its `title` or `summary`."""
    if block["t"] == "BlockQuote":
        return _in_quote(children(block), line_of(block))
    if block["t"] == "Div":
        return _in_div(block)
    return []


def _in_quote(blocks: Elements, line: int) -> list[Draft]:
    if not blocks or blocks[0]["t"] not in ("Para", "Plain"):
        return []
    lines = lines_of(children(blocks[0]))
    match = _MARK.match(plain(lines[0])) if lines else None
    if not match:
        return []
    question = without_prefix(lines[0], match.end())
    answer = [{**paragraph(rest), "line": line_of(rest[0], line)} for rest in lines[1:]]
    return [Draft(question, line, [*answer, *blocks[1:]], is_open=False)] if question else []


def _in_div(block: Element) -> list[Draft]:
    _, classes, pairs = attributes(block)
    if not _BLOCKS & set(classes):
        return []
    inside = children(block)
    if title := pairs.get("title") or pairs.get("summary"):
        return [] if is_answer_heading(title) else [_draft([string(title)], inside, block)]
    if inside and inside[0]["t"] == "Header" and not is_answer_heading(plain(inside[0])):
        return [_draft(trimmed(children(inside[0])), inside[1:], block)]
    return []


def _draft(question: Elements, answer: Elements, block: Element) -> Draft:
    return Draft(question, line_of(block), answer, is_open=False)
