"""The flavor of the printed book: cross-references with page numbers, notes, numbered figures, index terms.

A note is printed right below the block with its mark, and not as a footnote: WeasyPrint 70 moves a whole
footnote to the next page if a single line of it does not fit.
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
    from crib.render.index import MarkedTerm
    from crib.render.templates import Labels


_NOTE = "<!--note {}-->"
_BLOCK = "<!--block {}-->"
_BLOCKS = re.compile(r"<!--block (\d+)-->\s*<(\w+)")
_BARE = re.compile(r'<a href="([^"]+)">\1</a>')
"""A link with its address as text."""


class BookFlavor(PrintFlavor):
    """Answers in the printed book; collects the index's `terms`."""

    boxed_choices = False
    letters = 52

    def __init__(self, book: Book, labels: Labels) -> None:
        """Start counting figures and terms from zero."""
        super().__init__(book, labels)
        self.terms: list[MarkedTerm] = []
        self._figures: Counter[int] = Counter()

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words*, followed by the code and page of *answer*."""
        page = self.labels["on_page"].replace("N", f'<span class="pages" data-of="{answer.key}"></span>')
        code = f'<a class="code-ref" href="#{answer.key}">{answer.code}</a>'
        return [*words, raw(f' <span class="reference">{code} ({page})</span>')]

    def caption(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* after the number of the figure in its chapter."""
        self._figures[answer.chapter] += 1
        number = f"{answer.chapter}.{self._figures[answer.chapter]}"
        name = self.labels["figure"].replace("N", number)
        return [raw('<span class="figure-number">'), string(name), raw("</span> "), *words]

    def term(self, answer: Answer, words: Elements, entry: Elements) -> Elements:
        """Return *words* and an anchor; an anchor around them would break lines too early (WeasyPrint#163)."""
        target = f"{answer.key}.term{len(self.terms)}"
        self.terms.append((plain(entry), target, entry))
        return [*words, raw(f'<span id="{target}"></span>')]


def with_placeholders(answer: Answer) -> Answer:
    """Return *answer* with numbered blocks, and a placeholder for each note after its block."""
    return answer.with_text(body=list(_with_placeholders(answer.body)))


def with_notes(key: str, parts: Fragments) -> Fragments:
    """Return *parts* of the answer *key* with notes inserted; block 2 of the body gets the name `key.2`."""
    body = _BLOCKS.sub(rf'<\2 data-name="{key}.\1"', str(parts.body))
    for i, note in enumerate(parts.notes):
        aside = f'<aside class="note" role="doc-footnote"><ol start="{i + 1}"><li>{note}</li></ol></aside>'
        body = body.replace(_NOTE.format(i), aside)
    return replace(parts, body=Markup(_BARE.sub(r'<a class="uri" href="\1">\1</a>', body)))  # noqa: S704 - made of fragments


def changes_of(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Yield *answers* with passages marked as changed, reduced to these passages."""
    for answer in answers:
        if changes := list(find_blocks(answer.body, "since")):
            yield answer.with_text(body=changes)


def _with_placeholders(body: Elements) -> Iterator[dict[str, object]]:
    count = 0
    for number, block in enumerate(body):
        yield raw_block(_BLOCK.format(number))
        yield block
        for _ in find_all(block, "Note"):
            yield raw_block(_NOTE.format(count))
            count += 1
