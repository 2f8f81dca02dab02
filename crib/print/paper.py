"""Sheets of paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, `width` by `height` millimeters."""

    width: float
    height: float

    @property
    def rotated(self) -> Paper:
        """The same sheet on its side."""
        return Paper(self.height, self.width)

    @property
    def half(self) -> Paper:
        """What is left when the longer edge is cut in two."""
        width, height = (self.width, self.height)
        return Paper(width / 2, height) if width > height else Paper(width, height / 2)


PAPER_SIZES = {"A4": Paper(210, 297), "Letter": Paper(215.9, 279.4)}
"""Upright sheets by their names: ISO 216, and ANSI/ASME Y14.1."""
