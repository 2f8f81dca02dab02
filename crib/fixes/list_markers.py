"""Fix the markers of bullet lists: `-` instead of `*` and `+`."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crib.fixes.edit import Edit
from crib.model.elements import contents
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model.elements import Element, Elements, Json

_MARKER = re.compile(r"[ \t>]*(?:(?P<bullet>[-*+])|\(?[0-9A-Za-z@#]{1,9}[.)]|[:~])(?=[ \t]|$)")


def list_markers(markdown: str, blocks: Elements) -> Iterator[Edit]:
    """Yield an edit for each marker `*` or `+` of a list in *blocks*, parsed from *markdown*.

    A list next to another one keeps its markers: they separate the two.
    """
    return _Finder(markdown.split("\n")).visit(blocks)


class _Finder:
    """Visitor of a document in order; it counts the list items on each line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._items: Counter[int] = Counter()

    def visit(self, node: Json) -> Iterator[Edit]:
        if isinstance(node, dict):
            if node.get("t") != "Note":  # the lines in a note are those of its mark
                yield from self.visit(contents(node))
        elif isinstance(node, list):
            kinds = [child.get("t") if isinstance(child, dict) else None for child in node]
            for i, child in enumerate(node):
                if kinds[i] == "BulletList":
                    is_apart = "BulletList" not in kinds[max(i - 1, 0) : i] + kinds[i + 1 : i + 2]
                    yield from self._list(child, is_apart=is_apart)
                elif kinds[i] in ("OrderedList", "DefinitionList"):
                    yield from self._ordered(child)
                else:
                    yield from self.visit(child)

    def _list(self, bullets: Element, *, is_apart: bool) -> Iterator[Edit]:
        markers: list[tuple[int, re.Match[str] | None]] = []
        inner: list[Edit] = []
        for item in contents(bullets):
            line = item[0]["line"] if item else 0
            markers.append((line, self._next_marker(line)))
            inner += self.visit(item)
        places = [(line, marker.start("bullet"), marker["bullet"]) for line, marker in markers if marker]
        is_rule = not plain(bullets).strip()  # pandoc reads `* * *` as lists in one another
        if is_apart and not is_rule and len(places) == len(markers) and all(bullet for _, _, bullet in places):
            yield from (Edit(line, at, at + 1, "-") for line, at, bullet in places if bullet != "-")
        yield from inner

    def _ordered(self, items: Element) -> Iterator[Edit]:
        """Skip the markers of a list of another kind."""
        for item in _blocks_of_items(items):
            if item:
                self._next_marker(item[0]["line"])
            yield from self.visit(item)

    def _next_marker(self, line: int) -> re.Match[str] | None:
        """Return the next unused marker on *line*; None without one."""
        self._items[line] += 1
        text, at = self._lines[line - 1] if line else "", 0
        for count in range(1, self._items[line] + 1):
            marker = _MARKER.match(text, at)
            if not marker or count == self._items[line]:
                return marker
            at = marker.end()
        return None


def _blocks_of_items(items: Element) -> list[Elements]:
    if items["t"] == "OrderedList":
        blocks: list[Elements] = contents(items)[1]
        return blocks
    return [definition for _, definitions in contents(items) for definition in definitions]
