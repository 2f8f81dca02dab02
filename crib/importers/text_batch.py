"""Parse many small texts (fields of notes, choices, feedback) in batches, with few calls of pandoc."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from crib.importers.html import read_fragments
from crib.importers.markdown import read_blocks
from crib.model.elements import children
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.log import ImportLog
    from crib.model.elements import Elements

HTML, MARKDOWN, TEXT = "html", "markdown", "text"
"""Formats of a text; TEXT has no markup except formulas between `\\(` and `\\)`, and keeps its line breaks."""

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]+|#\d+);")
_TEXTS_A_CALL = 400


class TextBatch:
    """Batch of texts; `add` returns the index of a text in the result of `read`."""

    def __init__(self, source: SourceFile, log: ImportLog) -> None:
        """Start an empty batch for *source*."""
        self._source = source
        self._log = log
        self._texts: list[tuple[str, str, int]] = []

    def add(self, text: str, form: str, line: int = 0) -> int:
        """Add *text*, of the format *form*, on *line* of its file."""
        self._texts.append((text, form, line))
        return len(self._texts) - 1

    def read(self) -> list[Elements]:
        """Return the blocks of all texts. Raises CribError."""
        result: list[Elements] = [[] for _ in self._texts]
        markup = [at for at, (_, form, _) in enumerate(self._texts) if form != MARKDOWN]
        for start in range(0, len(markup), _TEXTS_A_CALL):
            chosen = markup[start : start + _TEXTS_A_CALL]
            fragments = [as_html(*self._texts[at][:2]) for at in chosen]
            lines = [self._texts[at][2] for at in chosen]
            for at, blocks in zip(chosen, read_fragments(fragments, self._log, lines), strict=True):
                result[at] = blocks
        for at, (text, form, _) in enumerate(self._texts):
            if form == MARKDOWN:
                result[at] = read_blocks(text, self._log, self._source)
        return result


def form_of(text: str) -> str:
    """Guess the format of *text*: HTML if it has a tag or an entity."""
    return HTML if _MARKUP.search(text) else TEXT


def as_html(text: str, form: str) -> str:
    """Return *text*, of the format HTML or TEXT, as HTML."""
    return text if form == HTML else escape(text.strip(), quote=False).replace("\n", "<br>")


def as_inlines(blocks: Elements) -> Elements:
    """Return the paragraphs of *blocks* as inlines, joined by spaces; other blocks are left out."""
    inlines: Elements = []
    for block in blocks:
        if block["t"] in ("Para", "Plain", "Header"):
            inlines += [{"t": "Space"}, *children(block)] if inlines else children(block)
        elif block["t"] == "Div":
            inner = as_inlines(children(block))
            inlines += [{"t": "Space"}, *inner] if inlines and inner else inner
    return inlines


def is_on_a_line(blocks: Elements) -> bool:
    """Return True if `as_inlines` loses nothing of *blocks*."""
    return bool(plain(as_inlines(blocks)).strip()) and all(
        block["t"] in ("Para", "Plain", "Header") or (block["t"] == "Div" and is_on_a_line(children(block)))
        for block in blocks
    )
