"""Format a ranking as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crib.model.tree import plain
from crib.plurals import count
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.model import Book
    from crib.weak.ranking import Ranking, Standing

_STATES = {
    "weak": "weak",
    "known": "known",
    "new": "new",
    "suspended": "suspended",
    "missing": "not in the collection",
}


def as_json(book: Book, ranking: Ranking, standings: Iterable[Standing]) -> dict[str, Any]:
    """Return *standings* of *ranking* with their scores and the terms of these.

    A study page can load `book` and `ratings` as progress.
    """
    standings = list(standings)
    return {
        "book": book.key,
        "ratings": {standing.answer.key: standing.rating for standing in standings if standing.rating},
        "today": ranking.day.isoformat(),
        "gone": ranking.gone,
        "answers": list(map(_standing_as_json, standings)),
    }


def _standing_as_json(standing: Standing) -> dict[str, Any]:
    answer, terms = standing.answer, standing.terms
    return {
        "key": answer.key,
        "code": answer.code,
        "question": plain(answer.question),
        "state": standing.state,
        "score": standing.score,
        "terms": {name: round(value, 4) for name, value in terms._asdict().items()} if terms else None,
        "failed": standing.failed,
        "days": standing.days,
        "lapses": standing.lapses,
    }


def lines(standings: list[Standing]) -> Iterator[str]:
    """Yield a line for each of *standings*: code, score, reasons and question."""
    rows = [(standing.answer.code, _reasons(standing)) for standing in standings]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
    for standing, (code, reasons) in zip(standings, rows, strict=True):
        question = short(plain(standing.answer.question), 80)
        yield f"{code:<{widths[0]}}  {standing.score:4.0%}  {reasons:<{widths[1]}}  {question}"


def _reasons(standing: Standing) -> str:
    if not standing.terms:
        return standing.state
    if not standing.days:
        return "a leech, suspended"
    lapses = count(standing.lapses, "lapse")
    return f"failed {standing.failed} of {standing.days} days, {lapses}, recall {1 - standing.terms.forgotten:.0%}"


def summary(ranking: Ranking) -> str:
    """Return the number of answers in each state, and advice if none is weak."""
    counts = [f"{number} {words}" for state, words in _STATES.items() if (number := ranking.count(state))]
    text = f"As of {ranking.day}: {', '.join(counts) or 'the selection has no answers'}."
    if ranking.gone:
        text += f" In the collection: {count(ranking.gone, 'note')} of another edition, or of answers with other keys."
    if advice := _advice(ranking):
        text += f"\n{advice}"
    return text


def _advice(ranking: Ranking) -> str:
    if ranking.count("weak"):
        return ""
    if ranking.count("known"):
        return "Nothing is weak: keep reviewing, and study the new answers."
    if ranking.count("new"):
        return (
            "Nothing was studied yet: review the deck in Anki for some days, and try again. "
            "An .apkg has reviews only if it was exported with scheduling."
        )
    if ranking.count("missing"):
        return "The collection has no notes of these answers: import the deck into Anki, or take another profile."
    return ""
