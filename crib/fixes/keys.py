"""Write keys into the headings of questions: `## Question {#key}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.fixes.edit import Edit
from crib.model.elements import attributes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model.elements import Element, Elements

_HASHES = re.compile(r" {0,3}#{1,6}(?=[ \t]|$)")
_CLOSING = re.compile(r"[ \t]+#+[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:-+|=+)[ \t]*")
_ATTRIBUTES = re.compile(r"""\{(?=\s*(?:\.|[\w-]+=))(?:[^{}"'\\]|\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*\}$""")


def missing_keys(markdown: str, blocks: Elements, keys: Mapping[int, str]) -> Iterator[Edit]:
    """Yield an edit to write each of *keys*, by the line of its question in *markdown*."""
    lines = markdown.split("\n")
    for block in blocks:
        if block["t"] == "Header" and block["line"] in keys:
            yield _edit(block, keys[block["line"]], lines)


def _edit(header: Element, key: str, lines: Sequence[str]) -> Edit:
    number = _text_line(header["line"], lines)
    line = lines[number - 1]
    closing = _CLOSING.search(line) if _HASHES.match(line) else None
    end = closing.start() if closing else len(line.rstrip(" \t"))
    _, classes, pairs = attributes(header)
    written = _ATTRIBUTES.search(line[:end])
    if written and (classes or pairs):
        at = written.start() + 1
        return Edit(number, at, at, f"#{key}" if line[at].isspace() else f"#{key} ")
    return Edit(number, end, end, f" {{#{key}}}")


def _text_line(first: int, lines: Sequence[str]) -> int:
    """Return the line of a heading for its attributes: the *first*, or the last one of a long underlined heading."""
    if _HASHES.match(lines[first - 1]):
        return first
    underlines = (number for number in range(first, len(lines)) if _UNDERLINE.fullmatch(lines[number]))
    return next(underlines, first)
