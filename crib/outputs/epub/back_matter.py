"""What stands behind the leaves of the e-book, in groups of lines, on pages that are not too long."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crib.render.index import build_index, sort_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model import Book, Source
    from crib.outputs.epub.chapters import Bound

_LINES_A_PAGE = 1000

Group = tuple[Any, "Sequence[Any]"]
"""A head and the lines below it."""


@dataclass(frozen=True)
class Topic:
    """A tag, and what it is for if the book says so."""

    name: str
    purpose: str


def paged(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """Yield *groups* page by page; one that goes on over a page has its head again."""
    lines = [(head, line) for head, group in groups for line in group]
    for start in range(0, len(lines), _LINES_A_PAGE):
        runs = groupby(lines[start : start + _LINES_A_PAGE], key=itemgetter(0))
        yield [(head, [line for _, line in run]) for head, run in runs]


def changes_in(book: Book, leaves: Iterable[Bound]) -> Iterator[Group]:
    """Yield each chapter with the entries of answers where something has changed since."""
    entries = [(leaf.chapter, entry) for leaf in leaves for entry in leaf.entries if entry.changes]
    for chapter in book.chapters:
        yield chapter, [entry for number, entry in entries if number == chapter.number]


def exercises_in(book: Book) -> Iterator[Group]:
    """Yield each chapter with its exercises that are answered elsewhere."""
    return ((chapter, chapter.exercises) for chapter in book.chapters)


def index_in(book: Book, leaves: Iterable[Bound]) -> Iterator[Group]:
    """Yield each letter with its entries."""
    terms = (term for leaf in leaves for term in leaf.terms)
    return ((letter.head, letter.entries) for letter in build_index(terms, book.language))


def topics_in(book: Book, leaves: Sequence[Bound]) -> Iterator[Group]:
    """Yield each topic with the keys of its answers, in the order of the book."""
    keys: dict[str, list[str]] = {}
    for leaf in leaves:
        for entry in leaf.entries:
            for tag in entry.tags:
                keys.setdefault(tag, []).append(entry.key)
    for name in sort_words(keys, book.language):
        yield Topic(name, book.tags.get(name, "")), keys[name]


def sources_in(book: Book) -> list[Source]:
    """Return what answers some of the exercises, each once."""
    return list(dict.fromkeys(each.source for chapter in book.chapters for each in chapter.exercises))
