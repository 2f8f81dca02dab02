"""Walk and rewrite the tree that pandoc reads (pandoc-types 1.23, as JSON).

An element is `{"t": type, "c": contents}`; ours may also carry `"line"`, the line of its
file, which pandoc ignores when it writes.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = Any
"""What pandoc's JSON is made of: dictionaries, lists, text, numbers and None."""

Element = dict[str, Any]
Elements = list[Element]

_ATTRIBUTES_AT = {
    "Code": 0,
    "CodeBlock": 0,
    "Div": 0,
    "Figure": 0,
    "Header": 1,
    "Image": 0,
    "Link": 0,
    "Span": 0,
    "Table": 0,
}


def walk(node: Json) -> Iterator[Element]:
    """Yield every element below *node*, each before its children."""
    waiting = [node]  # a generator that calls itself hands each element up through all levels
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "t" in node:
                yield node
            node = node.get("c")
        if isinstance(node, list):
            waiting += [child for child in reversed(node) if isinstance(child, (dict, list))]


def rewrite(node: Json, change: Callable[[Element], Elements | None]) -> Json:
    """Return a copy of *node* in which *change* has replaced elements, from the leaves up.

    *change* gets each element with its children already rewritten, and returns what stands in
    its place, or None to keep it.
    """
    if isinstance(node, dict):
        return {**node, "c": rewrite(node["c"], change)} if "c" in node else node
    if not isinstance(node, list):
        return node
    result: Elements = []
    for child in node:
        new = rewrite(child, change)
        replacement = change(new) if isinstance(new, dict) and "t" in new else None
        result += [new] if replacement is None else replacement
    return result


def pack(elements: Elements) -> bytes:
    """Return *elements* in about a fiftieth of the memory; `unpack` gives them back."""
    return zlib.compress(json.dumps(elements, separators=(",", ":")).encode(), 1) if elements else b""


def unpack(packed: bytes) -> Elements:
    """Return the elements in *packed*, anew each time."""
    elements: Elements = json.loads(zlib.decompress(packed)) if packed else []
    return elements


def attributes(element: Element) -> tuple[str, list[str], dict[str, str]]:
    """Return identifier, classes and key-value pairs; empty ones for an element without."""
    at = _ATTRIBUTES_AT.get(element["t"])
    if at is None:
        return "", [], {}
    identifier, classes, pairs = element["c"][at]
    return identifier, classes, dict(pairs)


def plain(node: Json) -> str:
    """Return the text of inlines as one line: code and TeX as written, no notes."""
    if isinstance(node, list):
        return "".join(map(plain, node))
    if not isinstance(node, dict):
        return ""
    match node["t"]:
        case "Str":
            return str(node["c"])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Code" | "Math":
            return str(node["c"][1])
        case "Quoted":
            mark = "“”" if node["c"][0]["t"] == "DoubleQuote" else "‘’"
            return mark[0] + plain(node["c"][1]) + mark[1]
        case "Note":
            return ""
        case _:
            return plain(node.get("c"))


def with_tex(node: Json) -> Json:
    """Return a copy of *node* with formulas as they are written, for where only text can be."""
    return rewrite(node, lambda element: [string(element["c"][1])] if element["t"] == "Math" else None)


def string(text: str) -> Element:
    """Return *text* as an element."""
    return {"t": "Str", "c": text}


def raw(html: str) -> Element:
    """Return *html* as an inline element that pandoc writes as it is."""
    return {"t": "RawInline", "c": ["html", html]}


def raw_block(html: str) -> Element:
    """Return *html* as a block that pandoc writes as it is."""
    return {"t": "RawBlock", "c": ["html", html]}
