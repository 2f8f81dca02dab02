"""Edits of single lines of a file; everything else keeps its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.model.elements import children, defined_terms
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.model.elements import Element, Elements

_BREAKS = ("SoftBreak", "LineBreak")
_TEXT = ("Str", "Space", "Span")  # a Span is a word with {…} after it


@dataclass(frozen=True, order=True)
class Edit:
    """Replace the characters from *start* to *end* of *line* by *new*; lines count from 1, characters from 0."""

    line: int
    start: int
    end: int
    new: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with all *edits*; they must not overlap."""
    lines = text.split("\n")
    for edit in sorted(edits, reverse=True):
        line = lines[edit.line - 1]
        lines[edit.line - 1] = line[: edit.start] + edit.new + line[edit.end :]
    return "\n".join(lines)


def paragraphs(block: Element) -> list[Elements]:
    """Return the inlines of *block* if it is a paragraph, or of each term if it is a definition list."""
    if block["t"] == "DefinitionList":
        return defined_terms(block)
    return [children(block)] if block["t"] in ("Para", "Plain") else []


def text_lines(inlines: Elements) -> Iterator[tuple[int, str]]:
    """Yield the number of each line of *inlines*, and the text at its beginning."""
    start = 0
    for end in [i for i, inline in enumerate(inlines) if inline["t"] in _BREAKS] + [len(inlines)]:
        words = inlines[start:end]
        if words:
            text_end = next((i for i, word in enumerate(words) if word["t"] not in _TEXT), len(words))
            yield words[0]["line"], plain(words[:text_end])
        start = end + 1
