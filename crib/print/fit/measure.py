"""Measuring the heights of blocks: a few column widths are laid out, others are interpolated."""

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

    from crib.print.fit.topics import SheetTopic
    from crib.print.pdf.print_setup import FilledTemplate, PrintSetup
    from crib.print.pdf.printer import Printer

MM_PER_POINT = 25.4 / 72
_SAMPLE_RATIO = 1.6
"""Ratio of successive column widths of layouts."""

_SAMPLE_SIZE = 10.0
_MAX_BLOCKS = 200
"""The maximum of blocks in one layout: more would take more memory, but save no time."""

_CUT_RATIO = 0.7
"""Assumed scale of a formula overflowing a table."""


@dataclass(frozen=True)
class Block:
    """An unbreakable part of a column.

    id    its `data-name` in the HTML
    kind  the kind of content, such as `card` or `map`: templates choose its markup and CSS class by it
    item  its content
    gap   the minimum distance from the block above, in em
    room  the least width of its column, in millimeters
    topic its topic, which is shown
    """

    id: str
    kind: str
    item: Any
    gap: float
    room: float = 0
    topic: SheetTopic | None = None


BlockColumn = tuple[float, "Sequence[Block]"]
"""The width of a column in millimeters, and its blocks."""


class Ruler:
    """Lays out blocks to measure their heights; results are cached for each block, type size and column width."""

    def __init__(self, setup: PrintSetup, printer: Printer) -> None:
        """Measure with *printer*, a printer of *setup* with the formulas of all blocks."""
        self._setup, self._printer = setup, printer

    def measure(self, size: float, columns: Sequence[BlockColumn]) -> list[tuple[float, float]]:
        """Return the height of each block of all *columns*, and the minimum column width for its formulas.

        Heights are in millimeters, like the widths of *columns*; minimum widths are in em, and 0 if all
        formulas fit.
        """
        # Without gaps and room, equal blocks have equal cache keys
        alone = [(width, replace(block, gap=0, room=0)) for width, blocks in columns for block in blocks]
        parts = (alone[start : start + _MAX_BLOCKS] for start in range(0, len(alone), _MAX_BLOCKS))
        return [measurement for part in parts for measurement in self._lay_out(part, size, setup=self._setup)]

    def check(self, size: float, column: BlockColumn) -> None:
        """Raise ContentError for formulas shrunk too much in *column*, at *size* points."""
        html = self._html(size, [column])
        self._printer.check(self._printer.lay_out(html), html)

    @cached_each(key_only=("setup",))
    def _lay_out(self, alone: Sequence[tuple[float, Block]], size: float) -> list[tuple[float, float]]:
        by_width = groupby(alone, itemgetter(0))
        document = self._printer.lay_out(self._html(size, [(width, [b for _, b in bs]) for width, bs in by_width]))
        widths = {block.id: width / (size * MM_PER_POINT) for width, block in alone}
        least = dict.fromkeys(widths, 0.0)
        for formula in self._printer.shrunk_formulas(document):
            [name] = formula.inside & widths.keys()
            enough = widths[name] * MIN_FORMULA_SCALE / (_CUT_RATIO if formula.cut else formula.ratio)
            least[name] = max(least[name], enough)
        heights = box_heights(document)
        return [(heights[name] / PX_PER_MM, least[name]) for name in widths]

    def _html(self, size: float, columns: Sequence[BlockColumn]) -> FilledTemplate:
        return self._setup.html("print/measure.html.j2", columns=columns, size=size)


class BlockHeights:
    """The heights of blocks in columns of any width."""

    def __init__(self, blocks: Sequence[Block], ruler: Ruler, samples: Ruler) -> None:
        """Measure *blocks*: true heights with *ruler*, and heights to interpolate between with *samples*."""
        self.blocks = blocks
        self._ruler, self._samples = ruler, samples
        self._sample = cache(self._sampled)
        self._least = [0.0] * len(blocks)  # the least column widths for the formulas, in em

    def heights(self, width: float) -> list[float]:
        """Return the expected heights of blocks in a column of *width*, both in em."""
        place = log(width) / log(_SAMPLE_RATIO)
        narrow, wide = self._sample(floor(place)), self._sample(floor(place) + 1)
        fraction = place - floor(place)
        return [n * (w / n) ** fraction for n, w in zip(narrow, wide, strict=True)]

    def has_room(self, block: int, width: float, em: float) -> bool:
        """Return True if a column of *width* mm is wide enough for *block* and its formulas, in type of *em* mm."""
        return width >= max(self._least[block] * em, self.blocks[block].room)

    def check(self, size: float, width: float) -> None:
        """Raise ContentError for formulas shrunk too much at *size* points, in a column of *width* mm."""
        self._ruler.check(size, (width, self.blocks))

    def lay_out(self, size: float, columns: Sequence[BlockColumn]) -> list[float]:
        """Return the true heights of the blocks of all *columns*, in millimeters."""
        return self._heights_of(self._ruler.measure(size, columns))

    def _sampled(self, step: int) -> list[float]:
        """Return the heights of blocks in a column of `_SAMPLE_RATIO` to the power of *step*, all in em."""
        em = _SAMPLE_SIZE * MM_PER_POINT
        sample = (_SAMPLE_RATIO**step * em, self.blocks)
        return [height / em for height in self._heights_of(self._samples.measure(_SAMPLE_SIZE, [sample]))]

    def _heights_of(self, measurements: Sequence[tuple[float, float]]) -> list[float]:
        """Return the heights of *measurements*, and record the minimum column widths."""
        self._least = [max(before, least) for before, (_, least) in zip(self._least, measurements, strict=True)]
        return [height for height, _ in measurements]
