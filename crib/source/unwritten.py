"""Numbers of chapters and keys of answers that the files of a book do not contain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.model.keys import unique_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crib.model import Answer, Chapter

UNNUMBERED = -1
"""The number of a chapter whose file has none, until all chapters are read."""


def numbered(chapters: Sequence[Chapter]) -> list[Chapter]:
    """Return *chapters* by number; those without one come after the others, in the given order."""
    known = sorted((each for each in chapters if each.number != UNNUMBERED), key=lambda chapter: chapter.number)
    others = (each for each in chapters if each.number == UNNUMBERED)
    first = known[-1].number + 1 if known else 1
    return [*known, *(with_number(chapter, number) for number, chapter in enumerate(others, first))]


def with_number(chapter: Chapter, number: int) -> Chapter:
    """Return *chapter* and its answers with *number*."""
    answers = tuple(replace(answer, chapter=number) for answer in chapter.answers)
    return replace(chapter, number=number, answers=answers)


def with_keys(chapters: Iterable[Chapter], retired: Chapter | None) -> tuple[Chapter, ...]:
    """Return *chapters* in which no two answers without a written key have the same one.

    Such a key is the slug of the question, with a number if another answer, or a *retired* one, has it.
    """
    chapters = tuple(chapters)
    answers = [answer for chapter in chapters for answer in chapter.answers]
    taken = {answer.key for answer in (*answers, *(retired.answers if retired else ())) if answer.keyed}
    keys = unique_keys((answer.key for answer in answers if not answer.keyed), taken)
    return tuple(_with_keys(chapter, keys) for chapter in chapters)


def _with_keys(chapter: Chapter, keys: Iterator[str]) -> Chapter:
    if all(answer.keyed for answer in chapter.answers):
        return chapter
    answers = (answer if answer.keyed else _with_key(answer, next(keys)) for answer in chapter.answers)
    return replace(chapter, answers=tuple(answers))


def _with_key(answer: Answer, key: str) -> Answer:
    return replace(answer, key=key, links=tuple(link for link in answer.links if link != key))
