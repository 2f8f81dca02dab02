"""Recognize `Q:` and `A:` at the start of lines or paragraphs, plain or bold, also in list items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers.drafts import Draft, line_of
from crib.importers.inlines import lines_of, split_at, trimmed, without_prefix
from crib.importers.wording import ANSWER_LABEL, QUESTION_LABEL, ends_as_question
from crib.model.elements import children, list_items, paragraph, with_contents
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements

_ANSWER_ON_LINE = re.compile(r"\s(?:A|Ans|Answer|Solution|R|Réponse|Antwort|Respuesta)\s*\.?\s*\d*\s*:\s")


def recognize(block: Element) -> list[Draft]:
    """Return the questions in a paragraph or a list with labeled lines."""
    if block["t"] in ("BulletList", "OrderedList"):
        return _in_list(block)
    return _in_paragraph(block) if block["t"] in ("Para", "Plain") else []


def _in_paragraph(block: Element) -> list[Draft]:
    lines = lines_of(children(block))
    if not lines or not QUESTION_LABEL.match(plain(lines[0])):
        return []
    drafts: list[Draft] = []
    for line in lines:
        text, place = plain(line), line_of(line[0], line_of(block))
        label, answer = QUESTION_LABEL.match(text), ANSWER_LABEL.match(text)
        if label:
            question, rest = _divided(without_prefix(line, label.end()))
            drafts.append(Draft(question, place))
            if rest:
                _append_line(drafts[-1], rest, place, is_new=True)
        elif answer or drafts[-1].blocks or [inline["t"] for inline in drafts[-1].question] == ["Strong"]:
            _append_line(drafts[-1], line, place, is_new=bool(answer))
        else:
            drafts[-1].question += [{"t": "Space"}, *line]
    return drafts


def _divided(line: Elements) -> tuple[Elements, Elements]:
    """Split a *line* into the question and the answer after a label or a sentence in bold."""
    first, *others = line or [{"t": "Space"}]
    is_sentence = first["t"] == "Strong" and plain(children(first)).rstrip().endswith((".", "?", "？"))
    if is_sentence and any(map(str.isalnum, plain(others))) and not ends_as_question(plain(line)):
        return children(first), trimmed(others)
    text = plain(line)
    match = _ANSWER_ON_LINE.search(text)
    question, rest = split_at(line, match.start() + 1) if match else (line, [])
    return (question, rest) if question and ANSWER_LABEL.match(plain(rest)) else (line, [])


def _append_line(draft: Draft, line: Elements, place: int, *, is_new: bool) -> None:
    """Add a *line* to the last paragraph in the answer of *draft*, or as a new paragraph if it *is_new*."""
    if is_new or not draft.blocks:
        draft.blocks.append({**paragraph(line), "line": place})
    else:
        last = draft.blocks[-1]
        draft.blocks[-1] = with_contents(last, [*children(last), {"t": "SoftBreak"}, *line])


def _in_list(block: Element) -> list[Draft]:
    items = list_items(block)
    drafts: list[Draft] = []
    for item in items:
        in_item = _in_paragraph(item[0]) if item and item[0]["t"] in ("Para", "Plain") else []
        if in_item:
            in_item[-1].blocks += item[1:]
            drafts += in_item
        elif drafts:
            drafts[-1].blocks += item
        else:
            return []
    return drafts
