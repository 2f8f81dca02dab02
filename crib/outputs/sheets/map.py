"""The first and the last page of all cheat sheets: where everything is, and what is answered elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from crib.print.fit.measure import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Answer, Chapter, Exercises, Source

_GAP = 0.6
_ROW_GAP = 0.25
_PART_GAP = 1.4
_MOST = 100
"""Answers in one block, so that it never is as high as a column."""


@dataclass(frozen=True)
class Found:
    """Answers of a chapter on one page, or of a topic; `chapter` and `page` are 0 for a topic."""

    chapter: int
    title: str
    page: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Exercises of one chapter that one source answers."""

    number: int
    title: str
    exercises: tuple[Exercises, ...]


def map_blocks(chapters: Sequence[Chapter], pages: Mapping[str, int]) -> list[Block]:
    """Return a block a chapter and page, then one a topic; *pages* has the page of each answer by its key."""
    answers = [answer for chapter in chapters for answer in chapter.answers]
    found = [
        Found(chapter.number, chapter.title, page, tuple(group))
        for chapter in chapters
        for page, group in groupby(chapter.answers, lambda answer: pages[answer.key])
    ]
    places = len(found)
    for topic in sorted({tag for answer in answers for tag in answer.tags}):
        with_it = [answer for answer in answers if topic in answer.tags]
        found += [Found(0, topic, 0, tuple(part)) for part in _parts(with_it)]
    gaps = [*[_GAP] * places, *[_PART_GAP], *[_ROW_GAP] * len(found)]
    return [Block(f"map-{i}", "map", each, gap) for i, (each, gap) in enumerate(zip(found, gaps, strict=False))]


def elsewhere_blocks(chapters: Sequence[Chapter]) -> list[Block]:
    """Return a block a source of answers, each before one a chapter with exercises answered there."""
    sources = dict.fromkeys(each.source for chapter in chapters for each in chapter.exercises)
    return [block for i, source in enumerate(sources) for block in _answered_by(source, chapters, f"source-{i}")]


def _answered_by(source: Source, chapters: Sequence[Chapter], name: str) -> Iterator[Block]:
    yield Block(name, "source", source, _GAP)
    for chapter in chapters:
        if exercises := tuple(each for each in chapter.exercises if each.source == source):
            item = Elsewhere(chapter.number, chapter.title, exercises)
            yield Block(f"{name}-{chapter.number}", "elsewhere", item, _ROW_GAP)


def _parts(answers: Sequence[Answer]) -> Iterator[Sequence[Answer]]:
    return (answers[start : start + _MOST] for start in range(0, len(answers), _MOST))
