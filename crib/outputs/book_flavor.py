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

from crib.press.flavor import PrintFlavor
from crib.tree import plain, raw, raw_block, string, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Answer, Book
    from crib.render.fragments import Fragments
    from crib.render.templates import Labels
    from crib.tree import Elements

Found = tuple[str, str, "Elements"]
"""A term as text, the identifier of its place, and its words."""

_PLACE = "<!--note {}-->"
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
    """Return *answer* with a place for each note behind the block that it belongs to."""
    return answer.with_text(body=list(_with_places(answer.body)))


def with_notes(parts: Fragments) -> Fragments:
    """Return *parts* of an answer with its notes in their places."""
    body = str(parts.body)
    for i, note in enumerate(parts.notes):
        aside = f'<aside class="note" role="doc-footnote"><ol start="{i + 1}"><li>{note}</li></ol></aside>'
        body = body.replace(_PLACE.format(i), aside)
    return replace(parts, body=Markup(_BARE.sub(r'<a class="uri" href="\1">\1</a>', body)))  # noqa: S704 - made of fragments


def changes_of(answers: Mapping[str, Answer]) -> list[Answer]:
    """Return those of *answers* where something has changed since, with only that for a body."""
    changes = {key: list(_changes(answer.body)) for key, answer in answers.items()}
    return [answers[key].with_text(body=body) for key, body in changes.items() if body]


def _with_places(body: Elements) -> Iterator[dict[str, object]]:
    count = 0
    for block in body:
        yield block
        for element in walk(block):
            if element["t"] == "Note":
                yield raw_block(_PLACE.format(count))
                count += 1


def _changes(body: Elements) -> Iterator[dict[str, object]]:
    return (element for element in walk(body) if element["t"] == "Div" and element["c"][0][1] == ["since"])
