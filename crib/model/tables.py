"""Accessors for tables in pandoc's document tree: their columns, rows and cells.

Shapes, as lists: table (attributes, caption, columns, head, bodies, foot); head (attributes, rows);
body (attributes, number of row-heading columns, head rows, rows); row (attributes, cells);
cell (attributes, alignment, row span, column span, blocks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crib.model.elements import children, with_contents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crib.model.elements import Element, Elements

Cell = list[Any]

_COLUMNS, _HEAD, _BODIES, _FOOT = 2, 3, 4, 5


def column_count(table: Element) -> int:
    """Return the number of columns."""
    return len(table["c"][_COLUMNS])


def header_cells(table: Element) -> list[Cell]:
    """Return the cells of the header row."""
    _, rows = table["c"][_HEAD]
    return [cell for _, cells in rows for cell in cells]


def body_rows(table: Element) -> list[list[Cell]]:
    """Return the cells of each row below the header."""
    return [cells for _, _, _, rows in table["c"][_BODIES] for _, cells in rows]


def first_rows(table: Element, count: int) -> Element:
    """Return a copy of *table* with only the first *count* rows below its header."""
    parts, bodies = list(table["c"]), []
    for attributes, columns, heads, rows in parts[_BODIES]:
        bodies.append([attributes, columns, heads, rows[: max(0, count)]])
        count -= len(rows)
    parts[_BODIES] = bodies
    return with_contents(table, parts)


def all_rows(table: Element) -> list[list[Cell]]:
    """Return the cells of each row, the header first."""
    return [header_cells(table), *body_rows(table)]


def cell_blocks(cell: Cell) -> Elements:
    """Return the blocks in *cell*; none if it is empty."""
    blocks: Elements = cell[4]
    return blocks


def cell_inlines(cell: Cell) -> Elements:
    """Return the inlines of all blocks in *cell*."""
    return [inline for block in cell_blocks(cell) for inline in children(block)]


def with_cell_attributes(cell: Cell, pairs: Mapping[str, str]) -> Cell:
    """Return a copy of *cell* with these key-value attributes and no others."""
    return [["", [], [list(pair) for pair in pairs.items()]], *cell[1:]]


def with_header_cells(table: Element, cells: list[Cell]) -> Element:
    """Return a copy of *table* with *cells* in its only header row."""
    parts = list(table["c"])
    attributes, [[row_attributes, _]] = parts[_HEAD]
    parts[_HEAD] = [attributes, [[row_attributes, cells]]]
    return with_contents(table, parts)


def with_row_headings(table: Element, change: Callable[[list[Cell]], list[Cell]]) -> Element:
    """Return a copy of *table* with its first column as row headings, and *change* applied to the cells of each row."""
    parts = list(table["c"])
    parts[_BODIES] = [
        [attributes, 1, heads, [[row_attributes, change(cells)] for row_attributes, cells in rows]]
        for attributes, _, heads, rows in parts[_BODIES]
    ]
    return with_contents(table, parts)


def without_alignment(table: Element, alignment: str) -> Element:
    """Return a copy of *table* without this *alignment*, such as `AlignLeft`, of its columns."""
    parts = list(table["c"])
    default = {"t": "AlignDefault"}
    parts[_COLUMNS] = [[default if old["t"] == alignment else old, width] for old, width in parts[_COLUMNS]]
    return with_contents(table, parts)


def simple_table(table: Element) -> Element:
    """Return a copy of *table* in a form for Markdown: one header row, and equally many cells in all rows."""
    parts = list(table["c"])
    heads = [cells for _, cells in parts[_HEAD][1]]
    bodies = [cells for _, _, inner, rows in parts[_BODIES] for _, cells in [*inner, *rows]]
    foot = [cells for _, cells in parts[_FOOT][1]]
    width = max(map(len, [*heads, *bodies, *foot]), default=0)
    head, *rows = [_row(cells, width) for cells in [*(heads or [[]]), *bodies, *foot]]
    parts[0] = ["", [], []]
    parts[_COLUMNS] = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _ in range(width)]
    parts[_HEAD] = [["", [], []], [head]]
    parts[_BODIES] = [[["", [], []], 0, [], rows]]
    parts[_FOOT] = [["", [], []], []]
    return with_contents(table, parts)


def table_of(heads: list[Elements], rows: list[list[Elements]]) -> Element:
    """Return a table of *rows* of cells, each as blocks, below the header cells *heads*."""
    none: Cell = ["", [], []]
    body, head = [[none, [_cell(blocks) for blocks in row]] for row in rows], [_cell(blocks) for blocks in heads]
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _ in heads]
    return {"t": "Table", "c": [none, [None, []], columns, [none, [[none, head]]], [[none, 0, [], body]], [none, []]]}


def _row(cells: list[Cell], width: int) -> list[Any]:
    """Return a row of *cells*, padded with empty ones to *width*."""
    blocks = [*(cell_blocks(cell) for cell in cells), *([] for _ in range(width - len(cells)))]
    return [["", [], []], list(map(_cell, blocks))]


def _cell(blocks: Elements) -> Cell:
    return [["", [], []], {"t": "AlignDefault"}, 1, 1, blocks]
