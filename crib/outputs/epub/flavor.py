"""The flavor of the e-book: answers on a screen."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.model.elements import add_class, children, link_to, raw, raw_block, target, with_attributes
from crib.model.tree import plain
from crib.outputs.epub.formulas import FORMULA, is_long
from crib.outputs.epub.pictures import for_any_page
from crib.render.flavor import Flavor
from crib.render.pictures import add_picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.render.templates import Labels

MarkedTerm = tuple[str, str, "Elements"]
"""An index term as text, the id of its anchor, and its words as pandoc's inlines."""

TAB_STOP = ' tabindex="0"'
"""The attribute of a box that scrolls, also with the keyboard."""


class EpubFlavor(Flavor):
    """Answers on a screen, with placeholders for formulas; addresses are relative to a folder of the package.

    formulas  the TeX of each formula by name, and whether it is display math
    media     pictures by name
    terms     index terms
    """

    def __init__(self, book: Book, labels: Labels, answers: Iterable[Answer], chunks: Mapping[str, str]) -> None:
        """Resolve links to *answers*, which are in *chunks* (names by key)."""
        super().__init__(book, labels)
        self.answers = {answer.key: answer for answer in answers}
        self.formulas: dict[str, tuple[str, bool]] = {}
        self.media: dict[str, bytes] = {}
        self.terms: list[MarkedTerm] = []
        self._folder = book.folder
        self._chunks = chunks

    def address(self, key: str) -> str:
        """Return the address of the answer *key*."""
        return f"answers/{self._chunks[key]}.xhtml#{key}"

    def math(self, tex: str, *, display: bool) -> str:
        """Return the placeholder of a formula; one that may be too wide can scroll, also with the keyboard."""
        name = sha256(f"{tex}{display}".encode()).hexdigest()[:16]
        self.formulas[name] = (tex, display)
        formula = FORMULA.format(name)
        if display:
            return f'<span class="formula"{TAB_STOP}>{formula}</span>'
        return f'<span class="long"{TAB_STOP}><span>{formula}</span></span>' if is_long(tex) else formula

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a link to *answer*."""
        return [link_to(f"../{self.address(answer.key)}", words)]

    def figure(self, figure: Element) -> Element:
        """Return *figure* with the class `drawing` if its picture is one, which has no size in pixels."""
        picture, *_ = children(figure)
        [image] = children(picture)
        return add_class(figure, "drawing") if target(image).lower().endswith(".svg") else figure

    def picture(self, target: str) -> str:
        """Return the address of the picture."""
        return f"../media/{add_picture(self._folder / unquote(target), self.media, for_any_page)}"

    def code(self, code: str, language: str) -> str:
        """Return code that is left-to-right in any book: EPUB forbids the CSS property `direction`."""
        return super().code(code, language).replace("<pre", '<pre dir="ltr"', 1)

    def table(self, table: Element) -> Elements:
        """Return *table* in a box that can scroll, also with the keyboard; a table itself cannot."""
        focusable = with_attributes(table, pairs={"tabindex": "0"})
        return [raw_block('<div class="wide">'), focusable, raw_block("</div>")]

    def term(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as an anchor of the index."""
        place = f"{answer.key}.term{len(self.terms)}"
        self.terms.append((plain(words), place, words))
        return [raw(f'<span id="{place}">'), *words, raw("</span>")]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return a superscript number that reading systems open as a pop-up."""
        return (
            f'<sup><a id="{answer.key}.mark{number}" href="#{answer.key}.note{number}"'
            f' epub:type="noteref" role="doc-noteref">{number}</a></sup>'
        )
