"""Read references to solutions of exercises in other sources, from the front matter of a chapter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crib.model import Exercises
from crib.source.settings import line_of
from crib.source.sources import unknown_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Source
    from crib.problems import Report
    from crib.source.settings import Settings


def exercises(settings: Settings, front: str, sources: Mapping[str, Source], report: Report) -> Iterator[Exercises]:
    """Yield the exercises in *settings*, read from the text *front*; report invalid ranges and sources."""
    last = 0
    for numbers, name in sorted(settings.get("exercises", {}).items(), key=lambda item: _span(item[0])):
        line = partial(line_of, front, "exercises", numbers)
        first, end = _span(numbers)
        if first > end or first <= last:
            mistake = "is not a range" if first > end else "repeats exercises of an earlier line"
            report.add(line(), "exercises", f"`{numbers}` {mistake}", "list each exercise once, as `7:` or `8-10:`")
        if name not in sources:
            report.add(line(), *unknown_source(name, sources))
        else:
            yield Exercises(numbers.replace("-", "–"), sources[name])
        last = max(last, end)


def _span(numbers: str) -> tuple[int, int]:
    """Return the first and last exercise of *numbers*: `7`, `8-10` or `all`."""
    if numbers == "all":
        return 1, 9999
    first, _, last = numbers.partition("-")
    return int(first), int(last or first)
