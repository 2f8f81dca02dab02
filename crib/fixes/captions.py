"""Fix captions: `: words` below a table instead of `:words`, or `Table: words` as in pandoc's own Markdown."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from crib.fixes.edit import Edit
from crib.fixes.spaces import ODD_SPACES
from crib.model.elements import contents
from crib.model.tree import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Element, Elements, Json

_START = re.compile(rf"[ \t>]*(?P<start>(?:[Tt]able[ {ODD_SPACES}]?)?:[ \t{ODD_SPACES}]*)(?=\w[\w ’']|[\"“«*_`$\[])")
_RIGHT = re.compile(r":[ \t]+")


def captions(markdown: str, blocks: Elements) -> Iterator[Edit]:
    """Yield an edit for each malformed caption right below a table."""
    lines = markdown.split("\n")
    for caption in _below_tables(blocks):
        start = _START.match(lines[caption["line"] - 1])
        if start and not _RIGHT.fullmatch(start["start"]):
            yield Edit(caption["line"], start.start("start"), start.end("start"), ": ")


def _below_tables(blocks: Elements) -> Iterator[Element]:
    """Yield each paragraph right below a table, at any depth in *blocks*."""
    nodes: list[Json] = [blocks, *(contents(element) for element in walk(blocks))]
    for node in nodes:
        for siblings in _lists(node):
            for table, below in pairwise(siblings):
                if table["t"] == "Table" and below["t"] == "Para":
                    yield below


def _lists(node: Json) -> Iterator[Elements]:
    """Yield *node* if it is a list of elements, or else such lists directly in it."""
    if isinstance(node, list):
        if node and all(isinstance(child, dict) and "t" in child for child in node):
            yield node
        else:
            for child in node:
                if isinstance(child, list):
                    yield from _lists(child)
