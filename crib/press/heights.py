"""How high things are that were laid out."""

from __future__ import annotations

from typing import Any

PX_A_MM = 96 / 25.4

_DIGITS = 3
"""Of pixels; further ones depend on where in its layout a thing stands."""


def heights(document: Any) -> dict[str, float]:
    """Return how many pixels high each element with an identifier is in *document*, as `Printer.lay_out` returns it."""
    corners = (corner for page in document.pages for corner in page.anchors.items())
    return {name: round(bottom - top, _DIGITS) for name, (_, top, _, bottom) in corners}
