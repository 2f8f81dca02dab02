"""Tables whose header cells say what they head, for who hears a table cell by cell.

Where the top left corner is empty, the first column heads the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crib.model.tree import Element, Json

_TEXT = 4  # in a cell: attributes, alignment, rows, columns, blocks


def headed(table: Element) -> Element:
    """Return *table* with a scope on each header cell (https://www.w3.org/WAI/tutorials/tables/)."""
    attributes, caption, columns, (head, [[row, names]]), bodies, foot = table["c"]
    if _is_empty(names[0]):
        bodies = [[body, 1, heads, list(map(_headed_row, rows))] for body, _, heads, rows in bodies]
    names = [_heading(cell, "col") for cell in names]
    return {**table, "c": [attributes, caption, columns, [head, [[row, names]]], bodies, foot]}


def _headed_row(row: Json) -> Json:
    attributes, (first, *rest) = row
    return [attributes, [_heading(first, "row"), *rest]]


def _heading(cell: Json, scope: str) -> Json:
    """Return *cell* as a heading of its *scope*; one without words heads nothing."""
    return cell if _is_empty(cell) else [["", [], [["scope", scope]]], *cell[1:]]


def _is_empty(cell: Json) -> bool:
    return not cell[_TEXT]
