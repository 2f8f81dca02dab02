"""Long descriptions: a `::: description` right behind a figure becomes part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.tree import attributes, walk

if TYPE_CHECKING:
    from crib.problems import Report
    from crib.tree import Element, Json

DESCRIPTION = "description"
"""The class of the block."""

_NOT_INSIDE = {"Image": "a picture", "Div": "a block", "Note": "a note"}


def described(node: Json, report: Report) -> Json:
    """Return *node* with each description in its figure, behind the picture; report those that cannot be."""
    if isinstance(node, dict):
        return {**node, "c": described(node["c"], report)} if "c" in node else node
    if not isinstance(node, list):
        return node
    result: list[Json] = []
    for child in node:
        if not _is_description(child):
            result.append(described(child, report))
        elif _is_right(child, result[-1] if result else None, report):
            attributes, caption, [picture] = result[-1]["c"]
            result[-1] = {**result[-1], "c": [attributes, caption, [picture, *child["c"][1]]]}
    return result


def _is_description(node: Json) -> bool:
    return isinstance(node, dict) and node.get("t") == "Div" and attributes(node)[1] == [DESCRIPTION]


def _is_right(block: Element, before: Json, report: Report) -> bool:
    """Tell whether *block* may describe what stands *before* it; report why not."""
    line, contents = block["line"], block["c"][1]
    if not (isinstance(before, dict) and before["t"] == "Figure"):
        hint = "write it right below a picture that stands alone: `![…](…)`, a blank line, `::: description`"
        report.add(line, "misplaced-description", "a description behind no figure", hint)
    elif len(before["c"][2]) > 1:
        report.add(line, "duplicate-block", "a second description for one figure", "join them")
    elif not contents:
        hint = "say in words what the figure shows, or leave out the block"
        report.add(line, "empty-description", "a description without words", hint)
    else:
        return _is_speakable(contents, report)
    return False


def _is_speakable(contents: Json, report: Report) -> bool:
    """Tell whether *contents* make sense as text alone, which is all that a PDF keeps of a description."""
    found = [(element, what) for element in walk(contents) if (what := _not_text(element))]
    for element, what in found:
        hint = "write text, lists, tables, code and formulas"
        report.add(element["line"], "in-description", f"{what} in a description", hint)
    return not found


def _not_text(element: Element) -> str:
    """Return what *element* is if it cannot be part of a description."""
    if element["t"] == "Span" and attributes(element)[1]:
        return "a term or a gap"
    return _NOT_INSIDE.get(element["t"], "")
