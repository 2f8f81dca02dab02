"""Normalize the tree of pandoc's HTML reader to the shapes of its Markdown reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.elements import alt, attributes, children, contents, figure, plain_block, with_attributes, with_contents
from crib.model.tables import all_rows, cell_blocks, simple_table
from crib.model.tree import find_all, rewrite
from crib.source.html_tags import FOLDS

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements, Json
    from crib.problems import Report

_MADE = ("Div", "Span", "Image", "Table")
_IN_CELLS = ("Para", "Plain")


def normalize_html(elements: Elements, line: int, *, blocks: bool) -> Elements:
    """Return *elements*, read from HTML on *line*: *blocks*, or the inlines in a paragraph.

    Elements without an equivalent in Markdown, or with other attributes, get the key `html`.
    """
    placed: Elements = _placed(elements, line)
    if not blocks:
        return [inline for block in placed for inline in children(block)]
    normalized: Elements = rewrite(placed, _change)
    return [_figure(block) for block in normalized if block["t"] not in _IN_CELLS or _has_words(block)]


def check_tables(blocks: Elements, report: Report) -> None:
    """Report table cells with more than words."""
    for table in find_all(blocks, "Table"):
        cells = [cell for row in all_rows(table) for cell in row]
        if refused := [block for cell in cells for block in cell_blocks(cell) if block["t"] not in _IN_CELLS]:
            hint = "use only words, code and formulas, and `<br>` between lines"
            report.add(refused[0]["line"], "table-cells", "a table cell contains a list or another block", hint)


def _placed(node: Json, line: int) -> Json:
    """Return *node* with the *line* in each element, and the key `html` in elements of _MADE."""
    if isinstance(node, list):
        return [_placed(child, line) for child in node]
    if not isinstance(node, dict) or "t" not in node:
        return node
    mark = {"html": True} if node["t"] in _MADE else {}
    inside = contents(node)
    placed = {**node, "line": line, **mark}
    return with_contents(placed, _placed(inside, line)) if isinstance(inside, list) else placed


def _change(element: Element) -> Elements | None:
    if element["t"] == "Table":
        return [simple_table(element)]
    names = [name for name in FOLDS.values() if name in attributes(element)[2]]
    return [with_attributes(element, classes=names)] if names else None


def _has_words(block: Element) -> bool:
    """Return True if a paragraph is more than a line break; HTML may have these between blocks."""
    return any(inline["t"] not in ("LineBreak", "SoftBreak", "Space") for inline in children(block))


def _figure(block: Element) -> Element:
    """Return a paragraph of only a picture as a figure, as pandoc does in Markdown."""
    inside = children(block) if block["t"] in _IN_CELLS else []
    if [inline["t"] for inline in inside] != ["Image"]:
        return block
    [image] = inside
    line = {"line": block["line"]}
    words = {**plain_block(alt(image)), **line}
    return {**figure([{**plain_block([image]), **line}], [words]), **line}
