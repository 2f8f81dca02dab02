"""Attach long descriptions to figures (`::: description`) and captions to tables (`: words`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.elements import (
    attributes,
    children,
    contents,
    defined_terms,
    plain_block,
    text_of,
    with_caption,
    with_children,
    with_contents,
)
from crib.model.tree import walk

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements, Json
    from crib.problems import Report

DESCRIPTION = "description"
"""The class of the block."""

_SPACES = ("Space", "SoftBreak")
_NOT_INSIDE = {"Image": "a picture", "Div": "a block", "Note": "a note"}


def captioned(node: Json, report: Report) -> Json:
    """Return *node* with each description in its figure, and each caption in its table.

    pandoc's CommonMark reader has no table captions; they are written as in pandoc's own Markdown
    (https://pandoc.org/MANUAL.html#extension-table_captions), below the table. Reports descriptions and captions
    without a figure or table.
    """
    if isinstance(node, dict):
        inside = contents(node)
        return node if inside is None else with_contents(node, captioned(inside, report))
    if not isinstance(node, list):
        return node
    result: list[Json] = []
    for child in node:
        before = result[-1] if result and isinstance(result[-1], dict) else {}
        if _is_description(child):
            if _is_right_description(child, before, report):
                result[-1] = _with_description(before, child)
        elif is_caption(child, before):
            if _is_right_caption(child, before, report):
                result[-1] = _with_caption(before, child)
        else:
            result.append(captioned(child, report))
    return result


def _is_description(node: Json) -> bool:
    return isinstance(node, dict) and node.get("t") == "Div" and attributes(node)[1] == [DESCRIPTION]


def _is_right_description(block: Element, before: Element, report: Report) -> bool:
    """Return True if *block* is a valid description of the figure *before* it; report problems."""
    line, inside = block["line"], children(block)
    if before.get("t") != "Figure":
        hint = "write it right below a picture in a paragraph of its own: `![…](…)`, a blank line, `::: description`"
        report.add(line, "misplaced-description", "this description does not follow a figure", hint)
    elif len(children(before)) > 1:
        report.add(line, "duplicate-block", "this figure has two descriptions", "merge them")
    elif not inside:
        hint = "describe the figure in words, or delete the block"
        report.add(line, "empty-description", "this description is empty", hint)
    else:
        return _is_speakable(inside, report)
    return False


def _with_description(figure: Element, block: Element) -> Element:
    return with_children(figure, [*children(figure), *children(block)])


def _is_speakable(blocks: Elements, report: Report) -> bool:
    """Return True if *blocks* make sense as plain text: that is all a PDF keeps of a description."""
    refused = [(element, what) for element in walk(blocks) if (what := _not_text(element))]
    for element, what in refused:
        hint = "use only text, lists, tables, code and formulas"
        report.add(element["line"], "in-description", f"a description cannot contain {what}", hint)
    return not refused


def _not_text(element: Element) -> str:
    """Name an *element* that is not allowed in a description; return an empty text for all others."""
    if element["t"] == "Span" and attributes(element)[1]:
        return "a term or a gap"
    return _NOT_INSIDE.get(element["t"], "")


def is_caption(node: Json, before: Element) -> bool:
    """Return True if *node* is a caption: table cells and list items may begin with a colon, too."""
    kind = node.get("t") if isinstance(node, dict) else None
    if kind == "DefinitionList":  # pandoc reads two captions as a term and its definition
        return _begins_caption(defined_terms(node)[0])
    return (
        kind in ("Para", "Plain") and _begins_caption(children(node)) and (kind == "Para" or before.get("t") == "Table")
    )


def _begins_caption(inlines: Elements) -> bool:
    colon, *words = inlines or [{"t": ""}]
    return colon["t"] == "Str" and text_of(colon) == ":" and all(word["t"] in _SPACES for word in words[:1])


def _is_right_caption(block: Element, before: Element, report: Report) -> bool:
    """Return True if *block* is a valid caption of the table *before* it; report problems."""
    line = block["line"]
    if before.get("t") != "Table":
        hint = "move it right below a table, or remove the `:` at the start of the paragraph"
        report.add(line, "misplaced-caption", "this caption does not follow a table", hint)
    elif block["t"] == "DefinitionList":
        report.add(line, "duplicate-caption", "this table has two captions", "merge them")
    elif not _words(block):
        report.add(line, "empty-caption", "this caption is empty", "say what the table shows, or delete the caption")
    else:
        return True
    return False


def _with_caption(table: Element, block: Element) -> Element:
    return with_caption(table, [{**plain_block(_words(block)), "line": block["line"]}])


def _words(block: Element) -> Elements:
    """Return a caption without its colon."""
    return children(block)[2:]
