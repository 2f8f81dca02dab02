"""The data model: book, chapters and answers; the Anki ledger; the pandoc document tree."""

from crib.model.answer import TEXT_PARTS, Answer, Picture, Source
from crib.model.book import (
    Book,
    Chapter,
    Exercises,
    Formula,
    StyleGuide,
    Text,
)

__all__ = [
    "TEXT_PARTS",
    "Answer",
    "Book",
    "Chapter",
    "Exercises",
    "Formula",
    "Picture",
    "Source",
    "StyleGuide",
    "Text",
]
