"""Parse HTML tags in Markdown, and check them against an allowlist of tags and attributes.

Only tags with an equivalent in Markdown are allowed. Attributes for style are dropped; active ones are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from crib.model.elements import FOLD_TITLE, FOLDED
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crib.problems import Report

INLINE = frozenset({"a", "b", "br", "code", "del", "em", "i", "img", "kbd", "s", "strike", "strong", "sub", "sup"})
_TABLE = {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
BLOCK = frozenset({"blockquote", "details", "li", "ol", "p", "summary", "ul", *_TABLE})
PARENTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("thead", "tbody", "tfoot", "caption", "colgroup"), ("table",)),
    "col": ("colgroup", "table"),
    "tr": ("table", "thead", "tbody", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
    "li": ("ul", "ol"),
    "summary": ("details",),
}
"""The parents required by some elements."""

WITHOUT_TEXT = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup", "ul", "ol"})
"""Elements for other elements only, not for text."""

EMPTY = frozenset(("br", "img", "col"))
"""Elements without an end tag."""

FOLDS = {"details": FOLDED, "summary": FOLD_TITLE}
"""Elements unknown to pandoc: a `<div>` with an attribute of this name replaces them."""

_KEPT: Mapping[str, frozenset[str]] = {
    "a": frozenset(("href", "title")),
    "img": frozenset(("src", "alt", "title", "width")),
    "ol": frozenset(("start", "type")),
}
_HARMLESS = re.compile(
    r"abbr|align|aria-.*|bgcolor|border|cellpadding|cellspacing|class|color|data-.*|decoding|dir|height|hidden|id|lang"
    r"|loading|name|open|rel|role|scope|span|style|summary|target|title|valign|width"
)
_SPANS = ("colspan", "rowspan")
_WIDTH = re.compile(r"[1-9]\d{0,3}(px)?|[1-9]\d?%|100%")
_HINT = "use Markdown instead, put code in backticks, or write `\\<` for a plain <"


@dataclass(frozen=True)
class Token:
    """A start tag (`<b>`), an end tag (`</b>`) or text; `html` is its markup, with safe attributes only."""

    html: str
    line: int
    start: str = ""
    end: str = ""


def tokens_of(html: str, line: int, report: Report, *, blocks: bool) -> list[Token]:
    """Return the tokens of *html* on *line*, without comments; report everything not allowed.

    blocks  allow tags of blocks, such as `<table>`
    """
    parser = _Parser(line, report, INLINE | BLOCK if blocks else INLINE)
    try:
        parser.feed(html)
        parser.close()
    except AssertionError:  # raised for a malformed declaration
        report.add(line, "raw-html", f"raw html: {short(html)}", _HINT)
    return parser.tokens


class _Parser(HTMLParser):
    """Collect tokens with line numbers."""

    def __init__(self, line: int, report: Report, allowed: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []
        self._first, self._report, self._allowed = line, report, allowed

    @property
    def _line(self) -> int:
        return self._first + self.getpos()[0] - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._is_allowed(tag):
            safe = "".join(f' {name}="{escape(value)}"' for name, value in self._attributes(tag, attrs))
            html = f'<div data-{FOLDS[tag]}="">' if tag in FOLDS else f"<{tag}{safe}>"
            self.tokens.append(Token(html, self._line, start=tag))

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and self._is_allowed(tag, is_end=True):
            self.tokens.append(Token("</div>" if tag in FOLDS else f"</{tag}>", self._line, end=tag))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.tokens.append(Token(escape(data, quote=False), self._line))

    def handle_decl(self, decl: str) -> None:
        self._refuse(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self._refuse(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self._refuse(f"<![{data}]>")

    def _is_allowed(self, tag: str, *, is_end: bool = False) -> bool:
        if tag in self._allowed:
            return True
        if tag in BLOCK:
            hint = "start a line with it, with a blank line above"
            self._report.add(self._line, "raw-html", f"`<{tag}>` is not allowed inside a paragraph", hint)
        elif not (is_end and any(problem.code == "raw-html" for problem in self._report.problems)):
            self._refuse(f"</{tag}>" if is_end else self.get_starttag_text() or f"<{tag}>")
        return False

    def _refuse(self, what: str) -> None:
        self._report.add(self._line, "raw-html", f"raw html: {short(what)}", _HINT)

    def _attributes(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> Iterable[tuple[str, str]]:
        """Yield the meaningful attributes of *tag*; report those not allowed."""
        for name, value in attrs:
            text = value or ""
            if name == "width" and tag == "img" and not _WIDTH.fullmatch(text):
                hint = "write pixels or a percentage: `width=300` or `width=50%`"
                self._report.add(self._line, "attribute", f"`{short(text)}` is not the width of a picture", hint)
            elif name in _SPANS and text != "1" and tag in ("td", "th"):
                hint = "repeat the words, or leave cells empty"
                self._report.add(self._line, "table-cells", f"`{name}` is not allowed: a cell cannot span others", hint)
            elif name in _KEPT.get(tag, ()):
                yield name, text
            elif not (_HARMLESS.fullmatch(name) or name in _SPANS):
                problem = f"the attribute `{short(name)}` of <{tag}> is not allowed"
                self._report.add(self._line, "attribute", problem, "remove it")
