"""Convert source positions (pandoc's `sourcepos`, attributes and wrappers of elements) to a line in each element."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib import limits
from crib.model.elements import attributes, children, contents, string, with_contents, without_attributes

if TYPE_CHECKING:
    from collections.abc import Callable

    from crib.model.elements import Element, Elements, Json

_POSITION = re.compile(r"(\d+):\d+-")


def located(blocks: Elements, too_deep: Callable[[int], None]) -> Elements:
    """Return *blocks* without wrappers and attributes of `sourcepos`, but a `line` in each element.

    Elements nested more than `limits.NESTING` levels deep are left out; *too_deep* gets the line of each.
    """
    result: Elements = _located(blocks, 1, 0, too_deep)
    return result


def _located(node: Json, line: int, depth: int, too_deep: Callable[[int], None]) -> Json:
    if isinstance(node, list):
        result: list[Json] = []
        for child in node:
            new = _located(child, line, depth, too_deep)
            result += new if isinstance(child, dict) and _is_wrapper(child) else [new]
        return result
    if not isinstance(node, dict) or "t" not in node:
        return node
    if not isinstance(contents(node), list):
        return {**node, "line": line}  # a word or a space: most elements, and they have no position
    line = _line(node) or line
    if _is_wrapper(node):
        return _located(children(node), line, depth, too_deep)
    if depth == limits.NESTING:
        too_deep(line)
        return {**string("…"), "line": line}
    unplaced = without_attributes(node, ("data-pos", "wrapper"))
    return with_contents({**unplaced, "line": line}, _located(contents(unplaced), line, depth + 1, too_deep))


def _is_wrapper(node: Element) -> bool:
    """Return True if *node* is a wrapper of `sourcepos`, without attributes of the writer."""
    if node.get("t") not in ("Div", "Span"):
        return False
    identifier, classes, pairs = attributes(node)
    return not identifier and not classes and pairs.keys() == {"wrapper", "data-pos"}


def _line(node: Element) -> int:
    """Return the first line in the position of *node*; 0 without one."""
    _, _, pairs = attributes(node)
    position = pairs.get("data-pos", "")
    return min(map(int, _POSITION.findall(position)), default=0)
