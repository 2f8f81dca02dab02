"""Pair lists of questions with separate lists of answers, below a heading such as *Answers*, by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crib.importers.drafts import ASKS
from crib.importers.inlines import words
from crib.importers.recognizers.definitions import draft_of_item
from crib.importers.wording import ends_as_question, is_answer_heading
from crib.model.elements import header, heading_level, list_items, numbering, plain_block
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model.elements import Element, Elements

_DEEPEST = 6
_FEWEST = 2
"""The least number of answers in a list; a shorter one may be part of an answer."""


class _Listed(NamedTuple):
    """A numbered list: its place among the blocks, and its items by number."""

    at: int
    items: dict[int, Elements]


def with_answers(blocks: Elements) -> Elements:
    """Return *blocks* with each question in a list as a heading, and its answer below it."""
    replaced: dict[int, Elements] = {}
    lists: list[_Listed] = []
    at = 0
    while at < len(blocks):
        if _says_answers(blocks[at]):
            end = _end(blocks, at)
            answers = _lists(blocks, range(at + 1, end))
            lists = [listed for listed in lists if not _is_part(blocks, listed.at)]
            for questions, items in _pairs(lists, answers):
                replaced[questions.at] = list(_paired(questions.items, items, _level_above(blocks, questions.at)))
                replaced |= {place: [] for place in (at, *(listed.at for listed in answers))}
            lists, at = [], end
        else:
            lists += _lists(blocks, [at])
            at += 1
    return [part for place, block in enumerate(blocks) for part in replaced.get(place, [block])]


def _says_answers(block: Element) -> bool:
    """Return True if *block* is a heading of answers, or a paragraph like one."""
    return block["t"] in ("Header", "Para", "Plain") and is_answer_heading(plain(block))


def _end(blocks: Elements, at: int) -> int:
    """Return the end of the answers below the block *at*: the next heading of its level (of any, below a paragraph)."""
    level = heading_level(blocks[at]) if blocks[at]["t"] == "Header" else _DEEPEST
    later = range(at + 1, len(blocks))
    return next((i for i in later if blocks[i]["t"] == "Header" and heading_level(blocks[i]) <= level), len(blocks))


def _lists(blocks: Elements, places: Sequence[int]) -> list[_Listed]:
    numbered = [at for at in places if blocks[at]["t"] == "OrderedList"]
    return [_Listed(at, dict(enumerate(list_items(blocks[at]), numbering(blocks[at])[0]))) for at in numbered]


def _pairs(lists: list[_Listed], answers: list[_Listed]) -> list[tuple[_Listed, dict[int, Elements]]]:
    """Return each list of questions with its answers: those of a list with the same numbers, or of one list for all."""
    if len(lists) == len(answers) and all(
        q.items.keys() == a.items.keys() for q, a in zip(lists, answers, strict=True)
    ):
        pairs = [(questions, answer.items) for questions, answer in zip(lists, answers, strict=True)]
    elif len(answers) == 1 and sorted(n for q in lists for n in q.items) == sorted(answers[0].items):
        pairs = [(questions, answers[0].items) for questions in lists]
    else:
        pairs = []
    return pairs if sum(len(questions.items) for questions in lists) >= _FEWEST else []


def _is_part(blocks: Elements, at: int) -> bool:
    """Return True if the list *at* is part of one question, the heading above it."""
    headings = (plain(block) for block in reversed(blocks[:at]) if block["t"] == "Header")
    return ends_as_question(next(headings, ""))


def _level_above(blocks: Elements, at: int) -> int:
    return next((heading_level(block) for block in reversed(blocks[:at]) if block["t"] == "Header"), 0)


def _paired(questions: dict[int, Elements], answers: dict[int, Elements], above: int) -> Iterator[Element]:
    """Yield each question as a heading below the level *above*, the rest of its list item, and its answer."""
    level = min(above + 1, _DEEPEST - 1)
    for number, item in questions.items():
        draft = draft_of_item(item or [plain_block([])])
        heading = header(level, draft.question or words(str(number)))
        yield {**heading, "line": draft.line, ASKS: True}
        yield from draft.blocks
        yield header(level + 1, words("Answer"))
        yield from answers[number]
