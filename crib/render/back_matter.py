"""Back matter on a screen (changes, exercises, index, topics): groups of lines, split into pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol

from crib.render.formula_strips import render_formulas
from crib.render.index import build_index, sort_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model import Book, Source
    from crib.render.flavor import Flavor
    from crib.render.index import IndexTerm
    from crib.render.summaries import AnswerSummary

_LINES_A_PAGE = 1000

Group = tuple[Any, "Sequence[Any]"]
"""A head and the lines below it."""


class Rendered(Protocol):
    """Rendered answers of a chapter."""

    @property
    def chapter(self) -> int:
        """The number of the chapter."""

    @property
    def entries(self) -> tuple[AnswerSummary, ...]:
        """Summaries of the answers."""

    @property
    def terms(self) -> tuple[IndexTerm, ...]:
        """Index terms of the answers."""


@dataclass(frozen=True)
class Topic:
    """A tag, and its purpose if the book has one."""

    name: str
    purpose: str


def split_into_pages(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """Split *groups* into pages, repeating the head of a group continued on the next page."""
    lines = [(head, line) for head, group in groups for line in group]
    for start in range(0, len(lines), _LINES_A_PAGE):
        runs = groupby(lines[start : start + _LINES_A_PAGE], key=itemgetter(0))
        yield [(head, [line for _, line in run]) for head, run in runs]


def formulas_in(book: Book, flavor: Flavor) -> Iterator[Group]:
    """Yield each chapter with its formulas, if any, rendered in *flavor*."""
    strips = render_formulas(book.formula_chapters, flavor)
    return ((chapter, strips[chapter.number]) for chapter in book.formula_chapters)


def changes_in(book: Book, chunks: Iterable[Rendered]) -> Iterator[Group]:
    """Yield each chapter with the answers changed since earlier editions."""
    entries = [(chunk.chapter, entry) for chunk in chunks for entry in chunk.entries if entry.changes]
    for chapter in book.chapters:
        yield chapter, [entry for number, entry in entries if number == chapter.number]


def exercises_in(book: Book) -> Iterator[Group]:
    """Yield each chapter with the exercises answered by other sources."""
    return ((chapter, chapter.exercises) for chapter in book.chapters)


def index_in(book: Book, chunks: Iterable[Rendered]) -> Iterator[Group]:
    """Yield each letter of the index with its entries."""
    terms = (term for chunk in chunks for term in chunk.terms)
    return ((letter.head, letter.entries) for letter in build_index(terms, book.language))


def topics_in(book: Book, chunks: Sequence[Rendered]) -> Iterator[Group]:
    """Yield each topic with the keys of its answers, in the order of the book."""
    keys: dict[str, list[str]] = {}
    for chunk in chunks:
        for entry in chunk.entries:
            for tag in entry.tags:
                keys.setdefault(tag, []).append(entry.key)
    for name in sort_words(keys, book.language):
        yield Topic(name, book.tags.get(name, "")), keys[name]


def sources_in(book: Book) -> list[Source]:
    """Return the sources of answers to exercises, without duplicates."""
    return list(dict.fromkeys(exercise.source for chapter in book.chapters for exercise in chapter.exercises))
