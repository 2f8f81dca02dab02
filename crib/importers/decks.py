"""Make chapters of decks: `Body::Heart` becomes a chapter `Heart`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crib.importers.questions import ImportedChapter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.importers.questions import ImportedQuestion


def chapters_of_decks(questions: Iterable[tuple[str, ImportedQuestion]], otherwise: str) -> tuple[ImportedChapter, ...]:
    """Return a chapter for each deck, in the order of their first questions.

    questions  pairs of the full name of a deck and a question
    otherwise  the title for questions without a deck
    """
    decks: dict[str, list[ImportedQuestion]] = {}
    for deck, question in questions:
        decks.setdefault(deck, []).append(question)
    last = Counter(deck.split("::")[-1] for deck in decks)
    return tuple(ImportedChapter(_title(deck, last) or otherwise, tuple(inside)) for deck, inside in decks.items())


def _title(deck: str, last: Counter[str]) -> str:
    """Return the last part of the name of *deck*; all of it if that is not unique."""
    parts = [part.strip() for part in deck.split("::")]
    return parts[-1] if last[deck.rsplit("::", maxsplit=1)[-1]] == 1 else ": ".join(parts)
