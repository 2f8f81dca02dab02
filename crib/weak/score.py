"""Score the weakness of an answer from 0 to 1: a weighted mean of four terms, each from 0 to 1.

docs/before-the-exam.md explains them with an example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.weak.history import CardHistory, Memory

_PRIOR_FAILED, _PRIOR_DAYS = 0.5, 5
"""A prior for every card: half a failure in five days, so one slip is not a weakness."""

_RECALLED = 0.9
"""The probability of recall after an interval of Anki, and after FSRS's stability in days."""

_EASY, _HARD = 2.5, 1.3
"""The ease of a new card, and the minimum in Anki."""

_HALF_OF_LAPSES = 4
"""The number of lapses for half of the term."""

WEAK = 0.2
"""The lowest score of a weak answer."""

UNKNOWN = 0.35
"""The lowest score of an unknown answer: it is not even shaky."""


class Terms(NamedTuple):
    """The terms of a score.

    failed     the share of recent days of study with a failure
    forgotten  the probability of having forgotten it by today
    difficult  the difficulty, by FSRS or by the ease
    lapsed     the lapses: failures after it had been learned
    """

    failed: float
    forgotten: float
    difficult: float
    lapsed: float

    @property
    def score(self) -> float:
        """The weighted mean."""
        return _mean(list(zip(WEIGHTS, self, strict=True)))


WEIGHTS = Terms(failed=0.5, forgotten=0.25, difficult=0.1, lapsed=0.15)
LEECH = Terms(1, 1, 1, 1)
"""The terms of a leech suspended by Anki."""


def card_terms(card: CardHistory, today: int) -> Terms | None:
    """Return the terms of *card*; None if it was never studied, or suspended by the learner."""
    if card.suspended:
        return LEECH if card.leech else None
    if not card.days:
        return None
    return Terms(
        failed=(sum(card.days.values()) + _PRIOR_FAILED) / (len(card.days) + _PRIOR_DAYS),
        forgotten=1 - recall(card, today),
        difficult=_difficulty(card),
        lapsed=card.lapses / (card.lapses + _HALF_OF_LAPSES),
    )


def mean_terms(weighted: Sequence[tuple[float, Terms]]) -> Terms:
    """Return the mean of terms, each with its weight."""
    columns = zip(*(terms for _, terms in weighted), strict=True)
    return Terms(*(_mean([(weight, x) for (weight, _), x in zip(weighted, column, strict=True)]) for column in columns))


def recall(card: CardHistory, today: int) -> float:
    """Return the probability of recalling *card* *today*.

    A failure does not raise it: the elapsed time counts from the last day without a failure.
    """
    elapsed = max(0, today - card.recalled)
    if card.memory:
        return retrievability(card.memory, elapsed)
    return float(_RECALLED ** (elapsed / max(1, card.interval)))


def retrievability(memory: Memory, elapsed: int) -> float:
    """Return the probability of recall after *elapsed* days: the forgetting curve of FSRS-4.5 to FSRS-6.

    https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm
    """
    factor = _RECALLED ** (-1 / memory.decay) - 1
    return float((1 + factor * elapsed / memory.stability) ** -memory.decay)


def _difficulty(card: CardHistory) -> float:
    if card.memory:
        return (card.memory.difficulty - 1) / 9
    ease = card.ease or _EASY
    return min(1.0, max(0.0, (_EASY - ease) / (_EASY - _HARD)))


def _mean(weighted: Sequence[tuple[float, float]]) -> float:
    return sum(weight * value for weight, value in weighted) / sum(weight for weight, _ in weighted)
