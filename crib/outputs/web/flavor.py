"""The flavor of the study page: a single file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.markup import mathjax
from crib.model.elements import link_to
from crib.render.pictures import add_picture
from crib.render.reflow_flavor import ReflowFlavor

if TYPE_CHECKING:
    from crib.model import Answer
    from crib.model.elements import Elements


class WebFlavor(ReflowFlavor):
    """Answers on the study page, with placeholder addresses for its pictures."""

    def formula(self, tex: str, *, display: bool) -> str:
        """Return a formula as MathML, with its TeX as alternative text."""
        return mathjax.to_mathml(tex, display=display)

    def address(self, key: str) -> str:
        """Return the address of the answer *key*."""
        return f"#{key}"

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a link to *answer*."""
        return [link_to(self.address(answer.key), words)]

    def picture(self, target: str) -> str:
        """Return the address of the picture."""
        return f"media/{add_picture(self.folder / unquote(target), self.media)}"

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return a superscript number, a link to the note."""
        return (
            f'<sup><a id="{answer.key}.mark{number}" href="#{answer.key}.note{number}"'
            f' role="doc-noteref">{number}</a></sup>'
        )
