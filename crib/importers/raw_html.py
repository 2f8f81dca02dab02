"""HTML in Markdown becomes elements, together with the Markdown between its tags.

pandoc reads `<details>`, an empty line, Markdown, `</details>` as three blocks. Here the blocks of such a run are
written as one piece of HTML, in which everything that is not HTML is a numbered placeholder; that is read as HTML,
and the placeholders are replaced by what they stand for.
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
    """Return *blocks* with all raw HTML in them as elements. Raises PandocError."""
    if not any(raw_format(element) == "html" for element in find_all(blocks, "RawBlock", "RawInline")):
        return blocks
    return _Merge(log).read(blocks)


class _Merge:
    def __init__(self, log: ImportLog) -> None:
        self._log = log
        self._kept: list[Element] = []

    def read(self, blocks: Elements) -> Elements:
        line = line_of(blocks[0])
        tree = tidy_tree("".join(map(self._block, blocks)), self._log, line)
        _, read, _ = pandoc.read_as(READER, serialized(tree))
        restored: Elements = rewrite(with_lines(read, line), self._restored)
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
        self._kept.append(element)
        return f'<{tag} data-{name}="{len(self._kept) - 1}"></{tag}>'

    def _restored(self, element: Element) -> Elements | None:
        if element["t"] in ("Div", "Span"):
            _, _, pairs = attributes(element)
            number = pairs.get(_BLOCK, pairs.get(_INLINE, ""))
            if number.isdecimal() and int(number) < len(self._kept):
                return [self._kept[int(number)], *children(element)]
        return None


def _is_html(element: Element) -> bool:
    return element["t"] in ("RawBlock", "RawInline") and raw_format(element) == "html"


def _with_inner(element: Element, log: ImportLog) -> Element:
    """Return *element* with the raw HTML inside it read."""
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
        read = _Merge(log).read([{**paragraph(node), "line": elements[0]["line"]}])
        return _joined_inlines(read)
    return [_inner(child, log) for child in node]


def _needs_merge(element: Element) -> bool:
    """Tell whether *element* is a block of HTML, or a paragraph with HTML in it."""
    if element["t"] in ("Para", "Plain"):
        return any(map(_is_html, find_all(element, "RawInline")))
    return element["t"] == "RawBlock" and _is_html(element)


def _joined_inlines(blocks: Elements) -> Elements:
    """Return the inlines of paragraphs, for places that allow no blocks; other blocks become their text."""
    joined: Elements = []
    for block in blocks:
        joined += children(block) if block["t"] in ("Para", "Plain") else [string(plain(block))]
    return joined
