"""Check practice blocks: at most one in an answer, at the top level, with valid measured numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.elements import attributes
from crib.model.practice import MEASURED, PRACTICE, is_practice, number_in
from crib.model.tree import find_all, find_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.model.elements import Elements
    from crib.problems import Report


def check_practice(body: Elements, others: Sequence[Elements], report: Report) -> None:
    """Report misplaced practice blocks and measured numbers; *others* are the other text parts."""
    blocks = list(filter(is_practice, body))
    for block in blocks[1:]:
        report.add(block["line"], "duplicate-block", f"this question has two {PRACTICE} blocks", "merge them")
    in_place = set(map(id, blocks))
    for block in find_blocks([*others, body], PRACTICE):
        if id(block) not in in_place:
            problem = f"this {PRACTICE} is inside a list, a quotation or another block"
            report.add(block["line"], "nested-block", problem, "move it below the question, without indentation")
    numbers = _measured(blocks)
    in_place = set(map(id, numbers))
    for span in _measured([*others, body]):
        if id(span) not in in_place:
            problem = f"this measured number is outside a {PRACTICE} block"
            report.add(span["line"], "misplaced-number", problem, "put the sentence into a `::: practice` block")
    _check_numbers(numbers, report)


def _measured(text: Elements | list[Elements]) -> Elements:
    return [span for span in find_all(text, "Span") if attributes(span)[1] == [MEASURED]]


def _check_numbers(spans: Elements, report: Report) -> None:
    names: set[str] = set()
    for span in spans:
        if number_in(span) is None:
            hint = "mark only digits, such as `[1,024]{.measured as=depth within=10%}`"
            report.add(span["line"], "measured", "a measured number cannot contain other words or markup", hint)
        name = attributes(span)[2].get("as", "")
        if name in names:
            problem = f"two measured numbers are called `{name}`"
            report.add(span["line"], "duplicate-key", problem, "give each of them a name of its own")
        names.add(name)
