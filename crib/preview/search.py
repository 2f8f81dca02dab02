"""Full-text search in the answers of a book, ignoring case and diacritics."""

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
class SearchResult:
    """An answer with all words of a query, its chapter, and its question as text."""

    chapter: Chapter
    answer: Answer
    question: str


@dataclass(frozen=True)
class _Searchable:
    """An answer with its search texts: code and question, and everything."""

    answer: Answer
    words: str
    question: str
    everything: str


class Search:
    """Searches the chapters of a book, caching the text of each until the chapter changes."""

    def __init__(self) -> None:
        """Start with an empty cache."""
        self._cache: dict[str, tuple[Chapter, list[_Searchable]]] = {}

    def find(self, query: str, chapters: Sequence[Chapter]) -> list[SearchResult]:
        """Return the answers with all words of *query*, those with all in the question first, in reading order."""
        words = _folded(query).split()
        results = [
            (not all(word in text.question for word in words), SearchResult(chapter, text.answer, text.words))
            for chapter in chapters
            for text in self._searchable(chapter)
            if words and all(word in text.everything for word in words)
        ]
        return [result for _, result in sorted(results, key=lambda pair: pair[0])[:_MOST]]

    def _searchable(self, chapter: Chapter) -> list[_Searchable]:
        cached = self._cache.get(chapter.file)
        if not cached or cached[0] is not chapter:
            cached = self._cache[chapter.file] = chapter, list(map(_text_of, chapter.answers))
        return cached[1]


def _text_of(answer: Answer) -> _Searchable:
    question = plain(answer.question)
    names: Iterable[str] = (answer.key, answer.code, answer.typed, *answer.tags)
    blocks = find_all(list(answer.parts), "Para", "Plain", "Header", "CodeBlock")
    text = " ".join((*names, question, *map(_words_of, blocks)))
    return _Searchable(answer, question, _folded(f"{answer.code} {question}"), _folded(text))


def _words_of(block: Element) -> str:
    return text_of(block) if block["t"] == "CodeBlock" else plain(block)


def _folded(text: str) -> str:
    """Return *text* in lower case, without diacritics."""
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
