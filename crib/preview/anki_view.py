"""Anki cards of a chapter: its notes, rendered with the card templates of their note types.

Anki's template language: https://docs.ankiweb.net/templates/intro.html. Crib's own MathJax draws the formulas,
since pages of chapters may not run scripts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from crib.engine.cache import digest
from crib.outputs.anki.jobs import Edition
from crib.preview.document import Document
from crib.preview.screen_flavor import ScreenFlavor
from crib.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Book, Chapter
    from crib.outputs.anki.apkg import Deck, Note, Package
    from crib.preview.document import ViewContext

_FILES = "/anki/files/"
_TEMPLATE = "preview/anki.html.j2"

_SECTION = re.compile(r"\{\{([#^])([^{}]+)\}\}((?:(?!\{\{[#^]).)*?)\{\{/\2\}\}", re.DOTALL)
_FIELD = re.compile(r"\{\{([^{}]+)\}\}")
_GAP = re.compile(r"\{\{c(\d)::(.*?)\}\}", re.DOTALL)
_FORMULA = re.compile(r'(<span class="math (?:inline|inline wide|display)">)((?:[^<]|<wbr>)*)(</span>)')
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"""</?[a-z](?:[^<>"]|"[^"]*")*>""", re.IGNORECASE)
_VOID = re.compile(r"<((?:br|hr|img|wbr)\b.*?)\s*/?>", re.DOTALL)
_SOURCE = re.compile(r' src="([^/"][^"]*)"')
_ID = re.compile(r"#(answer|typeans)\b")
_NESTED = {"main": "div", "h1": "h3"}
"""Elements unique on a card, with replacements for a page of many cards."""

_NAME = re.compile(rf"(</?)({'|'.join(_NESTED)})\b")


@dataclass(frozen=True)
class CardView:
    """A card: both sides as XHTML, the key of its answer, and the name of its card template."""

    key: str
    name: str
    front: str
    back: str


def anki(book: Book, chapter: Chapter, context: ViewContext) -> Document:
    """Return both sides of each Anki card of *chapter*. Raises ContentError."""
    package = Edition(book.select(Selection(chapters=(chapter.number,))), context.templates).package
    flavor = ScreenFlavor(book, context.templates.labels(book))
    cards = [
        CardView(key, name, _xhtml(front, flavor), _xhtml(back, flavor))
        for deck in package.decks
        for note in deck.notes
        for key, name, front, back in _cards(note, deck)
    ]
    css = _styles(package)
    styles = f"{_FILES}{digest(css).hex()}.css"
    pictures = {f"{_FILES}{name}": data for name, data in package.media}
    html = context.html(_TEMPLATE, book, chapter=chapter, cards=cards, styles=styles)
    return Document(html, _TEMPLATE, {styles: css, **pictures, **flavor.files})


def _styles(package: Package) -> bytes:
    """Return the style sheets of all note types in *package*, with `data-id` in place of identifiers."""
    sheets = dict.fromkeys(note.type.css for deck in package.decks for note in deck.notes)
    return _ID.sub(r'[data-id="\1"]', "".join(sheets)).encode()


def _cards(note: Note, deck: Deck) -> Iterator[tuple[str, str, str, str]]:
    """Yield key, name, front and back of each card of *note*."""
    fields = dict(zip((field.name for field in note.type.fields), note.fields, strict=True))
    fields["Subdeck"] = deck.name.rpartition("::")[2]
    gaps = sorted({int(gap) for gap, _ in _GAP.findall(fields.get("Text", ""))}) if note.type.cloze else [0]
    for template in note.type.templates:
        for gap in gaps:
            front = _filled(template.front, fields, gap, is_back=False)
            if front.strip():
                yield fields["Key"], template.name, front, _filled(template.back, fields, gap, is_back=True)


def _filled(template: str, fields: Mapping[str, str], gap: int, *, is_back: bool) -> str:
    """Return *template* filled with *fields*, for a card of the cloze *gap*."""
    count = 1
    while count:
        template, count = _SECTION.subn(
            lambda section: section[3] if bool(fields.get(section[2])) == (section[1] == "#") else "", template
        )
    return _FIELD.sub(lambda field: _field(field[1], fields, gap, is_back=is_back), template)


def _field(name: str, fields: Mapping[str, str], gap: int, *, is_back: bool) -> str:
    """Return Anki's HTML for the field *name*, with an optional filter before it."""
    kind, _, rest = name.rpartition(":")
    text = fields.get(rest, "")
    if kind == "cloze":
        return _GAP.sub(lambda match: _gap_html(match, gap, is_back=is_back), text)
    if kind == "type":
        return f'<p id="typeans"><code>{text if is_back else ""}</code></p>'
    return text


def _gap_html(match: re.Match[str], gap: int, *, is_back: bool) -> str:
    """Return the words of a gap, or dots on the front of a card of this gap."""
    is_asked = int(match[1]) == gap
    text = "[...]" if is_asked and not is_back else match[2]
    return f'<span class="{"cloze" if is_asked else "cloze-inactive"}">{text}</span>'


def _xhtml(html: str, flavor: ScreenFlavor) -> str:
    """Return one side of a card as part of a page: formulas drawn, void elements closed, names replaced."""
    html = _FORMULA.sub(lambda formula: formula[1] + _drawn(formula[2], flavor) + formula[3], _COMMENT.sub("", html))
    return _TAG.sub(lambda tag: _embedded(tag[0]), html)


def _drawn(tex: str, flavor: ScreenFlavor) -> str:
    """Return the drawing of a formula with its delimiters."""
    formula = unescape(tex.replace("<wbr>", ""))
    return flavor.math(formula[2:-2], display=formula.startswith(r"\["))


def _embedded(tag: str) -> str:
    """Return a *tag* of a card, adapted to a page of many cards."""
    tag = _VOID.sub(r"<\1/>", _NAME.sub(lambda name: name[1] + _NESTED[name[2]], tag))
    return _SOURCE.sub(rf' src="{_FILES}\1"', tag.replace(' id="', ' data-id="'))
