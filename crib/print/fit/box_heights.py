"""Heights of the named boxes in a layout."""

from __future__ import annotations

from typing import Any

from crib.print.named_boxes import named_boxes

PX_PER_MM = 96 / 25.4

_DIGITS = 3
"""Decimals of pixels to keep; further ones depend on the position in the layout."""


def box_heights(document: Any) -> dict[str, float]:
    """Return the height in pixels of each named element in *document*, as `Printer.lay_out` returns it."""
    boxes = (item for page in document.pages for item in named_boxes(page).items())
    return {name: round(box.border_height(), _DIGITS) for name, box in boxes}
