"""How high blocks are in columns of any width: a few widths are laid out, what lies between is read off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from math import floor, log
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crib.engine.cached import cached_each
from crib.print.fit.box_heights import PX_PER_MM, box_heights
from crib.print.pdf.printer import MIN_FORMULA_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.print.pdf.print_setup import FilledTemplate, PrintSetup
    from crib.print.pdf.printer import Printer

MM_PER_POINT = 25.4 / 72
_SAMPLES = 1.6
"""How much wider each column is that blocks are laid out in than the one before."""

_SAMPLE_SIZE = 10.0
_MAX_BLOCKS = 200
"""Blocks that are laid out at once: more take memory, and no less time."""

_CUT = 0.7
"""How much of a formula that runs out of a table its column is taken to hold."""


@dataclass(frozen=True)
class Block:
    """What stands in a column as a whole.

    id    its name in the HTML
    kind  the macro of `print/blocks.html.j2` that shows it
    item  what that macro shows
    gap   the least distance from the block above, in em
    """

    id: str
    kind: str
    item: Any
    gap: float


BlockColumn = tuple[float, "Sequence[Block]"]
"""How many millimeters wide it is, and what stands in it."""


class Ruler:
    """Lays blocks out one over the other to read their heights, each in any type and column only once."""

    def __init__(self, press: PrintSetup, printer: Printer) -> None:
        """Take the *printer* of *press* that has the formulas of all blocks."""
        self._press, self._printer = press, printer

    def measure(self, size: float, columns: Sequence[BlockColumn]) -> list[tuple[float, float]]:
        """Return how high each block of all *columns* is, and how wide a column its formulas need, as far as they tell.

        The widths of columns and the heights are in millimeters, the needed widths in em.
        """
        alone = [(width, replace(block, gap=0)) for width, blocks in columns for block in blocks]  # no gap counts
        parts = (alone[start : start + _MAX_BLOCKS] for start in range(0, len(alone), _MAX_BLOCKS))
        return [each for part in parts for each in self._lay_out(part, size, press=self._press)]

    def check(self, size: float, column: BlockColumn) -> None:
        """Raise ContentError for formulas that shrink too much in type of *size* points in *column*."""
        html = self._html(size, [column])
        self._printer.check(self._printer.lay_out(html), html)

    @cached_each(key_only=("press",))
    def _lay_out(self, alone: Sequence[tuple[float, Block]], size: float) -> list[tuple[float, float]]:
        by_width = groupby(alone, itemgetter(0))
        document = self._printer.lay_out(self._html(size, [(width, [b for _, b in bs]) for width, bs in by_width]))
        widths = {block.id: width / (size * MM_PER_POINT) for width, block in alone}
        least = dict.fromkeys(widths, 0.0)
        for formula in self._printer.shrunk_formulas(document):
            [name] = formula.inside & widths.keys()
            enough = widths[name] * MIN_FORMULA_SCALE / (_CUT if formula.cut else formula.ratio)
            least[name] = max(least[name], enough)
        high = box_heights(document)
        return [(high[name] / PX_PER_MM, least[name]) for name in widths]

    def _html(self, size: float, columns: Sequence[BlockColumn]) -> FilledTemplate:
        return self._press.html("print/measure.html.j2", columns=columns, size=size)


class BlockHeights:
    """Blocks whose heights are known in columns of any width."""

    def __init__(self, blocks: Sequence[Block], ruler: Ruler, samples: Ruler) -> None:
        """Take *blocks*; what *samples* measures is likely, what *ruler* does is true."""
        self.blocks = blocks
        self._ruler, self._samples = ruler, samples
        self._sample = cache(self._sampled)
        self._least = [0.0] * len(blocks)  # how many em wide a column must be for the formulas

    def heights(self, width: float) -> list[float]:
        """Return how high blocks are likely to be in a column of *width*, both in em."""
        place = log(width) / log(_SAMPLES)
        narrow, wide = self._sample(floor(place)), self._sample(floor(place) + 1)
        share = place - floor(place)
        return [n * (w / n) ** share for n, w in zip(narrow, wide, strict=True)]

    def has_room(self, block: int, width: float) -> bool:
        """Return whether the formulas of *block* need not shrink too much in a column *width* em wide."""
        return width >= self._least[block]

    def check(self, size: float, width: float) -> None:
        """Raise ContentError for formulas that shrink too much in type of *size* points, in a column of *width* mm."""
        self._ruler.check(size, (width, self.blocks))

    def lay_out(self, size: float, columns: Sequence[BlockColumn]) -> list[float]:
        """Return how high the blocks of all *columns* are, in millimeters."""
        return self._learned(self._ruler.measure(size, columns))

    def _sampled(self, step: int) -> list[float]:
        """Return how many em high blocks are in a column that is `_SAMPLES` to the power of *step* em wide."""
        em = _SAMPLE_SIZE * MM_PER_POINT
        sample = (_SAMPLES**step * em, self.blocks)
        return [height / em for height in self._learned(self._samples.measure(_SAMPLE_SIZE, [sample]))]

    def _learned(self, measured: Sequence[tuple[float, float]]) -> list[float]:
        """Return the heights that were *measured*, and keep how wide columns must be."""
        self._least = [max(before, least) for before, (_, least) in zip(self._least, measured, strict=True)]
        return [height for height, _ in measured]
