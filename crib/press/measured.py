"""How high blocks are in columns of any width: a few widths are laid out, what lies between is read off."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log
from typing import TYPE_CHECKING, Any

from crib.press.printer import LEAST_FORMULA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.press.printer import Press, Printer

MM_A_POINT = 25.4 / 72
_PX_A_MM = 96 / 25.4
_SAMPLES = 1.6
"""How much wider each column is that blocks are laid out in than the one before."""

_SAMPLE_SIZE = 10.0
_CUT = 0.7
"""How much of a formula that runs out of a table its column is taken to hold."""


@dataclass(frozen=True)
class Block:
    """What stands in a column as a whole.

    id    its `id` in the HTML
    kind  the macro of `sheet/blocks.html.j2` that shows it
    item  what that macro shows
    gap   the least distance from the block above, in em
    """

    id: str
    kind: str
    item: Any
    gap: float


class Measured:
    """Blocks whose heights are known in columns of any width; each sample of widths is laid out once."""

    def __init__(self, blocks: Sequence[Block], press: Press, printer: Printer) -> None:
        """Take *blocks* that *printer* has the formulas of."""
        self.blocks = blocks
        self._press, self._printer = press, printer
        self._samples: dict[int, list[float]] = {}
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
        html, document = self._render(size, [(width, self.blocks)])
        self._printer.check(document, html)

    def lay_out(self, size: float, columns: Sequence[tuple[float, Sequence[Block]]]) -> list[float]:
        """Return how high the blocks of all *columns* are; their widths and the result in millimeters."""
        _, document = self._render(size, columns)
        widths = {block.id: width for width, blocks in columns for block in blocks}
        for formula in self._printer.shrunk(document):
            [name] = formula.inside & widths.keys()
            i = next(i for i, block in enumerate(self.blocks) if block.id == name)
            enough = widths[name] / (size * MM_A_POINT) * LEAST_FORMULA / (_CUT if formula.cut else formula.ratio)
            self._least[i] = max(self._least[i], enough)
        anchors = document.pages[0].anchors
        corners = [anchors[block.id] for _, blocks in columns for block in blocks]
        return [(bottom - top) / _PX_A_MM for _, top, _, bottom in corners]

    def _sample(self, step: int) -> list[float]:
        """Return how many em high blocks are in a column that is `_SAMPLES` to the power of *step* em wide."""
        if step not in self._samples:
            em = _SAMPLE_SIZE * MM_A_POINT
            heights = self.lay_out(_SAMPLE_SIZE, [(_SAMPLES**step * em, self.blocks)])
            self._samples[step] = [height / em for height in heights]
        return self._samples[step]

    def _render(self, size: float, columns: Sequence[tuple[float, Sequence[Block]]]) -> tuple[str, Any]:
        html = self._press.html("sheet/measure.html.j2", columns=columns, size=size)
        return html, self._printer.lay_out(html)
