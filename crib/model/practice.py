"""Practice blocks (`::: practice`): an experiment and its measured numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.model.elements import attributes, children
from crib.model.tree import find_all, find_blocks, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Element, Elements

PRACTICE = "practice"
"""The class of the block."""

MEASURED = "measured"
"""The class of a number measured by a script: `[255]{.measured as=depth within=10%}`."""

_NUMBER = re.compile(r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


@dataclass(frozen=True)
class Measurement:
    """A measured number quoted in the book: its name in the script's output, and the tolerance of a new run."""

    name: str
    value: float
    tolerance: float
    line: int

    def accepts(self, measured: float) -> bool:
        """Return True if *measured* is within the tolerance, rounding errors aside."""
        return abs(measured - self.value) <= self.tolerance + 1e-9


def is_practice(block: Element) -> bool:
    """Return True if *block* is a practice block."""
    return block["t"] == "Div" and attributes(block)[1] == [PRACTICE]


def measurements(text: Elements) -> Iterator[Measurement]:
    """Yield every measured number in the practice blocks of *text*."""
    for block in find_blocks(text, PRACTICE):
        for span in find_all(block, "Span"):
            value = number_in(span)
            if attributes(span)[1] == [MEASURED] and value is not None:
                pairs = attributes(span)[2]
                yield Measurement(pairs["as"], value, _tolerance(pairs["within"], value), span["line"])


def number_in(span: Element) -> float | None:
    """Return the number in *span*, such as `1,024` or `−0.5`; None if it has any other text."""
    words = plain(children(span)).strip()
    return float(words.replace(",", "").replace("−", "-")) if _NUMBER.fullmatch(words) else None


def _tolerance(within: str, value: float) -> float:
    """Return the tolerance *within*: a share of *value* such as `10%`, or an amount such as `0.5`."""
    return abs(value) * float(within[:-1]) / 100 if within.endswith("%") else float(within)
