"""A book as data: chapters and answers, the ledger of its deck, and what a reader selects of it."""

from crib.model.book import (
    TEXT_PARTS,
    Answer,
    Book,
    Chapter,
    Exercises,
    Picture,
    Source,
    StyleGuide,
    Text,
)

__all__ = [
    "TEXT_PARTS",
    "Answer",
    "Book",
    "Chapter",
    "Exercises",
    "Picture",
    "Source",
    "StyleGuide",
    "Text",
]
