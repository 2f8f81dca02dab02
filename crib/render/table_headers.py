"""Scopes of table headers (`scope="col"`, `scope="row"`), for screen readers.

If the top left cell is empty, the first column has row headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.tables import cell_blocks, header_cells, with_cell_attributes, with_header_cells, with_row_headings

if TYPE_CHECKING:
    from crib.model.elements import Element
    from crib.model.tables import Cell


def with_header_scopes(table: Element) -> Element:
    """Return *table* with a scope in each header cell (https://www.w3.org/WAI/tutorials/tables/)."""
    headers = header_cells(table)
    if not cell_blocks(headers[0]):
        table = with_row_headings(table, _with_row_header)
    return with_header_cells(table, [_with_scope(cell, "col") for cell in headers])


def _with_row_header(cells: list[Cell]) -> list[Cell]:
    first, *rest = cells
    return [_with_scope(first, "row"), *rest]


def _with_scope(cell: Cell, scope: str) -> Cell:
    """Return *cell* with a *scope*, unless it is empty and so not a header."""
    return with_cell_attributes(cell, {"scope": scope}) if cell_blocks(cell) else cell
