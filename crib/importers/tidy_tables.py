"""Convert any table to a form for Markdown: a header row, and cells of one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.elements import (
    caption,
    children,
    code,
    contents,
    paragraph,
    plain_block,
    string,
    text_of,
    with_contents,
)
from crib.model.tables import cell_blocks
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements
    from crib.model.tables import Cell

_NAMELESS = "–"
"""The name of a column without one."""

_NO_ATTRIBUTES: list[object] = ["", [], []]


def tidy_table(table: Element) -> Elements:
    """Return *table* with one header row and cells of one line each, and its caption below it."""
    _, _, columns, head, bodies, foot = contents(table)
    rows = [cells for _, cells in head[1]]
    for _, _, heads, body in bodies:
        rows += [cells for _, cells in (*heads, *body)]
    rows += [cells for _, cells in foot[1]]
    texts = _grid(rows, len(columns))
    if not texts or not columns:
        return []
    header, *others = texts
    names = [cell or ([string(_NAMELESS)] if at else []) for at, cell in enumerate(header)]
    if len(columns) == 1 and not names[0]:
        names = [[string(_NAMELESS)]]
    new = with_contents(table, [
        _NO_ATTRIBUTES,
        [None, []],
        [[alignment, {"t": "ColWidthDefault"}] for alignment, _ in columns],
        [_NO_ATTRIBUTES, [[_NO_ATTRIBUTES, _cells(names)]]],
        [[_NO_ATTRIBUTES, 0, [], [[_NO_ATTRIBUTES, _cells(row)] for row in others]]],
        [_NO_ATTRIBUTES, []],
    ])  # fmt: skip
    words = [inline for block in caption(table) if block["t"] in ("Para", "Plain") for inline in children(block)]
    return [new, paragraph([string(":"), {"t": "Space"}, *words])] if words else [new]


def _grid(rows: list[list[Cell]], width: int) -> list[list[Elements]]:
    """Return the inlines of each cell in a grid; a spanning cell is in its first place, its other places are empty."""
    grid: list[list[Elements]] = []
    below: dict[int, int] = {}  # columns covered by a cell above, with the number of remaining rows
    for row in rows:
        cells: list[Elements] = []
        waiting = list(row)
        while len(cells) < width:
            at = len(cells)
            if below.get(at, 0):
                below[at] -= 1
                cells.append([])
            elif waiting:
                _, _, down, across, _ = cell = waiting.pop(0)
                inlines = _on_a_line(cell_blocks(cell))
                for offset in range(min(across, width - at)):
                    below[at + offset] = down - 1
                    cells.append([] if offset else inlines)
            else:
                cells.append([])
        grid.append(cells)
    return grid


def _cells(row: list[Elements]) -> list[Cell]:
    return [[_NO_ATTRIBUTES, {"t": "AlignDefault"}, 1, 1, [plain_block(cell)] if cell else []] for cell in row]


def _on_a_line(blocks: Elements) -> Elements:
    """Return *blocks* as inlines; semicolons separate paragraphs and list items."""
    parts: list[Elements] = []
    for block in blocks:
        match block["t"]:
            case "Para" | "Plain" | "Header":
                parts.append([_no_break(inline) for inline in children(block)])
            case "CodeBlock":
                parts.append([code(" ".join(text_of(block).split()))])
            case "BulletList":
                parts += [_on_a_line(item) for item in contents(block)]
            case "OrderedList":
                parts += [_on_a_line(item) for item in contents(block)[1]]
            case "BlockQuote" | "Div":
                parts.append(_on_a_line(children(block)))
            case _:
                parts.append([string(plain(block))] if plain(block) else [])
    inlines: Elements = []
    for part in filter(None, parts):
        inlines += [string(";"), {"t": "Space"}, *part] if inlines else part
    return inlines


def _no_break(inline: Element) -> Element:
    return {"t": "Space"} if inline["t"] in ("SoftBreak", "LineBreak") else inline
