"""A book as data: chapters and answers, the ledger of its deck, and what a reader selects of it."""

from crib.model.book import (
    PARTS,
    Answer,
    Book,
    Chapter,
    Exercises,
    Picture,
    Source,
    Style,
    Text,
)

__all__ = [
    "PARTS",
    "Answer",
    "Book",
    "Chapter",
    "Exercises",
    "Picture",
    "Source",
    "Style",
    "Text",
]
