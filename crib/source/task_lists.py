"""Parse boxes of task lists, and check the choices of a question.

pandoc's own `task_lists` finds no box among inlines with positions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.model.elements import children, contents, text_of, with_children, with_contents
from crib.model.task_lists import MOST_CHOICES, box, choices_in, is_box
from crib.model.tree import find_all, plain, rewrite

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements
    from crib.problems import Report

CHOICES = "choices"
"""The class of the block."""

_BOX = re.compile(r"(?<!\\)\[[ xX]\](?!\S)")
_WORDS = ("Para", "Plain")
IN_A_CHOICE = {*_WORDS, "CodeBlock", "Figure"}
"""The blocks allowed in a choice."""

_NAMES = {
    "BulletList": "another list",
    "OrderedList": "another list",
    "DefinitionList": "a list of definitions",
    "Table": "a table",
    "BlockQuote": "a quotation",
    "Div": "another block",
}
_EXAMPLE = "write a list with a box for each choice: `- [x] right` and `- [ ] wrong`"


def with_boxes(blocks: Elements, markdown: str) -> Elements:
    """Return *blocks*, read from *markdown*, with boxes for `[ ]` and `[x]` at the beginning of list items."""
    lines = markdown.split("\n")

    def boxed(item: Elements) -> Elements:
        return _boxed(item) if item and _BOX.search(lines[item[0]["line"] - 1]) else item

    def change(element: Element) -> Elements | None:
        match element["t"]:
            case "BulletList":
                return [with_contents(element, list(map(boxed, contents(element))))]
            case "OrderedList":
                style, items = contents(element)
                return [with_contents(element, [style, list(map(boxed, items))])]
        return None

    rewritten: Elements = rewrite(blocks, change)
    return rewritten


def _boxed(item: Elements) -> Elements:
    first, *rest = item
    inlines = children(first) if first["t"] in _WORDS else []
    if [_sign(inline) for inline in inlines[:1] + inlines[2:3]] != ["[", "]"]:
        return item
    mark, after = inlines[1], inlines[3:]
    if (after and after[0]["t"] not in ("Space", "SoftBreak")) or _sign(mark) not in (" ", "x", "X"):
        return item
    return [with_children(first, [box(checked=_sign(mark) != " ", line=first["line"]), *after]), *rest]


def _sign(inline: Element) -> str:
    """Return a word, or a space; an empty text for any other inline."""
    return text_of(inline) if inline["t"] == "Str" else " " * (inline["t"] == "Space")


def check_choices(blocks: Elements, report: Report, line: int) -> Elements:
    """Return the contents of the `::: choices` on *line* if they are valid choices; report problems."""
    before = len(report.problems)
    if [block["t"] for block in blocks] != ["BulletList"]:
        place = next((block["line"] for block in blocks if block["t"] != "BulletList"), line)
        report.add(
            place, "not-a-choice", "a `::: choices` block must contain one list of choices, nothing else", _EXAMPLE
        )
        return []
    items = contents(blocks[0])
    for item in items:
        _check_item(item, report, blocks[0]["line"])
    if len(report.problems) > before:
        return []
    right = [choice.is_right for choice in choices_in(blocks)]
    if len(right) < 2:
        report.add(line, "few-choices", "this question has only one choice", "add a wrong one: `- [ ] wrong`")
    elif len(right) > MOST_CHOICES:
        report.add(line, "many-choices", f"this question has {len(right)} choices: at most {MOST_CHOICES}", "drop some")
    elif not any(right):
        report.add(line, "no-right-choice", "none of these choices is right", "mark the right one: `- [x] right`")
    else:
        return blocks
    return []


def _check_item(item: Elements, report: Report, line: int) -> None:
    """Report an *item* without a box or words, and blocks not allowed in a choice."""
    first = item[0] if item else None
    line = first["line"] if first else line
    if not first or first["t"] not in _WORDS or not children(first) or not is_box(children(first)[0]):
        report.add(line, "not-a-choice", "this choice has no box", _EXAMPLE)
    elif not (_has_words(children(first)[1:]) or item[1:]):
        report.add(line, "not-a-choice", "this choice is empty", "write the choice after its box, or delete the line")
    for block in item[1:]:
        if block["t"] not in IN_A_CHOICE:
            hint = "use only text, formulas, code and pictures; move the rest into the answer"
            report.add(block["line"], "not-a-choice", f"a choice cannot contain {_NAMES.get(block['t'], 'this')}", hint)


def _has_words(inlines: Elements) -> bool:
    return bool(plain(inlines).strip()) or any(find_all(inlines, "Image"))
