"""Fix headings: `## Why?` instead of `##Why?`, which is not a heading in Markdown."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from crib.fixes.edit import Edit, paragraphs, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Elements

_CLOSE = re.compile(r" {0,3}(?P<hashes>##+)(?=[^#\s])")


def headings(markdown: str, blocks: Elements) -> Iterator[Edit]:
    """Yield an edit for each line of a paragraph that starts with `##` (or more) without a space."""
    lines = markdown.split("\n")
    for paragraph in chain.from_iterable(map(paragraphs, blocks)):
        for number, text in text_lines(paragraph):
            heading = _CLOSE.match(lines[number - 1])
            if heading and text.startswith(heading["hashes"]):
                yield Edit(number, heading.end(), heading.end(), " ")
