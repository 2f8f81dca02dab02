"""Estimate the length of text in lines of a sheet, without layout, the same in every medium."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from crib.model.elements import caption, children, definitions, is_display, list_items, text_of
from crib.model.tables import all_rows, cell_blocks
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crib.model.elements import Element, Elements, Json

LETTERS = 50
"""The letters in a line."""

_FIGURE = 6  # lines


def lines_of(blocks: Elements) -> int:
    """Return the approximate number of lines of *blocks* on a sheet."""
    return sum(map(_lines, blocks))


def _lines(block: Element) -> int:
    measure = _MEASURES.get(block["t"])
    return measure(block) if measure else rows_of(plain(block))


def rows_of(line: str) -> int:
    """Return the number of lines of *line* once wrapped."""
    return max(1, ceil(len(line) / LETTERS))


def lines_of_words(inlines: Elements) -> int:
    """Return the number of lines of a paragraph."""
    return max(1, ceil(sum(map(letters_of, inlines)) / LETTERS))


def letters_of(inline: Element) -> int:
    """Return the length of *inline*; a displayed formula counts as whole lines, one of them for the space around it."""
    if inline["t"] == "Math" and is_display(inline):
        return (2 + text_of(inline).count(r"\\")) * LETTERS
    return len(plain(inline))


def lines_of_definition(definition: tuple[Elements, list[Elements]]) -> int:
    """Return the number of lines of a term and its definitions."""
    term, meanings = definition
    return lines_of_words(term) + sum(map(lines_of, meanings))


def lines_of_row(cells: Sequence[Json]) -> int:
    """Return the number of lines of a table row, with columns as wide as their text needs."""
    return rows_of("".join(plain(cell_blocks(cell)) for cell in cells))


_MEASURES: Mapping[str, Callable[[Element], int]] = {
    "BlockQuote": lambda block: lines_of(children(block)),
    "BulletList": lambda block: sum(map(lines_of, list_items(block))),
    "CodeBlock": lambda block: sum(map(rows_of, text_of(block).splitlines())),
    "DefinitionList": lambda block: sum(map(lines_of_definition, definitions(block))),
    "Div": lambda block: 1 + lines_of(children(block)),  # its label
    "Figure": lambda _: _FIGURE,
    "HorizontalRule": lambda _: 0,
    "OrderedList": lambda block: sum(map(lines_of, list_items(block))),
    "Para": lambda block: lines_of_words(children(block)),
    "Plain": lambda block: lines_of_words(children(block)),
    "Table": lambda block: lines_of(caption(block)) + sum(map(lines_of_row, all_rows(block))),
}
