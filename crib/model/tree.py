"""Walk, rewrite, search and compress pandoc's document tree (JSON); see `elements` for its elements."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from crib.model.elements import attributes, children, contents, is_double, string, text_of, with_contents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crib.model.elements import Element, Elements, Json


def walk(node: Json) -> Iterator[Element]:
    """Yield every element below *node*, each before its children."""
    waiting = [node]  # a generator that calls itself hands each element up through all levels
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "t" in node:
                yield node
            node = node.get("c")  # not `contents`: this is called for every element, many times
        if isinstance(node, list):
            waiting += [child for child in reversed(node) if isinstance(child, (dict, list))]


def find_all(node: Json, *types: str) -> Iterator[Element]:
    """Yield every element of one of these *types* below *node*."""
    return (element for element in walk(node) if element["t"] in types)


def find_blocks(node: Json, name: str) -> Iterator[Element]:
    """Yield every `:::` block below *node* with *name* as its only class."""
    return (div for div in find_all(node, "Div") if attributes(div)[1] == [name])


def rewrite(node: Json, change: Callable[[Element], Elements | None]) -> Json:
    """Return a copy of *node* with elements replaced by *change*, from the leaves up.

    *change* gets each element with its children already rewritten, and returns its replacement,
    or None to keep it.
    """
    if isinstance(node, dict):
        return with_contents(node, rewrite(contents(node), change)) if contents(node) is not None else node
    if not isinstance(node, list):
        return node
    result: Elements = []
    for child in node:
        new = rewrite(child, change)
        replacement = change(new) if isinstance(new, dict) and "t" in new else None
        result += [new] if replacement is None else replacement
    return result


def pack(elements: Elements) -> bytes:
    """Compress *elements* to about a fiftieth of their memory; `unpack` is the inverse."""
    return zlib.compress(json.dumps(elements, separators=(",", ":")).encode(), 1) if elements else b""


def unpack(packed: bytes) -> Elements:
    """Return the elements in *packed*, as a new tree."""
    elements: Elements = json.loads(zlib.decompress(packed)) if packed else []
    return elements


def plain(node: Json) -> str:
    """Return the text of inlines as one line: code and TeX as written, no notes."""
    if isinstance(node, list):
        return "".join(map(plain, node))
    if not isinstance(node, dict):
        return ""
    match node["t"]:
        case "Str" | "Code" | "Math":
            return text_of(node)
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Quoted":
            mark = "“”" if is_double(node) else "‘’"
            return mark[0] + plain(children(node)) + mark[1]
        case "Note":
            return ""
        case _:
            return plain(contents(node))


def with_tex(node: Json) -> Json:
    """Return a copy of *node* with formulas as TeX source, for text without markup."""
    return rewrite(node, lambda element: [string(text_of(element))] if element["t"] == "Math" else None)
