"""Read the formula strip of a chapter: a `::: formulas` block before its first question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.model import Formula
from crib.model.elements import children
from crib.model.tables import body_rows, cell_blocks, column_count
from crib.model.tree import find_all
from crib.problems import Report
from crib.source.allowlist import FORMULAS, check_allowed
from crib.source.markdown import read_markdown

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements
    from crib.model.tables import Cell
    from crib.problems import Problem

MOST_FORMULAS = 8
"""More would leave a cheat sheet no room for its gists."""

_ABOVE = r"\s*(?:# [^\n]*\n|<!--(?:(?!-->).)*-->[ \t]*\n)"
STRIP = re.compile(rf"\A((?:{_ABOVE})*\s*)(::: ?{FORMULAS}[ \t]*\n(.*?)\n:::)[ \t]*(?:\n|\Z)", re.DOTALL)
"""A strip at the beginning of a text, below a title and comments; groups: the text before it, the strip, its text."""

_COLUMNS = 3
_MISPLACED = ("Note", "Image", "Span", "Link", "CodeBlock")
_EXAMPLE = "write a table with the columns name, formula, and when it holds"


def read_strip(text: str, report: Report) -> tuple[tuple[Formula, ...], str]:
    """Return the formulas of the strip at the beginning of *text*, and *text* with blank lines in its place."""
    match = STRIP.match(text)
    if not match:
        return (), text
    formulas, problems = _formulas("\n" * text.count("\n", 0, match.start(2)) + match[2], report.file)
    report.problems += problems
    return formulas, match[1] + "\n" * (match[2].count("\n") + 1) + text[match.end() :]


@cached
def _formulas(text: str, file: str) -> tuple[tuple[Formula, ...], list[Problem]]:
    """Return the formulas in *text*, a strip padded with blank lines to its line in *file*, and its problems."""
    report = Report(file)
    strip = read_markdown(text, report)
    if not strip or report.problems:
        return (), report.problems
    [block] = strip
    blocks = children(block)
    if [inner["t"] for inner in blocks] != ["Table"] or column_count(blocks[0]) != _COLUMNS:
        report.add(block["line"], FORMULAS, "this is not a table of three columns", _EXAMPLE)
        return (), report.problems
    check_allowed(blocks, report)
    for element in find_all(blocks, *_MISPLACED):
        report.add(
            element["line"], FORMULAS, "a formula strip can contain only words, code and formulas", "remove the rest"
        )
    rows = body_rows(blocks[0])
    if len(rows) > MOST_FORMULAS:
        problem = f"{len(rows)} formulas: a chapter can have at most {MOST_FORMULAS}"
        report.add(block["line"], FORMULAS, problem, "keep the ones looked up most often")
    formulas = tuple(Formula(*map(_words, cells)) for cells in rows)
    for formula in formulas:
        if not formula.name or not any(find_all(formula.formula, "Math")):
            line = (formula.name or formula.formula or [block])[0]["line"]
            report.add(line, FORMULAS, "this row lacks a name or a formula", _EXAMPLE)
    return formulas, report.problems


def _words(cell: Cell) -> Elements:
    blocks: list[Element] = cell_blocks(cell)
    return children(blocks[0]) if blocks else []
