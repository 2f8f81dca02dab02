"""Wide tables in print: smaller type, then a list of rows; words are broken only as a last resort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.model.elements import add_class, caption, children, definition_list, paragraph, string, strong, text_of
from crib.model.tables import all_rows, body_rows, cell_blocks, cell_inlines, column_count, header_cells
from crib.model.tree import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Element, Elements
    from crib.model.tables import Cell

_DENSE = 0.8
"""Relative width of words in a dense table: its type is smaller (`print.css`), and letters are counted as wide."""

_BETWEEN = " · "


def fitted_table(table: Element, letters: int, colon: str) -> Elements:
    """Return *table* for a column of *letters* letters.

    If its longest words do not fit side by side, it gets the class `dense`, for smaller type. If they do not fit even
    then, it becomes a list of its rows, with *colon* after the names of columns.
    """
    width = sum(_longest_words(table))
    if width <= letters:
        return [table]
    if width * _DENSE <= letters or column_count(table) <= 2 or not _has_names(table):
        return [add_class(table, "dense")]
    heads = [cell_inlines(cell) for cell in header_cells(table)]
    rows = [(cell_inlines(first), _row(heads[1:], others, colon)) for first, *others in body_rows(table)]
    above = [paragraph(children(block)) for block in caption(table)]
    return [*above, definition_list([(term, [[paragraph(words)]]) for term, words in rows])]


def _row(heads: list[Elements], cells: list[Cell], colon: str) -> Elements:
    """Return the texts of *cells*, each after the name of its column."""
    words: Elements = []
    for head, cell in zip(heads, cells, strict=True):
        if value := cell_inlines(cell):
            words += [string(_BETWEEN)] * bool(words)
            words += [strong([*head, string(colon.rstrip())]), string(" ")] if head else []
            words += value
    return words


def _has_names(table: Element) -> bool:
    """Return True if each row below the header begins with a name."""
    return all(cell_blocks(first) for first, *_ in body_rows(table))


def _longest_words(table: Element) -> Iterator[int]:
    """Yield the length of the longest word in each column of *table*, plus 1 for the gap between columns."""
    rows = all_rows(table)
    for i in range(column_count(table)):
        yield 1 + max((_unbroken(element) for cells in rows for element in walk(cell_blocks(cells[i]))), default=0)


def _unbroken(element: Element) -> int:
    """Return the length of the longest unbreakable word in *element*."""
    text = text_of(element) if element["t"] in ("Str", "Code", "RawInline") else ""
    if element["t"] == "RawInline":
        text = max(Markup(text).striptags().split() if text.startswith("<code") else [""], key=len)  # noqa: S704 - read
    return len(text)
