"""The first and the last page of all cheat sheets: where everything is, and what is answered elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from crib.press.measured import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Exercises, Source
    from crib.press.typeset import Entry, Section

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
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Exercises of one chapter that one source answers."""

    number: int
    title: str
    exercises: tuple[Exercises, ...]


def map_blocks(sections: Sequence[Section], pages: Mapping[str, int]) -> list[Block]:
    """Return a block a chapter and page, then one a topic; *pages* has the page of each answer by its key."""
    entries = [entry for section in sections for entry in section.entries]
    found = [
        Found(section.number, section.title, page, tuple(group))
        for section in sections
        for page, group in groupby(section.entries, lambda entry: pages[entry.key])
    ]
    chapters = len(found)
    for topic in sorted({tag for entry in entries for tag in entry.tags}):
        with_it = [entry for entry in entries if topic in entry.tags]
        found += [Found(0, topic, 0, tuple(part)) for part in _parts(with_it)]
    gaps = [*[_GAP] * chapters, *[_PART_GAP], *[_ROW_GAP] * len(found)]
    return [Block(f"map-{i}", "map", each, gap) for i, (each, gap) in enumerate(zip(found, gaps, strict=False))]


def elsewhere_blocks(sections: Sequence[Section]) -> list[Block]:
    """Return a block a source of answers, each before one a chapter with exercises answered there."""
    sources = dict.fromkeys(each.source for section in sections for each in section.exercises)
    return [block for i, source in enumerate(sources) for block in _answered_by(source, sections, f"source-{i}")]


def _answered_by(source: Source, sections: Sequence[Section], name: str) -> Iterator[Block]:
    yield Block(name, "source", source, _GAP)
    for section in sections:
        if exercises := tuple(each for each in section.exercises if each.source == source):
            item = Elsewhere(section.number, section.title, exercises)
            yield Block(f"{name}-{section.number}", "elsewhere", item, _ROW_GAP)


def _parts(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    return (entries[start : start + _MOST] for start in range(0, len(entries), _MOST))
