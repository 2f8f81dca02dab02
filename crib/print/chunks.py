"""What a long book has more of than one part should hold: in shares, each a part of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.model import Book

_MOST = 1000
"""A share is about so many answers at most."""

_Thing = TypeVar("_Thing")


def shares_of(book: Book) -> int:
    """Return into how many shares what is about all answers of *book* is parted."""
    return 1 + sum(1 for _ in book.answers) // _MOST


def share_of(things: Sequence[_Thing], number: int, shares: int) -> Sequence[_Thing]:
    """Return one of so many *shares*, counted from 0, of *things*; the last may have fewer than others, or none."""
    size = -(-len(things) // shares)
    return things[number * size : (number + 1) * size]
