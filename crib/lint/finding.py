"""Types of lint rules and findings, and shared iterators over a book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from crib.model import Answer, Book, Chapter, Text
from crib.model.tree import pack

Finding = tuple[Chapter | Text, int, str, str]
"""File, line, text and hint of a problem; `lint` adds the code of the rule."""

Rule = Callable[[Book], Iterator[Finding]]


def with_retired(book: Book) -> Book:
    """Return *book* with its retired answers as one more chapter."""
    return replace(book, chapters=(*book.chapters, book.retired)) if book.retired else book


def answers(book: Book) -> Iterator[tuple[Chapter, Answer]]:
    """Yield every answer with its chapter."""
    for chapter in book.chapters:
        for answer in chapter.answers:
            yield chapter, answer


def packed_texts(book: Book) -> Iterator[tuple[Chapter | Text, tuple[bytes, ...]]]:
    """Yield every chapter, and the notation, with all its packed text."""
    for chapter in book.chapters:
        formulas = (pack(part) for formula in chapter.formulas for part in formula.parts)
        yield chapter, (*(part for answer in chapter.answers for part in answer.packed), *formulas)
    if book.notation:
        yield book.notation, (pack(book.notation.blocks),)


def did_you_mean(word: str, candidates: set[str], otherwise: str) -> str:
    """Return a hint with the closest of *candidates* to *word*; *otherwise* if none is close."""
    close = get_close_matches(word, sorted(candidates), 1)
    return f"did you mean `{close[0]}`?" if close else otherwise
