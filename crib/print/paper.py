"""Paper sizes."""

from __future__ import annotations

from dataclasses import dataclass


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


PAPER_SIZES = {"A4": Paper(210, 297), "Letter": Paper(215.9, 279.4)}
"""Sheets in portrait orientation, by name: ISO 216, and ANSI/ASME Y14.1."""
