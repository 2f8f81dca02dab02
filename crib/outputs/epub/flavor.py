"""The flavor of the e-book: answers on a screen."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.model.elements import link_to
from crib.outputs.epub.formulas import FORMULA
from crib.outputs.epub.pictures import for_any_page
from crib.render.pictures import add_picture
from crib.render.reflow_flavor import ReflowFlavor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Elements
    from crib.render.templates import Labels


class EpubFlavor(ReflowFlavor):
    """Answers on a screen, with placeholders for formulas; addresses are relative to a folder of the package.

    formulas  TeX and display flag of each formula, by name
    """

    def __init__(self, book: Book, labels: Labels, answers: Iterable[Answer], chunks: Mapping[str, str]) -> None:
        """Resolve links to *answers*; *chunks* are the names of their chunks, by key."""
        super().__init__(book, labels)
        self.answers = {answer.key: answer for answer in answers}
        self.formulas: dict[str, tuple[str, bool]] = {}
        self._chunks = chunks

    def address(self, key: str) -> str:
        """Return the address of the answer *key*."""
        return f"answers/{self._chunks[key]}.xhtml#{key}"

    def formula(self, tex: str, *, display: bool) -> str:
        """Return the placeholder of a formula."""
        name = sha256(f"{tex}{display}".encode()).hexdigest()[:16]
        self.formulas[name] = (tex, display)
        return FORMULA.format(name)

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a link to *answer*."""
        return [link_to(f"../{self.address(answer.key)}", words)]

    def picture(self, target: str) -> str:
        """Return the address of the picture."""
        return f"../media/{add_picture(self.folder / unquote(target), self.media, for_any_page)}"

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return a superscript number; reading systems open the note as a pop-up."""
        return (
            f'<sup><a id="{answer.key}.mark{number}" href="#{answer.key}.note{number}"'
            f' epub:type="noteref" role="doc-noteref">{number}</a></sup>'
        )
