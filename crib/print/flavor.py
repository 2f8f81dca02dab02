"""The flavor of paper: formulas as drawings, codes instead of links."""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from crib.markup import mathjax
from crib.model.elements import (
    add_class,
    alt,
    caption,
    children,
    plain_block,
    raw,
    string,
    text_of,
    with_alt,
    with_children,
)
from crib.model.tables import all_rows, cell_blocks, column_count, without_alignment
from crib.model.tree import find_all, rewrite, walk, with_tex
from crib.render.array_rules import with_rule_styles
from crib.render.flavor import Flavor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.model.tables import Cell
    from crib.render.templates import Labels

MATH = "math:"
"""Begins the address of a formula: `<img src="math:NAME">`."""

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
        self.drawings[name] = with_rule_styles(drawing.svg)
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
        picture, *description = children(figure)
        [image] = children(picture)
        described = with_alt(image, [*alt(image), *_spoken(with_tex(description))])
        return with_children(figure, [with_children(picture, [described])])

    def table(self, table: Element) -> Elements:
        """Return *table*, called `dense` if its words must be broken to fit into a column.

        What stands on the left stands there anyway: a `style` that said so would be one of each cell's own.
        """
        table = without_alignment(table, "AlignLeft")
        return [add_class(table, "dense") if sum(_longest_words(table)) > self.letters else table]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the raised number of a note."""
        del answer
        return f"<sup>{number}</sup>"


def _spoken(blocks: Elements) -> Iterator[Element]:
    """Yield the text of *blocks*, a line each, and one for each row of a table."""
    for element in find_all(rewrite(blocks, _in_rows), "Para", "Plain", "CodeBlock"):
        if element["t"] == "CodeBlock":
            yield string(f"\n{text_of(element)}")
        else:
            yield from [string("\n"), *children(element)]


def _in_rows(element: Element) -> Elements | None:
    """Return a table as paragraphs: its caption, and its rows cell by cell."""
    if element["t"] != "Table":
        return None
    return [*caption(element), *(plain_block(_joined(cells)) for cells in all_rows(element))]


def _joined(cells: list[Cell]) -> Elements:
    """Return the words of *cells* with commas between them."""
    words: Elements = []
    for cell in cells:
        words += [string(", ")] * bool(words)
        words += [inline for block in cell_blocks(cell) for inline in children(block)]
    return words


def drawings_in(html: str, drawings: Mapping[str, str]) -> dict[str, str]:
    """Return those of *drawings*, SVG by name, that *html* shows."""
    return {name: drawings[name] for name in sorted(set(_DRAWING.findall(html)))}


def _longest_words(table: Element) -> Iterator[int]:
    """Yield how many letters each column of *table* cannot break, with its distance to the next."""
    rows = all_rows(table)
    for i in range(column_count(table)):
        yield 1 + max((_unbroken(element) for cells in rows for element in walk(cell_blocks(cells[i]))), default=0)


def _unbroken(element: Element) -> int:
    match element["t"]:
        case "Str" | "Code":
            return len(text_of(element))
        case "Math":
            return 5  # most formulas in cells are short
        case _:
            return 0
