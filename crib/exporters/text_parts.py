"""Extract the original Markdown of each text part of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.importers.write_markdown import write_lines
from crib.model.elements import attributes, children
from crib.problems import Report
from crib.source.card_tables import FIELD
from crib.source.formula_strip import STRIP
from crib.source.front_matter import read_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model import Answer
    from crib.model.elements import Element, Elements

_HEADING = re.compile(r"^ {0,3}##(?=\s|$)\s*(.*?)\s*$")
_CLOSING_MARKS = re.compile(r"\s+#+$")
_ATTRIBUTES = re.compile(r"\s*\{[^{}]*[#=][^{}]*\}$")
_UNDERLINE = re.compile(r"^ {0,3}-+\s*$")
_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_OPEN = re.compile(r"^ {0,3}:{3,}\s*(?:\{\s*\.)?([a-z]+)\b")
_CLOSE = re.compile(r"^ {0,3}:{3,}\s*$")
_FENCE = re.compile("```|~~~")
_LIST_ITEM = re.compile(r"^ {0,3}(?:[-*+]|\d+[.)])\s|^\s+\S")
_CARDS_LINE = re.compile(r"^\s*\{[^{}]*\.cards\b[^{}]*\}\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_PARTS = ("gist", "choices", "cloze", "hint")


@dataclass(frozen=True)
class RowField:
    """A further column of a row in a table of cards."""

    name: str
    text: str


@dataclass(frozen=True)
class AnswerText:
    """The Markdown of an answer.

    parts   its gist, choices, cloze, hint and body, if present
    table   the number of its table of cards; 0 if it is not a row
    fields  the other columns of its table
    """

    question: str
    parts: dict[str, str]
    table: int = 0
    fields: tuple[RowField, ...] = ()


def texts_of(answers: Sequence[Answer], text: str) -> Iterator[AnswerText]:
    """Yield the Markdown of each of *answers*, all those of a file with this *text*."""
    lines = text.split("\n")
    starts = [_start(answer.line, lines) for answer in answers]
    table = 0
    for at, answer in enumerate(answers):
        if _is_row(answer.line, lines):
            begins = at == 0 or not _is_row(answers[at - 1].line, lines) or answers[at - 1].line != answer.line - 1
            table += begins
            yield _row(answer, table, _columns(answer.line, lines))
        else:
            end = next((start for start in starts[at + 1 :] if start >= answer.line), len(lines))
            question, first = _question(answer, lines)
            yield AnswerText(question, _parts(lines[first:end]))


def strip_of(text: str) -> str:
    """Return the Markdown of the formula strip in *text*, a chapter; may be empty."""
    front = read_front_matter(text, Report(""))
    match = STRIP.match(front.rest) if front else None
    return match[3].strip("\n") if match else ""


def _is_row(line: int, lines: Sequence[str]) -> bool:
    """Return True if *line* is a row of a table, not a heading."""
    text = lines[line - 1]
    return not _HEADING.match(text) and not (line < len(lines) and _UNDERLINE.match(lines[line]) and "|" not in text)


def _start(line: int, lines: Sequence[str]) -> int:
    """Return the index of the first line of the answer on *line*: its heading, or the start of its table."""
    if not _is_row(line, lines):
        return line - 1
    first = line - 1
    while first and lines[first - 1].strip():
        first -= 1
    above = first - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and _CARDS_LINE.match(lines[above]) else first


def _question(answer: Answer, lines: Sequence[str]) -> tuple[str, int]:
    """Return the question of *answer*, and the index of the first line below it."""
    match = _HEADING.match(lines[answer.line - 1])
    if not match:
        return _without_attributes(lines[answer.line - 1].strip()), answer.line + 1
    return _without_attributes(_CLOSING_MARKS.sub("", match[1])), answer.line


def _without_attributes(text: str) -> str:
    return _ATTRIBUTES.sub("", text).strip()


def _parts(lines: Sequence[str]) -> dict[str, str]:
    """Return the text parts in the *lines* of an answer; text outside of blocks is its body.

    A block between two lists stays in the body: without it the lists would be one.
    """
    parts: dict[str, str] = {}
    body: list[str] = []
    at = 0
    while at < len(lines):
        name = (match[1] if (match := _OPEN.match(lines[at])) else "") if not _in_code(body) else ""
        end = _end_of_block(lines, at) if name else at + 1
        following = next((line for line in lines[end:] if line.strip()), "")
        before = next((line for line in reversed(body) if line.strip()), "")
        keeps_lists_apart = _LIST_ITEM.match(before) and _LIST_ITEM.match(following)
        if name in _PARTS and not keeps_lists_apart:
            parts[name] = "\n".join(lines[at + 1 : end - 1]).strip("\n")
            body.append("")
        else:
            body += lines[at:end]
        at = end
    if text := "\n".join(body).strip("\n"):
        parts["body"] = text if _FENCE.search(text) else re.sub(r"\n{3,}", "\n\n", text)
    return parts


def _in_code(lines: Sequence[str]) -> bool:
    """Return True if a code block is still open after *lines*."""
    fence = ""
    for line in lines:
        match = _CODE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and line.strip() == match[1]:
            fence = ""
    return bool(fence)


def _end_of_block(lines: Sequence[str], start: int) -> int:
    """Return the index of the line after the block starting at *start*."""
    depth = 0
    for at in range(start, len(lines)):
        if _in_code(lines[start : at + 1]) or _CODE.match(lines[at]):
            continue
        depth += bool(_OPEN.match(lines[at])) - bool(_CLOSE.match(lines[at]))
        if not depth:
            return at + 1
    return len(lines)


def _columns(line: int, lines: Sequence[str]) -> list[str]:
    """Return the names of the columns after question and answer, in the table with a row on *line*."""
    first = line - 1
    while first and lines[first - 1].strip() and not _CARDS_LINE.match(lines[first - 1]):
        first -= 1
    cells = [cell.strip() for cell in _CELL.split(lines[first].strip().strip("|"))]
    return [cell for cell in cells if cell != "#key"][2:]


def _row(answer: Answer, table: int, columns: Sequence[str]) -> AnswerText:
    """Return the Markdown of a row of a table."""
    gist = children(answer.gist[0]) if answer.gist else []
    fields_in_body = [_named(children(block)) for block in answer.body]
    written = iter(write_lines([answer.question, gist, *(part for pair in fields_in_body for part in pair)]))
    question, short = next(written), next(written)
    texts = [(next(written), next(written)) for _ in fields_in_body]
    fields = []
    for column in columns:
        text = texts.pop(0)[1] if texts and texts[0][0] == column else ""
        fields.append(RowField(column, text))
    return AnswerText(question, {"gist": short} if short else {}, table, tuple(fields))


def _named(inlines: Elements) -> tuple[Elements, Elements]:
    """Split a paragraph of a row into the name of the column and the text of the cell."""
    first: Element = inlines[0]
    if first["t"] == "Span" and attributes(first)[1] == [FIELD]:
        return children(first), inlines[2:]
    return [], inlines
