"""Tables whose header cells say what they head, for who hears a table cell by cell.

Where the top left corner is empty, the first column heads the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.tables import cell_blocks, header_cells, with_cell_attributes, with_header_cells, with_row_headings

if TYPE_CHECKING:
    from crib.model.elements import Element
    from crib.model.tables import Cell


def with_header_scopes(table: Element) -> Element:
    """Return *table* with a scope on each header cell (https://www.w3.org/WAI/tutorials/tables/)."""
    names = header_cells(table)
    if not cell_blocks(names[0]):
        table = with_row_headings(table, _headed_row)
    return with_header_cells(table, [_heading(cell, "col") for cell in names])


def _headed_row(cells: list[Cell]) -> list[Cell]:
    first, *rest = cells
    return [_heading(first, "row"), *rest]


def _heading(cell: Cell, scope: str) -> Cell:
    """Return *cell* as a heading of its *scope*; one without words heads nothing."""
    return with_cell_attributes(cell, {"scope": scope}) if cell_blocks(cell) else cell
