"""An answer's HTML as a card holds it: math for Anki's MathJax, and nothing else that Anki acts on.

Anki looks for its commands in a field as it is stored, even in code and in attributes: sounds
(`[sound:`), speech (`[anki:`) and LaTeX (`[latex]`, `[$]`, `[$$]`). MathJax then looks for
`\\(` and `\\[` in the text of each element, except in code. In a cloze note it looks for `{{c1::`,
`::` before a hint, and `}}`, wherever they stand.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.markup.mathjax import to_svg
from crib.model.elements import raw
from crib.render.flavor import Flavor
from crib.render.pictures import add_picture

if TYPE_CHECKING:
    from crib.model import Answer, Book
    from crib.model.elements import Elements
    from crib.render.templates import Labels

WIDE = 26.0
"""From this many ex on, a formula in the text may be wider than a phone and has to scroll."""

_SHORT = 16  # characters of TeX that are never as wide
_BRACKET = "&#91;"
_FORMULA = '<span class="math {}">{}</span>'
_MARKUP = re.compile(r'(<span class="math [a-z ]+">[^<]*</span>|<[^>]*>)')
# A wide formula may stand on a line of its own, but not so the marks around it
_WITH_MARKS = re.compile(r'([(]*)(<span class="math inline wide">)([^<]*)(</span>)([,.;:!?)]*)')
_GAP, _GAP_END = "<!--c{}-->", "<!--/-->"
_COMMAND = re.compile(r"\\(?=[(\[])|\[(?=sound:|anki:|latex\]|\$\$?\])", re.IGNORECASE)
_IN_NAME = re.compile(f"<(?=[a-z/!?])|{_COMMAND.pattern}", re.IGNORECASE)


class CardFlavor(Flavor):
    """Answers on cards, which have no links between them; pictures gather in `media`, by name."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Begin without pictures."""
        super().__init__(book, labels)
        self.media: dict[str, bytes] = {}
        self._folder = book.folder

    def math(self, tex: str, *, display: bool) -> str:
        """Return *tex* between the delimiters that Anki gives its MathJax."""
        inside = escape(tex, quote=False).replace("[", _BRACKET)
        if display:
            return _FORMULA.format("display", rf"\[{inside}\]")
        return _FORMULA.format("inline wide" if _is_wide(tex) else "inline", rf"\({inside}\)")

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words*; the card lists by its question what they lead to.

        A code would change the note whenever the other answer moves.
        """
        del answer
        return words

    def picture(self, target: str) -> str:
        """Return the name of the picture in Anki's folder of media: one for all decks of a reader."""
        return add_picture(self._folder / unquote(target), self.media)

    def gap(self, number: int, words: Elements) -> Elements:
        """Return *words* between comments, which `cloze` makes a gap of: content has none itself."""
        return [raw(_GAP.format(number)), *words, raw(_GAP_END)]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the raised number of a note."""
        del answer
        return f'<sup class="note-mark">{number}</sup>'


def _is_wide(tex: str) -> bool:
    return len(tex) > _SHORT and to_svg(tex, display=True).width > WIDE


def inert(html: str) -> str:
    """Return *html*, which shows the same, without anything but our formulas that Anki acts on.

    In text and in TeX an element breaks a command up: unlike a character reference, it is still there after
    a reader has edited the note in Anki.
    """
    html = _WITH_MARKS.sub(r"\2\1\3\5\4", str(html))
    return "".join(map(_inert, _MARKUP.split(html)))


def inert_name(name: str) -> str:
    """Return the *name* of a deck, which looks the same, with nothing that a card would act on.

    Anki shows it on cards as if it were HTML.
    """
    return _IN_NAME.sub("\\g<0>\u2060", name)


def cloze(html: str) -> str:
    """Return inert *html* with gaps as Anki knows them, and nothing else that would open or close one."""
    safe = "".join(map(_without_braces, _MARKUP.split(html)))
    return re.sub(_GAP.format(r"(\d)"), r"{{c\1::", safe).replace(_GAP_END, "}}")


def _without_braces(part: str) -> str:
    if part.startswith('<span class="math '):
        return re.sub(r"([{}:])(?=\1)", r"\1<wbr>", part)  # which Anki takes out, and MathJax too
    if part.startswith("<"):
        return re.sub(r"([{}:])(?=\1)", lambda match: f"&#{ord(match[1])};", part)
    return re.sub(r"[{}]|:(?=:)", r"<span>\g<0></span>", part)


def _inert(part: str) -> str:
    if part.startswith('<span class="math '):
        return part
    if part.startswith("<"):
        return part.replace("[", _BRACKET)
    return _COMMAND.sub(r"<span>\g<0></span>", part)
