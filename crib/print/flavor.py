"""The flavor of print: formulas as images, and links followed by the codes of answers."""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from crib.markup import mathjax
from crib.model.elements import (
    alt,
    caption,
    children,
    paragraph,
    plain_block,
    raw,
    string,
    strong,
    text_of,
    with_alt,
    with_children,
)
from crib.model.tables import all_rows, cell_inlines, without_alignment
from crib.model.tree import find_all, rewrite, with_tex
from crib.print.code_lines import with_breaks, with_lines
from crib.print.wide_tables import fitted_table
from crib.render.array_rules import with_rule_styles
from crib.render.flavor import BOX_TAG, Flavor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.model.tables import Cell
    from crib.render.templates import Labels

MATH = "math:"
"""The URL scheme of formulas: `<img src="math:NAME">`."""

_LONGEST_UNBROKEN_CODE = 20
"""Maximum characters of unbreakable inline code: they fit even in the narrowest column."""

DRAWING = re.compile(rf'src="{MATH}(\w+)"')
"""The address of a formula in HTML, with its name."""


class PrintFlavor(Flavor):
    """Renders answers for print, and collects their formulas in `drawings`, SVG by name."""

    boxed_choices = True
    letters = 36
    """Letters per line of the narrowest column, on a sheet in its largest type."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Render for *book* with *labels*."""
        super().__init__(book, labels)
        self.drawings: dict[str, str] = {}

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as `<img>`, sized in ex to scale with the text around it."""
        drawing = mathjax.to_svg(tex, display=display)
        name = sha256(drawing.svg.encode()).hexdigest()[:16]
        self.drawings[name] = with_rule_styles(drawing.svg)
        style = f"width:{drawing.width}ex;height:{drawing.height}ex;vertical-align:{-drawing.depth}ex"
        kind = "display" if display else "inline"
        return f'<img class="math {kind}" src="{MATH}{name}" style="{style}" alt="{escape(tex)}">'

    def box(self, *, checked: bool) -> str:
        """Return the box of a task as a character: our fonts have it, and it is text."""
        return f"{BOX_TAG}{'☑' if checked else '☐'}</span>"

    def folded(self, words: Elements, blocks: Elements) -> Elements:
        """Return *blocks* below *words* in bold: paper cannot fold."""
        return [paragraph([strong(words)]), *blocks]

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words*, followed by the code of the answer."""
        return [*words, raw(f' <span class="code-ref">{answer.code}</span>')]

    def picture(self, target: str) -> str:
        """Return *target* itself: URLs are relative to the book's folder."""
        return target

    def figure(self, figure: Element) -> Element:
        """Return *figure* with its description appended to the alternative text, for screen readers."""
        picture, *description = children(figure)
        [image] = children(picture)
        described = with_alt(image, [*alt(image), *_spoken(with_tex(description))])
        return with_children(figure, [with_children(picture, [described])])

    def table(self, table: Element) -> Elements:
        """Return *table*, fitted into a column.

        Left alignment is the default, and dropped: cells with a `style` attribute share no computed style.
        """
        return fitted_table(without_alignment(table, "AlignLeft"), self.letters, self.labels["colon"])

    def inline_code(self, code: Element) -> Element:
        """Return *code*, breakable only if it is long."""
        text = text_of(code)
        if len(text) <= _LONGEST_UNBROKEN_CODE:
            return code
        return raw(with_breaks(f'<code class="long">{escape(text, quote=False)}</code>'))

    def code(self, code: str, language: str) -> str:
        """Return a block of code with long lines broken after a mark."""
        return with_lines(super().code(code, language), self.letters)

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the number of a note as superscript."""
        del answer
        return f"<sup>{number}</sup>"


def _spoken(blocks: Elements) -> Iterator[Element]:
    """Yield the text of *blocks*, each block and each row of a table on a line of its own."""
    for element in find_all(rewrite(blocks, _in_rows), "Para", "Plain", "CodeBlock"):
        if element["t"] == "CodeBlock":
            yield string(f"\n{text_of(element)}")
        else:
            yield from [string("\n"), *children(element)]


def _in_rows(element: Element) -> Elements | None:
    """Return a table as plain text: its caption, then a line for each row."""
    if element["t"] != "Table":
        return None
    return [*caption(element), *(plain_block(_comma_separated(cells)) for cells in all_rows(element))]


def _comma_separated(cells: list[Cell]) -> Elements:
    """Return the text of *cells*, separated by commas."""
    words: Elements = []
    for cell in cells:
        words += [string(", ")] * bool(words)
        words += cell_inlines(cell)
    return words


def drawings_in(html: str, drawings: Mapping[str, str]) -> dict[str, str]:
    """Return the *drawings* (SVG by name) shown in *html*."""
    return {name: drawings[name] for name in sorted(set(DRAWING.findall(html)))}
