"""Read HTML, even malformed, with an HTML5 parser and then pandoc.

A `details` element becomes a `Div` of the class `details`; its first block is a `Div` of the class `summary`.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element as Node  # only the type: nothing is parsed by it
from xml.etree.ElementTree import tostring

from crib.importers.drafts import line_of
from crib.markup import pandoc
from crib.model.elements import attributes, children, contents, string, with_attributes, with_contents
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.importers.log import ImportLog
    from crib.model.elements import Element, Elements, Json

READER = "html+tex_math_single_backslash+tex_math_dollars-auto_identifiers+task_lists"
LINE = "line"
"""The attribute (after `data-`) to carry the line of an element through pandoc."""

_NAME = "data-crib-name"
"""The attribute with the original name of an element: parsers convert it to lower case."""

_FRAGMENT = "crib-fragment"
_ACTIVE = {
    "applet", "audio", "button", "canvas", "embed", "form", "frame", "frameset", "iframe", "link", "math", "meta",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
}  # fmt: skip
"""Elements without text of an answer, or with text of no use in a book."""

_SILENT = {"link", "meta", "style", "title"}
"""Elements of these without any visible text."""

_INLINE = {"a", "abbr", "b", "big", "center", "em", "font", "i", "ins", "small", "span", "strong", "tt", "u"}
_BLOCK = {
    "blockquote", "center", "details", "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table",
    "ul",
}  # fmt: skip
_KNOWN = {
    *_BLOCK, *_INLINE, "address", "article", "aside", "base", "bdi", "bdo", "body", "br", "caption", "cite", "code",
    "col", "colgroup", "dd", "del", "dfn", "dt", "figcaption", "figure", "footer", "header", "hgroup", "img", "input",
    "kbd", "label", "legend", "li", "main", "mark", "nav", "picture", "q", "rp", "rt", "ruby", "s", "samp", "section",
    "source", "strike", "sub", "summary", "sup", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "var", "wbr",
    "head", "html",
}  # fmt: skip
_START_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])")
_KEPT = {"alt", "checked", "class", "colspan", "href", "id", "rowspan", "scope", "src", "start", "title", "type"}


def read_html(html: str, log: ImportLog) -> Elements:
    """Return *html* as blocks; omitted pieces go into *log*. Raises PandocError."""
    return read_fragments([html], log)[0]


def read_fragments(fragments: Sequence[str], log: ImportLog, lines: Sequence[int] = ()) -> list[Elements]:
    """Return each of *fragments* of HTML as blocks, in one call of pandoc. Raises PandocError.

    lines  the line of each fragment in its file
    """
    body = Node("body")
    for number, fragment in enumerate(fragments):
        tidy = tidy_tree(fragment, log, lines[number] if lines else 0)
        tidy.tag, tidy.attrib = "div", {"id": f"{_FRAGMENT}-{number}"}
        body.append(tidy)
    _, blocks, _ = pandoc.read_as(READER, serialized(body))
    by_id = {attributes(block)[0]: children(block) for block in blocks if block["t"] == "Div"}
    in_order = (by_id.get(f"{_FRAGMENT}-{number}", []) for number in range(len(fragments)))
    return [with_lines(inner, lines[number] if lines else 0) for number, inner in enumerate(in_order)]


def marked_lines(html: str, line: int) -> str:
    """Return *html*, starting on *line* of its file, with the line of each start tag as an attribute."""

    def marked(match: re.Match[str]) -> str:
        place = line + html.count("\n", 0, match.start())
        return f'<{match[1]} data-{LINE}="{place}" {_NAME}="{match[1]}"'

    return _START_TAG.sub(marked, html)


def tidy_tree(html: str, log: ImportLog, line: int = 0) -> Node:
    """Return the `body` of *html* as in a browser, without elements unknown to pandoc or of no use in a book."""
    import tinyhtml5

    # As a stream: tinyhtml5 would open a short text as a file name
    root: Node = tinyhtml5.parse(StringIO(html.replace("\0", "")), namespace_html_elements=False)
    body = root.find("body")
    tree = body if body is not None else Node("body")
    _tidy(tree, log, line)
    return tree


def serialized(tree: Node) -> bytes:
    """Return *tree* as HTML."""
    return bytes(tostring(tree, encoding="utf-8", method="html"))


def _tidy(node: Node, log: ImportLog, line: int) -> None:
    for child in list(node):
        place = int(child.attrib.get(f"data-{LINE}", line)) if isinstance(child.tag, str) else line
        if not isinstance(child.tag, str):
            if (child.text or "").strip():
                log.leave_out(place, child.text or "", "left out: a comment")
            _replace(node, child, ())
        elif child.tag.rpartition("}")[2] in _ACTIVE:
            name = child.tag.rpartition("}")[2]
            if name not in _SILENT:
                log.leave_out(
                    place, f"<{name}> {short(''.join(child.itertext()), 40)}", "left out: HTML that no book can show"
                )
            _replace(node, child, ())
        else:
            _tidy(child, log, place)
            if child.tag in _KNOWN:
                _tidy_element(node, child)
            else:
                _unwrap(node, child)


def _unwrap(node: Node, child: Node) -> None:
    """Replace an unknown element of *node*, such as `<BRANCH>` in a command, by its text."""
    text = f"<{child.attrib.get(_NAME, child.tag)}>{child.text or ''}"
    inner = list(child)
    if inner:
        inner[-1].tail = (inner[-1].tail or "") + (child.tail or "")
    else:
        text += child.tail or ""
    child.tail = text
    at = list(node).index(child)
    _replace(node, child, ())
    for offset, element in enumerate(inner):
        node.insert(at + offset, element)


def _tidy_element(node: Node, child: Node) -> None:
    child.attrib = {
        name: value
        for name, value in child.attrib.items()
        if name in _KEPT or (isinstance(name, str) and name.startswith("data-") and name != _NAME)
    }
    if child.tag in ("details", "summary"):
        child.attrib["class"], child.tag = str(child.tag), "div"
    elif child.tag == "input":
        mark = {"checkbox": "☒ " if "checked" in child.attrib else "☐ "}.get(child.attrib.get("type", ""), "")
        box = Node("span")
        box.text = mark
        _replace(node, child, (box,))
    elif child.tag == "center" or (child.tag in _INLINE and any(inner.tag in _BLOCK for inner in child.iter())):
        child.tag = "div"
        child.attrib.pop("href", None)


def _replace(node: Node, child: Node, new: Sequence[Node]) -> None:
    """Replace *child* of *node* by *new*; the text after it stays."""
    at = list(node).index(child)
    tail = child.tail or ""
    node.remove(child)
    for offset, inner in enumerate(new):
        node.insert(at + offset, inner)
    if new:
        new[-1].tail = tail
    elif at:
        node[at - 1].tail = (node[at - 1].tail or "") + tail
    else:
        node.text = (node.text or "") + tail


def with_lines(node: Json, line: int) -> Json:
    """Return *node* with lines from its `data-line` attributes; an element without one has its parent's line."""
    if isinstance(node, list):
        result = []
        for child in node:
            new = with_lines(child, line)
            result.append(new)
            if isinstance(new, dict):
                line = max(line, line_of(new))
        return result
    if not isinstance(node, dict) or "t" not in node or "line" in node:
        return node
    identifier, classes, pairs = attributes(node)
    if LINE in pairs and pairs[LINE].isdecimal():
        line = int(pairs.pop(LINE))
        node = with_attributes(node, identifier, classes, pairs)
    if contents(node) is not None:
        node = with_contents(node, with_lines(contents(node), line))
    return {**node, "line": line}


def box_text(right: bool) -> Element:  # noqa: FBT001 - the mark in the box
    """Return pandoc's mark for the box of a task list."""
    return string("☒" if right else "☐")
