"""Topics of a sheet: groups of answers with the same tint in the theme `card`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crib.print.chapter_html import AnswerHtml

_MOST = 5
"""The maximum number of tints distinguishable with color blindness."""

_LEAST = 2
"""The minimum number of answers in a group."""


@dataclass(frozen=True)
class SheetTopic:
    """A topic of a sheet; `number` counts from 1 and chooses its tint and mark."""

    number: int
    name: str


def topics_of(entries: Sequence[AnswerHtml], levels: Mapping[str, str]) -> dict[str, SheetTopic]:
    """Return the topics of *entries* by key, numbered in reading order; an answer may have none.

    Topics are tags, except tags of all answers. If these do not divide the sheet, topics are *levels*, by their names.
    """
    by_tag = {entry.key: entry.tags for entry in entries}
    by_level = {entry.key: (levels[entry.level],) if entry.level else () for entry in entries}
    for names in (by_tag, by_level):
        groups = _groups(names)
        chosen = list(dict.fromkeys(groups[key] for key in names if key in groups))
        if len(chosen) > 1 or (chosen and len(names) - len(groups) >= _LEAST):
            return {key: SheetTopic(chosen.index(name) + 1, name) for key, name in groups.items()}
    return {}


def _groups(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return one of the *names* of each key, greedily: the most frequent name, then that of the remaining keys."""
    common = {name for name, keys in Counter(chain.from_iterable(names.values())).items() if keys == len(names)}
    left = dict(names)
    groups: dict[str, str] = {}
    for _ in range(_MOST):
        counts = Counter(name for each in left.values() for name in each if name not in common)
        name, keys = max(counts.items(), key=itemgetter(1), default=("", 0))  # the first of several in reading order
        if keys < _LEAST:
            break
        groups |= {key: name for key, each in left.items() if name in each}
        left = {key: each for key, each in left.items() if key not in groups}
    return groups
