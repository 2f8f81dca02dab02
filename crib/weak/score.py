"""How weak an answer is, from 0 to 1: a mean of four terms, each from 0 to 1, that a learner can check by hand.

docs/before-the-exam.md explains them with an example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.weak.history import CardHistory, Memory

_PRIOR_FAILED, _PRIOR_DAYS = 0.5, 5
"""What every card is taken to have behind it: half a failure in five days, so that one slip is no weakness."""

_RECALLED = 0.9
"""The chance of recall after an interval that Anki has chosen, and after as many days as FSRS's stability."""

_EASY, _HARD = 2.5, 1.3
"""The ease of a new card, and the least that Anki gives."""

_HALF_OF_LAPSES = 4
"""So many lapses count half."""

WEAK = 0.2
"""The score from which an answer is weak."""

UNKNOWN = 0.35
"""The score from which a weak answer is not even shaky."""


class Terms(NamedTuple):
    """The terms of a score.

    failed     the share of recent days of study on which it was failed
    forgotten  the chance to have forgotten it by today
    difficult  how difficult FSRS, or the ease, says it is
    lapsed     how often it was forgotten after it had been learned
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
"""The terms of a leech that Anki has suspended."""


def card_terms(card: CardHistory, today: int) -> Terms | None:
    """Return the terms of *card*; None if it was never studied, or its learner has suspended it."""
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
    """Return the chance that *card* is recalled *today*.

    A failure does not make it more likely: until it is recalled on a later day, the time since it last was counts.
    """
    elapsed = max(0, today - card.recalled)
    if card.memory:
        return retrievability(card.memory, elapsed)
    return float(_RECALLED ** (elapsed / max(1, card.interval)))


def retrievability(memory: Memory, elapsed: int) -> float:
    """Return the chance of recall after *elapsed* days: the forgetting curve of FSRS-4.5 to FSRS-6.

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
