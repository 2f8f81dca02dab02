"""Recognize weak shapes, tried last: lists of questions, definition lists, tables of questions."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crib.importers.choices import option_lines
from crib.importers.drafts import Draft, line_of
from crib.importers.inlines import join_lines, lines_of, words
from crib.importers.wording import ends_as_question
from crib.model.elements import children, definitions, lettered_list, list_items, paragraph, strong
from crib.model.tables import body_rows, cell_blocks, header_cells
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model.elements import Element, Elements

_QUESTION_COLUMNS = {"question", "questions", "front", "term", "word", "q", "prompt", "frage", "pregunta"}
_NUMBERS = {"", "#", "no", "no.", "nr", "nr.", "n", "id", "number"}
_ANSWER_COLUMNS = {"answer", "answers", "back", "definition", "meaning", "a", "response", "réponse", "antwort"}


def recognize_list(block: Element) -> list[Draft]:
    """Return the questions of a list if at least half of its items begin with a line that ends as a question."""
    if block["t"] not in ("BulletList", "OrderedList"):
        return []
    items = list_items(block)
    drafts = [draft_of_item(item, line_of(block)) for item in items if item]
    asking = sum(ends_as_question(plain(draft.question)) for draft in drafts)
    if not drafts or asking * 2 < len(drafts):
        return []
    *others, last = drafts
    # With insufficient indent, the answer of an item is not part of the list, but ends it.
    last.is_open = last.in_list = not last.blocks and all(draft.blocks for draft in others)
    return drafts


def draft_of_item(item: Elements, line: int = 0) -> Draft:
    """Return the question at the beginning of a list *item*, on *line* or below."""
    first, *rest = item
    line = line_of(first, line)
    if first["t"] not in ("Para", "Plain"):
        return Draft([], line, item, is_open=False)
    question, *others = lines_of(children(first)) or [[]]
    while others and not ends_as_question(plain(question)) and not option_lines(others):
        question = [*question, {"t": "Space"}, *others.pop(0)]
    if not others:
        return Draft(question, line, rest, is_open=False)
    options = option_lines(others)
    choices = [{**lettered_list(options, 1), "line": line_of(others[0][0], line)}] if options else []
    answer = [_joined(others[len(options) :], line)] if len(options) < len(others) else []
    return Draft(question, line, [*choices, *answer, *rest], is_open=False)


def _joined(lines: list[Elements], line: int) -> Element:
    """Return a paragraph of *lines*."""
    inlines = join_lines(lines)
    return {**paragraph(inlines), "line": line_of(inlines[0], line)}


def recognize_terms(block: Element) -> list[Draft]:
    """Return a question for each term of a definition list."""
    if block["t"] != "DefinitionList":
        return []
    return [
        Draft(term, line_of(term[0], line_of(block)), list(chain.from_iterable(meanings)), is_open=False)
        for term, meanings in definitions(block)
        if term
    ]


def recognize_table(block: Element) -> list[Draft]:
    """Return a question for each row of a table with a column of questions and one of answers.

    Other columns, except row numbers, are parts of the answer, after their names.
    """
    if block["t"] != "Table":
        return []
    names = [plain(cell_blocks(cell)).strip() for cell in header_cells(block)]
    singular = [name.casefold().rstrip("s") for name in names]
    columns = [at for at, name in enumerate(singular) if name in _QUESTION_COLUMNS]
    answers = [at for at, name in enumerate(singular) if name in _ANSWER_COLUMNS]
    if not columns or not answers:
        return []
    asks, answer = columns[0], answers[0]
    others = {at: name for at, name in enumerate(names) if at not in (asks, answer) and singular[at] not in _NUMBERS}
    # A row has fewer cells if some span columns.
    empty: list[Elements] = [[]]
    rows = [[cell_blocks(cell) for cell in row] for row in body_rows(block)]
    return [_of_row([*row, *empty * (len(names) - len(row))], asks, answer, others, block) for row in rows]


def recognize_labeled_table(block: Element) -> list[Draft]:
    """Return a question for each row of a table with the columns *Question* and *Answer*."""
    if block["t"] != "Table":
        return []
    names = {plain(cell_blocks(cell)).strip().casefold() for cell in header_cells(block)}
    return recognize_table(block) if {"question", "answer"} <= names else []


def _of_row(cells: list[Elements], asks: int, answer: int, others: Mapping[int, str], block: Element) -> Draft:
    question = [inline for part in cells[asks] if part["t"] in ("Para", "Plain") for inline in children(part)]
    line = line_of(question[0]) if question else line_of(block)
    before = [part for at, name in others.items() if at < answer for part in _named(name, cells[at], line)]
    after = [part for at, name in others.items() if at > answer for part in _named(name, cells[at], line)]
    return Draft(question, line, [*before, *cells[answer], *after], is_open=False)


def _named(name: str, blocks: Elements, line: int) -> Elements:
    """Return the *blocks* of a cell after the *name* of its column; empty for an empty cell."""
    if not blocks or not name:
        return blocks
    first, *rest = blocks
    if first["t"] not in ("Para", "Plain"):
        return [{**paragraph([strong(words(f"{name}:"))]), "line": line}, *blocks]
    return [{**paragraph([strong(words(f"{name}:")), {"t": "Space"}, *children(first)]), "line": line}, *rest]
