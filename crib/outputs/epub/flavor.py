"""The flavor of the e-book: answers on a screen."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.model.elements import link_to, raw, raw_block, with_attributes
from crib.model.tree import plain
from crib.outputs.epub.formulas import FORMULA
from crib.render.flavor import Flavor
from crib.render.pictures import add_picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.render.templates import Labels

Found = tuple[str, str, "Elements"]
"""A term as text, the identifier of its place, and its words."""


class EpubFlavor(Flavor):
    """Answers on a screen, with formulas left open; addresses are for pages in a folder of the package.

    formulas  by name the TeX of each, and whether it is on a line of its own
    media     pictures by name
    terms     what the index leads to
    """

    def __init__(self, book: Book, labels: Labels, answers: Iterable[Answer], leaves: Mapping[str, str]) -> None:
        """Know the *answers* that a link may lead to, and by their keys the names of the *leaves* they stand on."""
        super().__init__(book, labels)
        self.answers = {answer.key: answer for answer in answers}
        self.formulas: dict[str, tuple[str, bool]] = {}
        self.media: dict[str, bytes] = {}
        self.terms: list[Found] = []
        self._folder = book.folder
        self._leaves = leaves

    def address(self, key: str) -> str:
        """Return where the answer *key* stands."""
        return f"answers/{self._leaves[key]}.xhtml#{key}"

    def math(self, tex: str, *, display: bool) -> str:
        """Return the place of a formula; one on a line of its own may scroll sideways, from the keyboard too."""
        name = sha256(f"{tex}{display}".encode()).hexdigest()[:16]
        self.formulas[name] = (tex, display)
        formula = FORMULA.format(name)
        return f'<span class="formula" tabindex="0">{formula}</span>' if display else formula

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a link to *answer*."""
        return [link_to(f"../{self.address(answer.key)}", words)]

    def picture(self, target: str) -> str:
        """Return the address of the picture."""
        return f"../media/{add_picture(self._folder / unquote(target), self.media)}"

    def code(self, code: str, language: str) -> str:
        """Return code that runs from left to right in any book: CSS cannot say so in an e-book."""
        return super().code(code, language).replace("<pre", '<pre dir="ltr"', 1)

    def table(self, table: Element) -> Elements:
        """Return *table* in a box that scrolls, since a table itself cannot, from the keyboard too."""
        focusable = with_attributes(table, pairs={"tabindex": "0"})
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
