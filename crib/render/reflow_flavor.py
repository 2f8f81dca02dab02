"""Base of the flavors of reflowable pages: scrollable boxes, anchors of index terms, left-to-right code."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from crib.markup import mathjax
from crib.model.elements import add_class, children, raw, raw_block, target, with_attributes
from crib.model.tree import plain
from crib.render.flavor import Flavor

if TYPE_CHECKING:
    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.render.index import MarkedTerm
    from crib.render.templates import Labels


TAB_STOP = ' tabindex="0"'
"""The attribute of a box scrollable with the keyboard."""

EM_PER_EX = 0.47
"""The x-height of most text fonts. Some reading systems guess it, and draw lengths in ex too large."""

_LONG = 6
"""Width in ems of the narrowest line: twice the type size on a page of 320 pixels."""


class ReflowFlavor(Flavor):
    """Answers on reflowable pages.

    media  contents of pictures, by name
    terms  index terms
    """

    def __init__(self, book: Book, labels: Labels) -> None:
        """Render for *book* with *labels* in its language."""
        super().__init__(book, labels)
        self.folder = book.folder
        self.media: dict[str, bytes] = {}
        self.terms: list[MarkedTerm] = []

    @abstractmethod
    def formula(self, tex: str, *, display: bool) -> str:
        """Return the HTML of a formula without a box."""

    def math(self, tex: str, *, display: bool) -> str:
        """Return the HTML of a formula; a possibly too wide one gets a box scrollable with the keyboard."""
        formula = self.formula(tex, display=display)
        if display:
            return f'<span class="formula"{TAB_STOP}>{formula}</span>'
        return f'<span class="long"{TAB_STOP}><span>{formula}</span></span>' if _is_long(tex) else formula

    def figure(self, figure: Element) -> Element:
        """Return *figure* with the class `drawing` if its picture is SVG, without a size in pixels."""
        picture, *_ = children(figure)
        [image] = children(picture)
        return add_class(figure, "drawing") if target(image).lower().endswith(".svg") else figure

    def code(self, code: str, language: str) -> str:
        """Return code, left-to-right in any book; an attribute, since EPUB forbids the CSS property `direction`."""
        return super().code(code, language).replace("<pre", '<pre dir="ltr"', 1)

    def table(self, table: Element) -> Elements:
        """Return *table* in a box scrollable with the keyboard; a table itself cannot scroll."""
        focusable = with_attributes(table, pairs={"tabindex": "0"})
        return [raw_block('<div class="wide">'), focusable, raw_block("</div>")]

    def term(self, answer: Answer, words: Elements, entry: Elements) -> Elements:
        """Return *words* as an anchor of the index's *entry*."""
        place = f"{answer.key}.term{len(self.terms)}"
        self.terms.append((plain(entry), place, entry))
        return [raw(f'<span id="{place}">'), *words, raw("</span>")]


def _is_long(tex: str) -> bool:
    """Return True if an inline formula may be wider than a line; no browser can break it."""
    return mathjax.to_svg(tex, display=False).width * EM_PER_EX > _LONG
