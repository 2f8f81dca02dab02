"""The flavor of paper: formulas as drawings, codes instead of links."""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from crib.markup import mathjax
from crib.model.tree import raw, rewrite, string, walk, with_tex
from crib.print.formula_forms import ruled
from crib.render.flavor import Flavor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Answer, Book
    from crib.model.tree import Element, Elements, Json
    from crib.render.templates import Labels

MATH = "math:"
"""Begins the address of a formula: `<img src="math:NAME">`."""

_ALIGNMENTS = {"AlignLeft": {"t": "AlignDefault"}}
_BLOCKS = 4  # in a cell: attributes, alignment, rows, columns, blocks
_DRAWING = re.compile(rf'src="{MATH}(\w+)"')


class PrintFlavor(Flavor):
    """Answers on paper; the drawings of formulas, SVG by name, gather in `drawings`."""

    letters = 36
    """So many stand side by side in the narrowest column there is: here that of a sheet in its largest type."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Begin without drawings."""
        super().__init__(book, labels)
        self.drawings: dict[str, str] = {}

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as `<img>`, sized in ex so that it follows the type around it."""
        drawing = mathjax.to_svg(tex, display=display)
        name = sha256(drawing.svg.encode()).hexdigest()[:16]
        self.drawings[name] = ruled(drawing.svg)
        style = f"width:{drawing.width}ex;height:{drawing.height}ex;vertical-align:{-drawing.depth}ex"
        kind = "display" if display else "inline"
        return f'<img class="math {kind}" src="{MATH}{name}" style="{style}" alt="{escape(tex)}">'

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* and the code of the answer they lead to."""
        return [*words, raw(f' <span class="code-ref">{answer.code}</span>')]

    def picture(self, target: str) -> str:
        """Return *target* itself: the book's folder is the base of every address."""
        return target

    def figure(self, figure: Element) -> Element:
        """Return *figure* with its description behind the alternative text, for who hears it read."""
        attributes, caption, [plain, *description] = figure["c"]
        [image] = plain["c"]
        rest, alt, target = image["c"]
        described = {**image, "c": [rest, [*alt, *_spoken(with_tex(description))], target]}
        return {**figure, "c": [attributes, caption, [{**plain, "c": [described]}]]}

    def table(self, table: Element) -> Elements:
        """Return *table*, called `dense` if its words must be broken to fit into a column.

        What stands on the left stands there anyway: a `style` that said so would be one of each cell's own.
        """
        (identifier, classes, pairs), caption, columns, *rest = table["c"]
        dense = sum(_longest_words(table)) > self.letters
        columns = [[_ALIGNMENTS.get(alignment["t"], alignment), width] for alignment, width in columns]
        return [{**table, "c": [[identifier, [*classes, *["dense"] * dense], pairs], caption, columns, *rest]}]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the raised number of a note."""
        del answer
        return f"<sup>{number}</sup>"


def _spoken(blocks: Elements) -> Iterator[Element]:
    """Yield the text of *blocks*, a line each, and one for each row of a table."""
    for element in walk(rewrite(blocks, _in_rows)):
        if element["t"] in ("Para", "Plain"):
            yield from [string("\n"), *element["c"]]
        elif element["t"] == "CodeBlock":
            yield string(f"\n{element['c'][1]}")


def _in_rows(element: Element) -> Elements | None:
    """Return a table as paragraphs: its caption, and its rows cell by cell."""
    if element["t"] != "Table":
        return None
    _, caption = element["c"][1]
    return [*caption, *({"t": "Plain", "c": _joined(cells)} for cells in _rows(element))]


def _joined(cells: list[Json]) -> Elements:
    """Return the words of *cells* with commas between them."""
    words: Elements = []
    for cell in cells:
        words += [string(", ")] * bool(words)
        words += [inline for block in cell[_BLOCKS] for inline in block["c"]]
    return words


def drawings_in(html: str, drawings: Mapping[str, str]) -> dict[str, str]:
    """Return those of *drawings*, SVG by name, that *html* shows."""
    return {name: drawings[name] for name in sorted(set(_DRAWING.findall(html)))}


def _longest_words(table: Element) -> Iterator[int]:
    """Yield how many letters each column of *table* cannot break, with its distance to the next."""
    rows = _rows(table)
    for i in range(len(table["c"][2])):
        yield 1 + max((_unbroken(element) for cells in rows for element in walk(cells[i][_BLOCKS])), default=0)


def _rows(table: Element) -> list[list[Json]]:
    """Return the cells of each row of *table*, its head first."""
    _, _, _, head, bodies, _ = table["c"]
    return [cells for _, cells in [*head[1], *(row for body in bodies for row in body[3])]]


def _unbroken(element: Element) -> int:
    match element["t"]:
        case "Str":
            return len(element["c"])
        case "Code":
            return len(element["c"][1])
        case "Math":
            return 5  # most formulas in cells are short
        case _:
            return 0
