"""HTML for the fields of Anki notes: with MathJax delimiters and cloze gaps, without any other Anki command.

Anki searches the raw text of a field for commands, even in code and in attributes: sounds
(`[sound:`), speech (`[anki:`) and LaTeX (`[latex]`, `[$]`, `[$$]`). MathJax then searches the text of
each element, except code, for `\\(` and `\\[`. In a cloze note Anki also searches all of it for
`{{c1::`, `::` before a hint, and `}}`.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.markup.mathjax import to_svg
from crib.model.elements import raw
from crib.render.flavor import Flavor
from crib.render.pictures import add_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Answer, Book
    from crib.model.elements import Elements
    from crib.render.templates import Labels

WIDE = 26.0
"""Width in ex of the longest inline formula without scrolling on a phone."""

_SHORT = 16  # characters of TeX: shorter formulas are never that wide
_BRACKET = "&#91;"
_FORMULA = '<span class="math {}">{}</span>'
_MARKUP = re.compile(r'(<span class="math [a-z ]+">[^<]*</span>|<[^>]*>)')
# A wide formula may get a line of its own; the punctuation around it must not.
_WITH_MARKS = re.compile(r'([(]*)(<span class="math inline wide">)([^<]*)(</span>)([,.;:!?)]*)')
_GAP, _GAP_END = "<!--c{}-->", "<!--/-->"
_COMMAND = re.compile(r"\\(?=[(\[])|\[(?=sound:|anki:|latex\]|\$\$?\])", re.IGNORECASE)
_IN_NAME = re.compile(f"<(?=[a-z/!?])|{_COMMAND.pattern}", re.IGNORECASE)


class CardFlavor(Flavor):
    """The flavor of Anki cards: no links between answers; collects pictures in `media`, by name."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Start without pictures."""
        super().__init__(book, labels)
        self.media: dict[str, bytes] = {}
        self._folder, self._direction = book.folder, book.direction

    def math(self, tex: str, *, display: bool) -> str:
        """Return *tex* between the delimiters of Anki's MathJax."""
        inside = escape(tex, quote=False).replace("[", _BRACKET)
        if display:
            return _FORMULA.format("display", rf"\[{inside}\]")
        return _FORMULA.format("inline wide" if _is_wide(tex) else "inline", rf"\({inside}\)")

    def code(self, code: str, language: str) -> str:
        """Return code, left-to-right also in a book that is not."""
        html = super().code(code, language)
        return html if self._direction == "ltr" else html.replace("<pre", '<pre dir="ltr"', 1)

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* alone; the card lists the linked question under "see also".

        With the code of the other answer, this note would change whenever the other answer moves.
        """
        del answer
        return words

    def picture(self, target: str) -> str:
        """Return the name of the picture in Anki's media folder, shared by all decks of a reader."""
        return add_picture(self._folder / unquote(target), self.media)

    def gap(self, number: int, words: Elements) -> Elements:
        """Return *words* between comments, to become a gap in `cloze`; content has no comments of its own."""
        return [raw(_GAP.format(number)), *words, raw(_GAP_END)]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the superscript number of a footnote."""
        del answer
        return f'<sup class="note-mark">{number}</sup>'


def _is_wide(tex: str) -> bool:
    return len(tex) > _SHORT and to_svg(tex, display=True).width > WIDE


def inert(html: str) -> str:
    """Neutralize Anki's commands in *html*, except our formulas, without a visible change.

    In text and in TeX an element interrupts a command: unlike a character reference, it survives editing of the
    note in Anki.
    """
    html = _WITH_MARKS.sub(r"\2\1\3\5\4", str(html))
    return "".join(map(_inert, _MARKUP.split(html)))


def inert_name(name: str) -> str:
    """Neutralize HTML and Anki's commands in the *name* of a deck, without a visible change.

    Anki inserts it into cards as HTML.
    """
    return _IN_NAME.sub("\\g<0>\u2060", name)


def cloze(html: str) -> str:
    """Return inert *html* with gaps in Anki's syntax, and any other braces escaped."""
    safe = "".join(map(_without_braces, _MARKUP.split(html)))
    return re.sub(_GAP.format(r"(\d)"), r"{{c\1::", safe).replace(_GAP_END, "}}")


def formulas_in(html: str) -> Iterator[str]:
    """Yield the TeX, with delimiters, of each formula in inert *html*: Anki renders no other formulas."""
    return (unescape(part) for part in _MARKUP.split(html) if part.startswith('<span class="math '))


def _without_braces(part: str) -> str:
    if part.startswith('<span class="math '):
        return re.sub(r"([{}:])(?=\1)", r"\1<wbr>", part)  # Anki and MathJax remove it
    if part.startswith("<"):
        return re.sub(r"([{}:])(?=\1)", lambda match: f"&#{ord(match[1])};", part)
    return re.sub(r"[{}]|:(?=:)", r"<span>\g<0></span>", part)


def _inert(part: str) -> str:
    if part.startswith('<span class="math '):
        return part
    if part.startswith("<"):
        return part.replace("[", _BRACKET)
    return _COMMAND.sub(r"<span>\g<0></span>", part)
