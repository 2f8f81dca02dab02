"""How high things are that were laid out."""

from __future__ import annotations

from typing import Any

from crib.print.named_boxes import named_boxes

PX_PER_MM = 96 / 25.4

_DIGITS = 3
"""Of pixels; further ones depend on where in its layout a thing stands."""


def box_heights(document: Any) -> dict[str, float]:
    """Return how many pixels high each element with a name is in *document*, as `Printer.lay_out` returns it."""
    boxes = (each for page in document.pages for each in named_boxes(page).items())
    return {name: round(box.border_height(), _DIGITS) for name, box in boxes}
