"""Recognize bold questions, with a number or a question mark; the text below is the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers.drafts import ASKS, Draft, line_of
from crib.importers.inlines import join_lines, lines_of, one_line, trimmed, without_prefix
from crib.importers.wording import ANSWER_LABEL, NUMBER, ends_as_question, is_answer_heading
from crib.model.elements import children, paragraph
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements

_TYPED = re.compile(r"\s*(?:(?:Q|Question)\s*)?\d{1,4}\s*[.):]\s*\S", re.IGNORECASE)

_DASH = re.compile(r"\s*[-–—:→]+\s+")


def recognize(block: Element) -> list[Draft]:
    """Return the question in a paragraph that begins in bold."""
    if block["t"] not in ("Para", "Plain"):
        return []
    lines = lines_of(children(block))
    if not lines:
        return []
    lines[0] = _unwrapped(lines[0])
    if lines[0][0]["t"] != "Strong":
        return _typed_number(block, lines)
    question = _question(lines[0], asks=bool(block.get(ASKS)))
    if not question:
        return _same_line(lines, block)
    return [Draft(question, line_of(block), _paragraph(lines[1:], block))]


def _unwrapped(line: Elements) -> Elements:
    """Return *line* without emphasis around bold."""
    inner = trimmed(children(line[0])) if line[0]["t"] == "Emph" else []
    return [*inner, *line[1:]] if [inline["t"] for inline in inner] == ["Strong"] else line


def _same_line(lines: list[Elements], block: Element) -> list[Draft]:
    """Return the question in bold with its answer on the same line."""
    first, *rest = lines[0]
    if not ends_as_question(plain(children(first))) or not trimmed(rest) or ANSWER_LABEL.match(plain(lines[0])):
        return []
    dash = _DASH.match(plain(rest))
    answer = trimmed(without_prefix(rest, dash.end()) if dash else rest)
    return [Draft(children(first), line_of(block), _paragraph([answer, *lines[1:]], block))]


def _typed_number(block: Element, lines: list[Elements]) -> list[Draft]:
    """Return the question in a paragraph that begins with a typed number, as in Word, and ends as a question."""
    text = plain(block)
    if not _TYPED.match(text):
        return []
    for at in range(len(lines)):
        if ends_as_question(plain(lines[at])):
            return [Draft(one_line(lines[: at + 1]), line_of(block), _paragraph(lines[at + 1 :], block))]
    return []


def _paragraph(lines: list[Elements], block: Element) -> Elements:
    """Return *lines* of *block* as a paragraph; empty without lines."""
    rest = join_lines(lines)
    return [{**paragraph(rest), "line": line_of(rest[0], line_of(block))}] if rest else []


def _question(line: Elements, *, asks: bool) -> Elements:
    """Return the question in the first *line* of a paragraph that begins in bold; empty if it is not a question."""
    first, *rest = line
    bold, text = plain(children(first)), plain(line)
    if ANSWER_LABEL.match(text) or is_answer_heading(text):
        return []
    number = NUMBER.match(text)
    rest = trimmed(rest)
    if not rest:  # all of the line is bold
        return children(first) if number or asks or ends_as_question(bold) else []
    if number and number.end() >= len(bold):  # only the number is bold
        return rest
    if (number or asks or ends_as_question(bold)) and not any(map(str.isalnum, plain(rest))):
        return trimmed([*children(first), *line[1:]])
    if (number or asks) and all(inline["t"] in ("Strong", "Code", "Space", "Math") for inline in rest):
        return [inline for part in line for inline in (children(part) if part["t"] == "Strong" else [part])]
    return []


def without_number(question: Elements) -> Elements:
    """Return *question* without its number or label."""
    match = NUMBER.match(plain(question))
    rest = without_prefix(question, match.end()) if match else question
    return rest or question
