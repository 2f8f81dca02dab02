"""Lint code blocks: those that Pygments fails to highlight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine import budget
from crib.engine.cached import cached
from crib.lint.finding import packed_texts, with_retired
from crib.markup.highlight import highlighted
from crib.model.elements import attributes, text_of
from crib.model.tree import find_all, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def not_highlighted(book: Book) -> Iterator[Finding]:
    """Find code blocks that Pygments fails to highlight, or not in time; they are printed plain."""
    places, seconds = list(packed_texts(with_retired(book))), budget.code_seconds()
    plain_blocks = _plain_blocks.each((packed, seconds) for _, packed in places)
    for (chapter, _), blocks in zip(places, plain_blocks, strict=True):
        for line, language in blocks:
            text = f"this code in `{language}` is printed plain: Pygments does not highlight it in time"
            yield chapter, line, text, "shorten it, or leave out its language"


@cached
def _plain_blocks(packed: tuple[bytes, ...], seconds: float) -> list[tuple[int, str]]:
    """Return line and language of each code block without highlighting in *packed*."""
    blocks = [block for part in packed for block in find_all(unpack(part), "CodeBlock")]
    languages = [(attributes(block)[1] or [""])[0] for block in blocks]
    return [
        (block["line"], language)
        for block, language in zip(blocks, languages, strict=True)
        if highlighted(text_of(block), language, seconds) is None
    ]
