"""Chunks: lists about all answers are split, to bound the length and memory of a PDF part."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.model import Book

_ANSWERS_PER_CHUNK = 1000

_Item = TypeVar("_Item")


def chunk_count(book: Book) -> int:
    """Return the number of chunks for a list about all answers of *book*, at least 1."""
    return 1 + sum(1 for _ in book.answers) // _ANSWERS_PER_CHUNK


def chunk(items: Sequence[_Item], number: int, count: int) -> Sequence[_Item]:
    """Return chunk *number*, from 0, of *count* chunks of *items*; the last chunks may be shorter or empty."""
    size = -(-len(items) // count)
    return items[number * size : (number + 1) * size]
