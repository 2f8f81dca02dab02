"""Convert HTML in Markdown to elements of pandoc's tree, with pandoc's HTML reader.

pandoc's CommonMark reader leaves each tag as raw HTML between other elements. Here each run from a start tag to its
end tag becomes one HTML document, with placeholders for Markdown elements inside it; they are put back afterward.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from crib import limits
from crib.markup import pandoc
from crib.model.elements import attributes, children, contents, raw_format, text_of, with_contents
from crib.model.tree import plain
from crib.source.html_tags import EMPTY, PARENTS, WITHOUT_TEXT, Token, tokens_of
from crib.source.html_tree import check_tables, normalize_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Element, Elements, Json
    from crib.problems import Report

_READER = "html+smart+tex_math_dollars-auto_identifiers"
_PLACEHOLDER, _PIECE = "crib-element", "piece"  # no attributes of HTML: pandoc would keep their prefix `data-`
_DEEPEST = 20
"""Tags open at the same time in one piece."""


@dataclass
class _Piece:
    """A run of siblings from a start tag to its end tag.

    html      its HTML, with placeholders for the Markdown *elements* inside it
    open      the currently open tags
    """

    line: int
    blocks: bool
    html: list[str] = field(default_factory=list)
    elements: Elements = field(default_factory=list)
    open: list[Token] = field(default_factory=list)

    @property
    def document(self) -> str:
        """All its HTML. Empty placeholders protect spaces at the ends of inlines."""
        html = "".join(self.html)
        return html if self.blocks else f"<p>{_END}{html}{_END}</p>"


_END = f'<span data-{_PLACEHOLDER}=""></span>'


def with_html(blocks: Elements, report: Report) -> Elements:
    """Convert the HTML in *blocks* to elements, and drop comments; report HTML not allowed or not balanced."""
    collector = _Collector(report)
    collected: Elements = collector.collect(blocks)
    if not collector.pieces:
        return collected
    documents = (f'<div data-{_PIECE}="">{piece.document}</div>' for piece in collector.pieces)
    try:
        _, divs, _ = pandoc.read_as(_READER, "\n".join(documents).encode())
    except pandoc.PandocError as error:
        report.add(collector.pieces[0].line, "pandoc", error.problems[0].text, "use less HTML, or Markdown instead")
        return []
    if len(divs) != len(collector.pieces):
        problem, hint = "an end tag in this text closes an element outside of it", "use Markdown, or less HTML"
        report.add(collector.pieces[0].line, "unbalanced-html", problem, hint)
        return []
    converted = [
        normalize_html(children(div), piece.line, blocks=piece.blocks)
        for div, piece in zip(divs, collector.pieces, strict=True)
    ]
    result: Elements = _Filler(collector.pieces, converted).fill(collected)
    if not _is_flat(result, report):
        return []
    check_tables(result, report)
    return result


class _Collector:
    """Replace HTML by references to `pieces`."""

    def __init__(self, report: Report) -> None:
        self.pieces: list[_Piece] = []
        self._report = report

    def collect(self, node: Json) -> Json:
        """Return *node* with references in the place of HTML, at all levels."""
        if isinstance(node, dict):
            inside = contents(node)
            return with_contents(node, self.collect(inside)) if isinstance(inside, list) else node
        if not isinstance(node, list):
            return node
        inside = [self.collect(child) for child in node]
        return list(self._joined(inside)) if any(map(_is_html, inside)) else inside

    def _joined(self, siblings: list[Json]) -> Iterator[Json]:
        """Yield *siblings* with a reference in place of each run from a start tag to its end tag."""
        piece: _Piece | None = None
        for sibling in siblings:
            if piece and sibling["t"] == "Header":
                yield from self._unclosed(piece)
                piece = None
            if _is_html(sibling):
                piece = self._with_tags(piece, sibling)
                if piece and not piece.open:
                    yield from self._reference(piece)
                    piece = None
            elif piece and piece.open[-1].start in WITHOUT_TEXT:
                self._report_text(sibling["line"], piece.open[-1].start)
            elif piece and piece.open[-1].start == "code":
                piece.html.append(escape(plain(sibling)))
            elif piece:
                piece.html.append(_placeholder(piece))
                piece.elements.append(sibling)
            else:
                yield sibling
        if piece:
            yield from self._unclosed(piece)

    def _with_tags(self, piece: _Piece | None, raw: Element) -> _Piece | None:
        """Return *piece*, or a new one, with the tags of *raw*."""
        blocks = raw["t"] == "RawBlock"
        piece = piece or _Piece(raw["line"], blocks)
        for token in tokens_of(text_of(raw), raw["line"], self._report, blocks=blocks):
            if not self._is_in_place(token, piece):
                return None
            if token.start and token.start not in EMPTY:
                if len(piece.open) == _DEEPEST:
                    problem = f"more than {_DEEPEST} HTML elements are open here"
                    self._report.add(token.line, "too-deep", problem, "use fewer elements inside each other")
                    return None
                piece.open.append(token)
            elif token.end:
                if not piece.open or piece.open[-1].start != token.end:
                    self._report_end(token, piece)
                    return None
                piece.open.pop()
            piece.html.append(token.html)
        return piece

    def _is_in_place(self, token: Token, piece: _Piece) -> bool:
        """Return True if *token* is allowed in the innermost open element; report it otherwise."""
        parent = piece.open[-1].start if piece.open else ""
        if token.start:
            parents = PARENTS.get(token.start, () if parent in WITHOUT_TEXT else (parent,))
            if parent not in parents:
                hint = f"put it into `<{parents[0]}>`" if parents else f"put it into the elements of `<{parent}>`"
                self._report.add(token.line, "misplaced-html", f"`<{token.start}>` is not allowed here", hint)
                return False
        elif parent in WITHOUT_TEXT and not token.end and token.html.strip():
            self._report_text(token.line, parent)
            return False
        return True

    def _report_text(self, line: int, parent: str) -> None:
        problem = f"text is not allowed directly in `<{parent}>`"
        self._report.add(line, "misplaced-html", problem, "put it into a cell, an item, or below the end tag")

    def _report_end(self, token: Token, piece: _Piece) -> None:
        if not any(problem.code == "raw-html" for problem in self._report.problems):  # it may close a refused tag
            where = f": `<{piece.open[-1].start}>` of line {piece.open[-1].line} is open" if piece.open else ""
            hint = "write end tags in the reverse order of their start tags"
            self._report.add(token.line, "unbalanced-html", f"`</{token.end}>` closes no element here{where}", hint)

    def _unclosed(self, piece: _Piece) -> Elements:
        tag = piece.open[-1]
        problem = f"`<{tag.start}>` has no end tag in the same text"
        self._report.add(tag.line, "unbalanced-html", problem, f"add `</{tag.start}>` where it ends")
        return piece.elements

    def _reference(self, piece: _Piece) -> Elements:
        if not "".join(piece.html).strip():
            return []
        self.pieces.append(piece)
        return [with_contents({"t": _PIECE, "line": piece.line}, len(self.pieces) - 1)]


def _placeholder(piece: _Piece) -> str:
    """Return a placeholder for the next element in *piece*; a paragraph ends before a block."""
    name = "div" if piece.blocks else "span"
    place = f'<{name} data-{_PLACEHOLDER}="{len(piece.elements)}"></{name}>'
    return f"</p>{place}<p>" if piece.blocks and piece.open[-1].start == "p" else place


class _Filler:
    """Replace references by the converted HTML of their piece, and placeholders in it by Markdown elements."""

    def __init__(self, pieces: list[_Piece], converted: list[Elements]) -> None:
        self._pieces, self._converted = pieces, converted

    def fill(self, node: Json, elements: Elements | None = None) -> Json:
        """Return *node* without references and placeholders."""
        if isinstance(node, dict):
            inside = contents(node)
            return with_contents(node, self.fill(inside, elements)) if isinstance(inside, list) else node
        if not isinstance(node, list):
            return node
        result: list[Json] = []
        for child in node:
            if isinstance(child, dict) and child.get("t") == _PIECE:
                number = contents(child)
                result += self.fill(self._converted[number], self._pieces[number].elements)
            elif elements is not None and (place := _place_of(child)) is not None:
                result += self.fill([elements[int(place)]]) if place else []
            else:
                result.append(self.fill(child, elements))
        return result


def _place_of(node: Json) -> str | None:
    """Return the number of the element for the placeholder *node* (may be empty); None for any other node."""
    if not isinstance(node, dict) or node.get("t") not in ("Div", "Span"):
        return None
    return attributes(node)[2].get(_PLACEHOLDER) if "html" in node else None


def _is_html(node: Json) -> bool:
    return isinstance(node, dict) and node.get("t") in ("RawBlock", "RawInline") and raw_format(node) == "html"


def _is_flat(blocks: Elements, report: Report) -> bool:
    """Return True unless *blocks* are nested too deep; report it otherwise."""
    level: list[Json] = list(blocks)
    line = 1
    for _ in range(limits.NESTING + 1):
        elements = [node for node in level if isinstance(node, dict)]
        line = next((element["line"] for element in elements if "line" in element), line)
        level = [child for element in elements for child in _inside(contents(element))]
        if not level:
            return True
    hint = "use fewer lists, quotations and HTML elements inside each other"
    report.add(line, "too-deep", f"elements are nested more than {limits.NESTING} levels deep", hint)
    return False


def _inside(node: Json) -> Iterator[Json]:
    """Yield the outermost elements in *node*."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
        elif isinstance(item, list):
            waiting += item
