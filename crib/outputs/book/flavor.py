"""The flavor of the printed book: references with pages, notes in their places, numbered figures, terms.

A note stands right below the block that refers to it. At the foot of a page WeasyPrint 70 would be
free to put it off to the next one, and is as soon as any line there is one too many.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.model.elements import raw, raw_block, string
from crib.model.tree import find_all, find_blocks, plain
from crib.print.flavor import PrintFlavor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.model import Answer, Book
    from crib.model.elements import Elements
    from crib.render.fragments import Fragments
    from crib.render.templates import Labels

Found = tuple[str, str, "Elements"]
"""A term as text, the identifier of its place, and its words."""

_PLACE = "<!--note {}-->"
_BLOCK = "<!--block {}-->"
_BLOCKS = re.compile(r"<!--block (\d+)-->\s*<(\w+)")
_BARE = re.compile(r'<a href="([^"]+)">\1</a>')
"""A link that already shows where it leads."""


class BookFlavor(PrintFlavor):
    """Answers in a book; `terms` gathers what its index leads to."""

    letters = 52

    def __init__(self, book: Book, labels: Labels) -> None:
        """Begin to count."""
        super().__init__(book, labels)
        self.terms: list[Found] = []
        self._figures: Counter[int] = Counter()

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words*, then the code and the page of the answer they lead to."""
        page = self.labels["on_page"].replace("N", f'<span class="pages" data-of="{answer.key}"></span>')
        code = f'<a class="code-ref" href="#{answer.key}">{answer.code}</a>'
        return [*words, raw(f' <span class="reference">{code} ({page})</span>')]

    def caption(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* after the number of the figure, counted through the chapter."""
        self._figures[answer.chapter] += 1
        number = f"{answer.chapter}.{self._figures[answer.chapter]}"
        name = self.labels["figure"].replace("N", number)
        return [raw('<span class="figure-number">'), string(name), raw("</span> "), *words]

    def term(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* and a place of their own; around them it could break a line too early (WeasyPrint#163)."""
        target = f"{answer.key}.term{len(self.terms)}"
        self.terms.append((plain(words), target, words))
        return [*words, raw(f'<span id="{target}"></span>')]


def with_places(answer: Answer) -> Answer:
    """Return *answer* with its blocks numbered, and a place for each note behind the block that it belongs to."""
    return answer.with_text(body=list(_with_places(answer.body)))


def in_places(key: str, parts: Fragments) -> Fragments:
    """Return *parts* of the answer *key* with its notes in their places; block 2 of its body is called `key.2`."""
    body = _BLOCKS.sub(rf'<\2 data-name="{key}.\1"', str(parts.body))
    for i, note in enumerate(parts.notes):
        aside = f'<aside class="note" role="doc-footnote"><ol start="{i + 1}"><li>{note}</li></ol></aside>'
        body = body.replace(_PLACE.format(i), aside)
    return replace(parts, body=Markup(_BARE.sub(r'<a class="uri" href="\1">\1</a>', body)))  # noqa: S704 - made of fragments


def changes_of(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Yield those of *answers* where something has changed since, with only that for a body."""
    for answer in answers:
        if changes := list(find_blocks(answer.body, "since")):
            yield answer.with_text(body=changes)


def _with_places(body: Elements) -> Iterator[dict[str, object]]:
    count = 0
    for number, block in enumerate(body):
        yield raw_block(_BLOCK.format(number))
        yield block
        for _ in find_all(block, "Note"):
            yield raw_block(_PLACE.format(count))
            count += 1
