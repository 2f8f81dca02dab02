"""Search in the answers of a book: for words, without regard to capitals and diacritics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from crib.model.elements import text_of
from crib.model.tree import find_all, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crib.model import Answer, Chapter
    from crib.model.elements import Element

_MOST = 50


@dataclass(frozen=True)
class Found:
    """An answer with all words that were searched for, its chapter, and its question as text."""

    chapter: Chapter
    answer: Answer
    question: str


@dataclass(frozen=True)
class _Searchable:
    """An answer, and its text to search in: of its question, and of all of it."""

    answer: Answer
    words: str
    question: str
    everything: str


class Search:
    """Searches the chapters of a book, and keeps the text of each until the chapter changes."""

    def __init__(self) -> None:
        """Know no chapter yet."""
        self._known: dict[str, tuple[Chapter, list[_Searchable]]] = {}

    def find(self, query: str, chapters: Sequence[Chapter]) -> list[Found]:
        """Return answers with all words of *query*, in reading order: first those with all of them in the question."""
        words = _folded(query).split()
        found = [
            (not all(word in each.question for word in words), Found(chapter, each.answer, each.words))
            for chapter in chapters
            for each in self._searchable(chapter)
            if words and all(word in each.everything for word in words)
        ]
        return [each for _, each in sorted(found, key=lambda pair: pair[0])[:_MOST]]

    def _searchable(self, chapter: Chapter) -> list[_Searchable]:
        known = self._known.get(chapter.file)
        if not known or known[0] is not chapter:
            known = self._known[chapter.file] = chapter, list(map(_text_of, chapter.answers))
        return known[1]


def _text_of(answer: Answer) -> _Searchable:
    question = plain(answer.question)
    names: Iterable[str] = (answer.key, answer.code, answer.typed, *answer.tags)
    blocks = find_all(list(answer.parts), "Para", "Plain", "Header", "CodeBlock")
    text = " ".join((*names, question, *map(_words_of, blocks)))
    return _Searchable(answer, question, _folded(f"{answer.code} {question}"), _folded(text))


def _words_of(block: Element) -> str:
    return text_of(block) if block["t"] == "CodeBlock" else plain(block)


def _folded(text: str) -> str:
    """Return *text* without capitals and diacritics."""
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
