"""Sizes of pictures, and of their labels, in WeasyPrint's rendering.

Depends on `images.get_image_from_uri`, `SVGImage._svg`, and `Node` and `utils` of `svg` in WeasyPrint 70.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MM_PER_PIXEL = 25.4 / 96
_POINTS_PER_PIXEL = 72 / 96
_INITIAL = 16.0
"""Default type size of a drawing, in pixels."""

_DEFAULT_WIDTH = 300.0
"""Default width of a drawing, in pixels: https://www.w3.org/TR/CSS22/visudet.html#inline-replaced-width."""


@dataclass(frozen=True)
class PictureSize:
    """The size of a picture at its natural scale.

    width  its width in millimeters
    label  the size of the smallest label in points, measured by its largest letters, as others may be indices; 0 if
           no label is text, as in a photograph, or in a drawing with outlines of letters
    """

    width: float
    label: float


def size_of_image(image: Any) -> PictureSize:
    """Return the size of *image*, an image of WeasyPrint."""
    width = image.get_intrinsic_size(1, _INITIAL)[0] or _DEFAULT_WIDTH
    svg = getattr(image, "_svg", None)
    sizes = list(_labels(svg.tree, _INITIAL, _scale_of_root(svg, width))) if svg else []
    return PictureSize(width * _MM_PER_PIXEL, min(sizes, default=0) * _POINTS_PER_PIXEL)


def _scale_of_root(svg: Any, width: float) -> float:
    box = svg.get_viewbox()
    return float(width / box[2]) if box and box[2] else 1.0


def _labels(node: Any, em: float, scale: float) -> Iterator[float]:
    """Yield the size of each label in *node*, in pixels."""
    from weasyprint.svg.utils import size, transform

    em = size(node.get("font-size", "1em"), em, em)
    if moved := node.get("transform"):
        scale *= sqrt(abs(transform(moved, node.get("transform-origin"), em, 0).determinant))
    if node.tag == "text":
        if letters := max(_letters(node, em), default=0):
            yield letters * scale
        return
    for child in node:
        yield from _labels(child, em, scale)


def _letters(node: Any, em: float) -> Iterator[float]:
    """Yield the sizes of the letters of a label."""
    from weasyprint.svg.utils import size

    if (node.text or "").strip():
        yield em
    for child in node:
        yield from _letters(child, size(child.get("font-size", "1em"), em, em))
