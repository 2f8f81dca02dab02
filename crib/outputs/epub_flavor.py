"""The flavors of the e-book: the same answers, with formulas as MathML or, for readers without that, as drawings."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib import mathjax
from crib.press.mathform import ruled
from crib.render.flavor import Flavor
from crib.render.pictures import keep
from crib.tree import plain, raw, raw_block

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crib.model import Answer, Book
    from crib.render.templates import Labels
    from crib.tree import Element, Elements

Found = tuple[str, str, "Elements"]
"""A term as text, the identifier of its place, and its words."""

_NOT_DRAWN = re.compile(r' (?:data-[\w-]+|role|focusable)="[^"]*"')
"""Attributes that only MathJax reads, and those that we give ourselves."""


class EpubFlavor(Flavor):
    """Answers on a screen: formulas as MathML; pictures gather in `media` by their name, in `terms` what the index has.

    Addresses begin at the folder of the package; any page but the contents is one folder deeper.
    """

    def __init__(self, book: Book, labels: Labels, answers: Iterable[Answer], leaves: Mapping[str, str]) -> None:
        """Know the *answers* that a link may lead to, and by their keys the names of the *leaves* they stand on."""
        super().__init__(book, labels)
        self.answers = {answer.key: answer for answer in answers}
        self.media: dict[str, bytes] = {}
        self.terms: list[Found] = []
        self._folder = book.folder
        self._leaves = leaves

    def address(self, key: str) -> str:
        """Return where the answer *key* stands."""
        return f"answers/{self._leaves[key]}.xhtml#{key}"

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula; one on a line of its own may scroll sideways, from the keyboard too."""
        formula = self.formula(tex, display=display)
        return f'<span class="formula" tabindex="0">{formula}</span>' if display else formula

    def formula(self, tex: str, *, display: bool) -> str:
        """Return *tex* as MathML."""
        return mathjax.to_mathml(tex, display=display)

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a link to *answer*."""
        return [{"t": "Link", "c": [["", [], []], words, [f"../{self.address(answer.key)}", ""]]}]

    def picture(self, target: str) -> str:
        """Return the address of the picture."""
        return f"../media/{keep(self._folder / unquote(target), self.media)}"

    def code(self, code: str, language: str) -> str:
        """Return code that runs from left to right in any book: CSS cannot say so in an e-book."""
        return super().code(code, language).replace("<pre", '<pre dir="ltr"', 1)

    def table(self, table: Element) -> Elements:
        """Return *table* in a box that scrolls, since a table itself cannot, from the keyboard too."""
        focusable = {**table, "c": [["", [], [["tabindex", "0"]]], *table["c"][1:]]}
        return [raw_block('<div class="wide">'), focusable, raw_block("</div>")]

    def term(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a place that the index leads to."""
        place = f"{answer.key}.term{len(self.terms)}"
        self.terms.append((plain(words), place, words))
        return [raw(f'<span id="{place}">'), *words, raw("</span>")]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return a raised number that reading systems open as a popup."""
        return (
            f'<sup><a id="{answer.key}.mark{number}" href="#{answer.key}.note{number}"'
            f' epub:type="noteref" role="doc-noteref">{number}</a></sup>'
        )


class DrawnFlavor(EpubFlavor):
    """The same with formulas as SVG in the text, which take its color and size.

    Each is complete in itself: readers that know no MathML often draw every `<svg>` on its own,
    and would not find letters that others define.
    """

    def formula(self, tex: str, *, display: bool) -> str:
        """Return *tex* as SVG, and as its title for who does not see it."""
        svg = _NOT_DRAWN.sub("", ruled(mathjax.to_svg(tex, display=display).svg))
        start, rest = svg.split(">", 1)
        return f'{start} role="img" class="drawn"><title>{escape(" ".join(tex.split()), quote=False)}</title>{rest}'


FLAVORS = {"svg": DrawnFlavor, "": EpubFlavor}
"""By what the name of the file says of them."""
