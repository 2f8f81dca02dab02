"""Convert HTML in Markdown to elements, together with the Markdown between its tags.

pandoc reads `<details>`, an empty line, Markdown, `</details>` as three blocks. Here such a run becomes one HTML
document, with numbered placeholders for the Markdown. After pandoc has read it, the Markdown is put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.importers.drafts import line_of
from crib.importers.html import READER, marked_lines, serialized, tidy_tree, with_lines
from crib.markup import pandoc
from crib.model.elements import attributes, children, contents, paragraph, raw_format, string, text_of, with_contents
from crib.model.tree import find_all, plain, rewrite

if TYPE_CHECKING:
    from crib.importers.log import ImportLog
    from crib.model.elements import Element, Elements, Json

_BLOCK, _INLINE = "crib-block", "crib-inline"


def with_html_read(blocks: Elements, log: ImportLog) -> Elements:
    """Return *blocks* with all raw HTML converted to elements. Raises PandocError."""
    if not any(raw_format(element) == "html" for element in find_all(blocks, "RawBlock", "RawInline")):
        return blocks
    return _Merge(log).read(blocks)


class _Merge:
    def __init__(self, log: ImportLog) -> None:
        self._log = log
        self._elements: list[Element] = []

    def read(self, blocks: Elements) -> Elements:
        line = line_of(blocks[0])
        tree = tidy_tree("".join(map(self._block, blocks)), self._log, line)
        _, converted, _ = pandoc.read_as(READER, serialized(tree))
        restored: Elements = rewrite(with_lines(converted, line), self._restored)
        return [block for block in restored if block["t"] not in ("Para", "Plain") or children(block)]

    def _block(self, block: Element) -> str:
        if block["t"] == "RawBlock" and raw_format(block) == "html":
            return marked_lines(text_of(block), block["line"])
        if block["t"] in ("Para", "Plain") and any(_is_html(inline) for inline in find_all(block, "RawInline")):
            return f"<p>{self._inlines(children(block))}</p>"
        if any(_is_html(inner) for inner in find_all(block, "RawBlock", "RawInline")):
            block = _with_inner(block, self._log)
        return self._placeholder("div", _BLOCK, block)

    def _inlines(self, inlines: Elements) -> str:
        parts = []
        for inline in inlines:
            if _is_html(inline):
                parts.append(marked_lines(text_of(inline), inline["line"]))
            elif any(_is_html(inner) for inner in find_all(inline, "RawInline")):
                parts.append(self._placeholder("span", _INLINE, _with_inner(inline, self._log)))
            else:
                parts.append(self._placeholder("span", _INLINE, inline))
        return "".join(parts)

    def _placeholder(self, tag: str, name: str, element: Element) -> str:
        self._elements.append(element)
        return f'<{tag} data-{name}="{len(self._elements) - 1}"></{tag}>'

    def _restored(self, element: Element) -> Elements | None:
        if element["t"] in ("Div", "Span"):
            _, _, pairs = attributes(element)
            number = pairs.get(_BLOCK, pairs.get(_INLINE, ""))
            if number.isdecimal() and int(number) < len(self._elements):
                return [self._elements[int(number)], *children(element)]
        return None


def _is_html(element: Element) -> bool:
    return element["t"] in ("RawBlock", "RawInline") and raw_format(element) == "html"


def _with_inner(element: Element, log: ImportLog) -> Element:
    """Return *element* with the raw HTML inside it converted."""
    return with_contents(element, _inner(contents(element), log))


def _inner(node: Json, log: ImportLog) -> Json:
    if isinstance(node, dict) and "t" in node:
        return with_contents(node, _inner(contents(node), log)) if contents(node) is not None else node
    if not isinstance(node, list):
        return node
    elements = [child for child in node if isinstance(child, dict) and "t" in child]
    if any(map(_needs_merge, elements)):
        return _Merge(log).read(node)
    if any(map(_is_html, elements)):
        blocks = _Merge(log).read([{**paragraph(node), "line": elements[0]["line"]}])
        return _joined_inlines(blocks)
    return [_inner(child, log) for child in node]


def _needs_merge(element: Element) -> bool:
    """Return True if *element* is an HTML block, or a paragraph with HTML in it."""
    if element["t"] in ("Para", "Plain"):
        return any(map(_is_html, find_all(element, "RawInline")))
    return element["t"] == "RawBlock" and _is_html(element)


def _joined_inlines(blocks: Elements) -> Elements:
    """Return the inlines of paragraphs, and the text of other blocks, for places without blocks."""
    joined: Elements = []
    for block in blocks:
        joined += children(block) if block["t"] in ("Para", "Plain") else [string(plain(block))]
    return joined
