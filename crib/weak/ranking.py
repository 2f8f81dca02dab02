"""Rank the answers of a book by the score of a learner's cards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.outputs.anki.note_types import CLOZE, KINDS
from crib.weak.history import date_of, read_histories
from crib.weak.score import UNKNOWN, WEAK, card_terms, mean_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from crib.model import Answer, Book
    from crib.weak.history import CardHistory, Histories
    from crib.weak.score import Terms

_RECALL_WEIGHT, _REVERSE_WEIGHT, _CLOZES_WEIGHT = 2, 1, 1
"""The weights of an answer's cards; its clozes share one."""


@dataclass(frozen=True)
class Standing:
    """A learner's knowledge of an answer.

    state   `weak` or `known`; `new` if it was never studied, `suspended` if the learner suspended it,
            `missing` if it is not in the collection
    terms   the terms of its score; None if it was never studied
    failed  the number of its recent `days` of study with a failure
    lapses  the lapses of all its cards
    words   the learner's own words in its notes
    """

    answer: Answer
    state: str
    terms: Terms | None = None
    failed: int = 0
    days: int = 0
    lapses: int = 0
    words: str = ""

    @property
    def score(self) -> float:
        """The score, rounded to be the same on every machine."""
        return round(self.terms.score, 4) if self.terms else 0.0

    @property
    def rating(self) -> int:
        """The rating, as on the study page: 1 not known, 2 shaky, 3 known; 0 for none."""
        if self.state == "weak":
            return 1 if self.score >= UNKNOWN else 2
        return 3 if self.state == "known" else 0


@dataclass(frozen=True)
class Ranking:
    """The standing of every answer, in reading order.

    today  in days since 1970
    gone   the number of notes in the collection, but no longer in the book
    """

    today: int
    standings: tuple[Standing, ...]
    gone: int

    @property
    def day(self) -> date:
        """The date of the ranking."""
        return date_of(self.today)

    @property
    def in_order(self) -> list[Standing]:
        """All standings, the weakest first; those without a score last."""
        return sorted(self.standings, key=lambda standing: -standing.score)

    @property
    def weakest(self) -> list[Standing]:
        """The weak answers, the weakest first."""
        return [standing for standing in self.in_order if standing.state == "weak"]

    def count(self, state: str) -> int:
        """Return the number of answers in *state*."""
        return sum(standing.state == state for standing in self.standings)


def rank(book: Book, path: Path, today: int | None = None, *, words: bool = False) -> Ranking:
    """Rank the selected answers of *book* by the collection at *path*, as of *today*. Raises BuildError.

    words  read the learner's own words in notes
    """
    retired = book.retired.answers if book.retired else ()
    guids = {
        kind.guid(book, answer): (kind.name, answer.key)
        for answer in (*book.answers, *book.others, *retired)
        for kind in KINDS
    }
    histories = read_histories(path, guids.keys(), book.key, today, words=words)
    cards: dict[str, list[tuple[str, CardHistory]]] = defaultdict(list)
    for card in histories.cards:
        kind, key = guids[card.guid]
        cards[key].append((kind, card))
    own: dict[str, list[str]] = defaultdict(list)
    for guid, text in histories.words.items():
        own[guids[guid][1]].append(text)
    standings = (
        replace(_standing(answer, cards.get(answer.key, []), histories), words=" ".join(own.get(answer.key, ())))
        for answer in book.answers
    )
    return Ranking(histories.today, tuple(standings), histories.others)


def _standing(answer: Answer, cards: Sequence[tuple[str, CardHistory]], histories: Histories) -> Standing:
    weighted = list(_weighted(cards, histories.today))
    if not weighted:
        is_suspended = any(card.suspended for _, card in cards)
        return Standing(answer, "suspended" if is_suspended else "new" if cards else "missing")
    days: dict[int, bool] = {}
    for _, card in cards:
        for day, failed in card.days.items():
            days[day] = failed or days.get(day, False)
    terms = mean_terms(weighted)
    counts = sum(days.values()), len(days), sum(card.lapses for _, card in cards)
    state = "weak" if round(terms.score, 4) >= WEAK else "known"
    return Standing(answer, state, terms, *counts)


def _weighted(cards: Sequence[tuple[str, CardHistory]], today: int) -> Iterator[tuple[float, Terms]]:
    """Yield the terms of all studied cards, with their weights."""
    studied = [(kind, card, terms) for kind, card in cards if (terms := card_terms(card, today))]
    clozes = sum(kind == CLOZE.name for kind, _, _ in studied)
    for kind, card, terms in studied:
        if kind == CLOZE.name:
            yield _CLOZES_WEIGHT / clozes, terms
        else:
            yield _REVERSE_WEIGHT if card.template else _RECALL_WEIGHT, terms
