"""Blocks of two more sheets: the map (the page of each answer), and exercises answered by other sources."""

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
"""Maximum number of answers in one block, to keep it lower than a column."""


@dataclass(frozen=True)
class MapRow:
    """The answers of a chapter on one page, or of a topic, with 0 as `chapter` and `page`."""

    chapter: int
    title: str
    page: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class ExercisesRow:
    """The exercises of one chapter answered by one source."""

    number: int
    title: str
    exercises: tuple[Exercises, ...]


def map_blocks(chapters: Sequence[Chapter], pages: Mapping[str, int]) -> list[Block]:
    """Return a block for each chapter and page, then one for each topic; *pages* are page numbers by key."""
    answers = [answer for chapter in chapters for answer in chapter.answers]
    rows = [
        MapRow(chapter.number, chapter.title, page, tuple(group))
        for chapter in chapters
        for page, group in groupby(chapter.answers, lambda answer: pages[answer.key])
    ]
    chapter_rows = len(rows)
    for topic in sorted({tag for answer in answers for tag in answer.tags}):
        with_it = [answer for answer in answers if topic in answer.tags]
        rows += [MapRow(0, topic, 0, tuple(chunk)) for chunk in _chunks(with_it)]
    gaps = [*[_GAP] * chapter_rows, *[_PART_GAP], *[_ROW_GAP] * len(rows)]
    return [Block(f"map-{i}", "map", row, gap) for i, (row, gap) in enumerate(zip(rows, gaps, strict=False))]


def exercise_blocks(chapters: Sequence[Chapter]) -> list[Block]:
    """Return a block for each source, followed by a block for each chapter with exercises it answers."""
    sources = dict.fromkeys(exercises.source for chapter in chapters for exercises in chapter.exercises)
    return [block for i, source in enumerate(sources) for block in _answered_by(source, chapters, f"source-{i}")]


def _answered_by(source: Source, chapters: Sequence[Chapter], name: str) -> Iterator[Block]:
    yield Block(name, "source", source, _GAP)
    for chapter in chapters:
        if exercises := tuple(each for each in chapter.exercises if each.source == source):
            item = ExercisesRow(chapter.number, chapter.title, exercises)
            yield Block(f"{name}-{chapter.number}", "elsewhere", item, _ROW_GAP)


def _chunks(answers: Sequence[Answer]) -> Iterator[Sequence[Answer]]:
    return (answers[start : start + _MOST] for start in range(0, len(answers), _MOST))
