"""The score of a card: its terms, and the example in the documentation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crib.weak.history import DAYS, CardHistory, Memory
from crib.weak.score import LEECH, WEAK, card_terms, mean_terms, retrievability
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = 20_000

MEMORIES = st.none() | st.builds(
    Memory,
    stability=st.floats(0.01, 10_000),
    difficulty=st.floats(1, 10),
    decay=st.floats(0.05, 1),
)
DAYS_OF_STUDY = st.dictionaries(st.integers(TODAY - 400, TODAY), st.booleans(), min_size=1, max_size=DAYS)


def studied(card: CardHistory, days: Mapping[int, bool]) -> CardHistory:
    """Return *card* after reviews on *days*, each failed or passed."""
    card = replace(card, days={}, before=0)
    for day in sorted(days):
        card.study(day, failed=days[day])
    return card


NEW_CARDS = st.builds(
    CardHistory,
    guid=st.just("a"),
    template=st.just(0),
    suspended=st.just(False),
    leech=st.booleans(),
    lapses=st.integers(0, 50),
    interval=st.integers(0, 1000),
    ease=st.just(0.0) | st.floats(1.3, 4),
    memory=MEMORIES,
)
CARDS = st.builds(studied, NEW_CARDS, DAYS_OF_STUDY)


def score(card: CardHistory) -> float:
    """Return the score of a studied card."""
    terms = card_terms(card, TODAY)
    assert terms
    return terms.score


@given(NEW_CARDS, DAYS_OF_STUDY, CARDS, st.data())
def test_one_more_lapse_never_lowers_a_score(
    new: CardHistory, days: dict[int, bool], other: CardHistory, data: st.DataObject
) -> None:
    """A lapse on one more day, or in place of a pass, lowers the score of no card, and of no answer."""
    card = studied(new, days)
    day = data.draw(st.integers(max(days), TODAY) | st.sampled_from(sorted(days)))
    memory = card.memory and replace(
        card.memory,
        stability=card.memory.stability * data.draw(st.floats(0.01, 1)),
        difficulty=min(10, card.memory.difficulty + data.draw(st.floats(0, 3))),
    )
    lapsed = replace(
        studied(card, {**days, day: True}),
        lapses=card.lapses + 1,
        interval=data.draw(st.integers(0, card.interval)),
        ease=max(1.3, (card.ease or 2.5) - 0.2),
        memory=memory,
    )
    assert score(lapsed) >= score(card) - 1e-12
    answers = [[(2, card_terms(each, TODAY)), (1, card_terms(other, TODAY))] for each in (card, lapsed)]
    before, after = (mean_terms([(weight, terms) for weight, terms in cards if terms]).score for cards in answers)
    assert after >= before - 1e-12


@given(CARDS)
def test_scores_are_shares(card: CardHistory) -> None:
    """Every term is from 0 to 1, so a score is, too; a suspended leech has the maximum."""
    assert 0 <= score(card) <= score(replace(card, suspended=True, leech=True)) <= 1


@given(CARDS)
def test_what_is_put_aside_or_new_has_no_score(card: CardHistory) -> None:
    """A card suspended by its learner is not weak, nor is a new one."""
    assert card_terms(replace(card, suspended=True, leech=False), TODAY) is None
    assert card_terms(replace(card, days={}), TODAY) is None


@pytest.mark.parametrize("decay", [0.154, 0.5])
def test_stability_is_the_time_to_nine_tenths(decay: float) -> None:
    """FSRS defines stability as the days until recall drops to 90 %."""
    assert retrievability(Memory(12, 5, decay), 12) == pytest.approx(0.9)
    assert retrievability(Memory(12, 5, decay), 0) == 1


def test_one_slip_is_no_weakness() -> None:
    """A card failed once in three days is not weak yet; failed on two of them, it is."""
    new = CardHistory("a", 0, False, False, 1, 2, 2.3, None)
    days = {TODAY - 3: False, TODAY - 2: True, TODAY: False}
    assert score(studied(new, days)) < WEAK
    assert score(studied(replace(new, lapses=2, ease=2.1), {**days, TODAY: True})) >= WEAK


def test_recall_cards_weigh_more() -> None:
    """An answer with a weak recall card is weaker than one with a weak cloze."""
    good = card_terms(CardHistory("a", 0, False, False, 0, 9, 2.5, None, {TODAY: False}), TODAY)
    assert good
    assert mean_terms([(2, LEECH), (1, good)]).score > mean_terms([(2, good), (1, LEECH)]).score


def test_the_example_of_the_documentation() -> None:
    """The numbers in the docs match the code."""
    days = {TODAY - 2 - day: 0 < day < 4 for day in range(8)}
    terms = card_terms(studied(CardHistory("a", 0, False, False, 3, 4, 1.9, None), days), TODAY)
    assert terms
    page = (ROOT / "docs/before-the-exam.md").read_text(encoding="utf-8")
    for value in (terms.failed, terms.forgotten, terms.difficult, terms.lapsed, terms.score):
        assert f"= {value:.3f}" in page
