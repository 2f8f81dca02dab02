"""Paper sizes."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, `width` by `height` millimeters."""

    width: float
    height: float

    @property
    def rotated(self) -> Paper:
        """The same sheet, rotated by 90 degrees."""
        return Paper(self.height, self.width)

    @property
    def half(self) -> Paper:
        """Half the sheet, cut across its longer edge."""
        width, height = (self.width, self.height)
        return Paper(width / 2, height) if width > height else Paper(width, height / 2)


PAPER_SIZES = {
    "A4": Paper(210, 297),
    "Letter": Paper(215.9, 279.4),
    "A3": Paper(297, 420),
    "A2": Paper(420, 594),
    "tabloid": Paper(279.4, 431.8),
}
"""Sheets in portrait orientation, by name: ISO 216, and ANSI/ASME Y14.1 (tabloid is its size B)."""

_A4 = PAPER_SIZES["A4"]


def paper_name(paper: Paper) -> str:
    """Return the name of *paper*, upright or rotated, or its size."""
    sizes = {(round(sheet.width, 1), round(sheet.height, 1)): name for name, sheet in PAPER_SIZES.items()}
    size = (round(paper.width, 1), round(paper.height, 1))
    return sizes.get(size) or sizes.get(size[::-1]) or f"{size[0]:g} × {size[1]:g} mm"


def poster_scale(name: str) -> float:
    """Return the scale of type on a poster on the paper *name*, relative to A4; 1 on A4 and Letter."""
    paper = PAPER_SIZES[name]
    return max(1.0, round(sqrt(paper.width * paper.height / (_A4.width * _A4.height)), 2))
