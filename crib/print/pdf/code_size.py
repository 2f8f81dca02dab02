"""Size of code: a block whose lines are too long for its column gets smaller type, if that keeps them whole.

CSS cannot choose a size by the length of a line, so WeasyPrint is patched. Depends on `block_container_layout` in
`weasyprint.layout.block` of WeasyPrint 70.0, on `element` and `style` of boxes, and on `copy` of styles.
"""

from __future__ import annotations

from typing import Any

_CHARACTER = 0.6
"""The width of a character of Source Code Pro, in em."""

_SMALLEST = "__smallest"
"""The custom property `--smallest`: the smallest type of a theme."""

_SPARE = 0.999
"""Lines are a little narrower than their column: sizes of type are rounded."""


def fit_code_sizes() -> None:
    """Patch WeasyPrint to set code in smaller type before its lines are broken."""
    from weasyprint.layout import block

    block.block_container_layout = _with_fitted_code(block.block_container_layout)


def _with_fitted_code(layout: Any) -> Any:
    def lay_out(context: Any, box: Any, *arguments: Any, **options: Any) -> Any:
        if box.element_tag == "pre" and "code" in box.element.get("class", "").split():
            _fit(box)
        return layout(context, box, *arguments, **options)

    return lay_out


def _fit(box: Any) -> None:
    """Scale the type of all lines in *box* so that the longest fits, unless type would be too small."""
    size = box.style["font_size"]
    longest = max(map(len, "".join(box.element.itertext()).expandtabs().split("\n")))
    scale = box.width / (max(1, longest) * _CHARACTER * size) * _SPARE
    if scale >= 1 or size * scale < _smallest(box.style):
        scale = 1
    for part in box.descendants():
        usual = part.__dict__.setdefault("usual_style", part.style)  # a box may be laid out again
        part.style = usual
        if scale < 1:
            part.style = usual.copy()
            part.style["font_size"] = usual["font_size"] * scale


def _smallest(style: Any) -> float:
    """Return the smallest type in pixels; the size itself if the style sheets set none."""
    from weasyprint.css.units import LENGTHS_TO_PIXELS

    lengths = (token for token in style[_SMALLEST] if token.type == "dimension" and token.unit in LENGTHS_TO_PIXELS)
    return next((float(token.value * LENGTHS_TO_PIXELS[token.unit]) for token in lengths), style["font_size"])
