"""Default chapter numbers and answer keys, for files that have none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.model.keys import unique_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model import Answer, Chapter

UNNUMBERED = -1
"""The number of a chapter without one, until all chapters are read."""


def numbered(chapters: Sequence[Chapter]) -> list[Chapter]:
    """Return *chapters* sorted by number; those without one get the next numbers, in the given order."""
    in_order = sorted(chapters, key=lambda chapter: chapter.number)
    with_numbers = [chapter for chapter in in_order if chapter.number != UNNUMBERED]
    others = (chapter for chapter in chapters if chapter.number == UNNUMBERED)
    first = with_numbers[-1].number + 1 if with_numbers else 1
    return [*with_numbers, *(with_number(chapter, number) for number, chapter in enumerate(others, first))]


def with_number(chapter: Chapter, number: int) -> Chapter:
    """Return *chapter* and its answers with *number*."""
    answers = tuple(replace(answer, chapter=number) for answer in chapter.answers)
    return replace(chapter, number=number, answers=answers)


def with_keys(chapters: Iterable[Chapter], retired: Chapter | None) -> tuple[Chapter, ...]:
    """Return *chapters* with unique keys.

    An answer without a written key has the slug of its question; if another answer, or a *retired* one, has the same
    key, a number is appended.
    """
    chapters = tuple(chapters)
    answers = [answer for chapter in chapters for answer in chapter.answers]
    written = {answer.key for answer in (*answers, *(retired.answers if retired else ())) if answer.keyed}
    keys = unique_keys((answer.key for answer in answers if not answer.keyed), written)
    return tuple(_with_keys(chapter, keys) for chapter in chapters)


def _with_keys(chapter: Chapter, keys: Iterator[str]) -> Chapter:
    if all(answer.keyed for answer in chapter.answers):
        return chapter
    answers = (answer if answer.keyed else _with_key(answer, next(keys)) for answer in chapter.answers)
    return replace(chapter, answers=tuple(answers))


def _with_key(answer: Answer, key: str) -> Answer:
    return replace(answer, key=key, links=tuple(link for link in answer.links if link != key))
