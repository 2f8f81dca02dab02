"""Formulas of the e-book: as MathML, or as SVG drawings for reading systems without MathML.

Pages have placeholders for formulas until the package is assembled, so both editions share them.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING
from zlib import compress, decompress

from crib.markup import mathjax
from crib.markup.output_allowlist import SVG
from crib.render.array_rules import with_rule_styles
from crib.render.reflow_flavor import EM_PER_EX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMULA = "<!--formula {}-->"
"""Placeholder of a formula, by its name."""

_NAMED = re.compile(FORMULA.format(r"(\w+)"))
# Engines break lines around a box, so punctuation beside a long formula goes into its box.
_WITH_MARKS = re.compile(r'([(\[]*)(<span class="long"[^>]*>)(<span><!--formula \w+--></span>)(</span>)([,.;:!?)\]]*)')
_VIEW_BOX = re.compile(r'viewBox="([^"]*)"')
_NOT_DRAWN = re.compile(r' (?:data-[\w-]+|role|focusable)="[^"]*"')
"""Attributes used by MathJax only, or replaced below."""


def mathml(tex: str, *, display: bool) -> str:
    """Return a formula as MathML, with its TeX as alternative text."""
    return mathjax.to_mathml(tex, display=display)


def drawing(tex: str, *, display: bool) -> str:
    """Return a formula as SVG in the color and size of the surrounding text, with its TeX as title.

    The size is repeated in `style`, since some reading systems guess the text size for attributes in em. The SVG is
    self-contained: reading systems without MathML often render every `<svg>` by itself, without access to glyphs
    of another one.
    """
    image = mathjax.to_svg(tex, display=display)
    start, rest = _NOT_DRAWN.sub("", with_rule_styles(image.svg)).split(">", 1)
    width, height, depth = (f"{length * EM_PER_EX:.3f}em" for length in (image.width, image.height, -image.depth))
    [box] = _VIEW_BOX.findall(start)
    title = escape(" ".join(tex.split()), quote=False)
    return (
        f'<svg xmlns="{SVG}" role="img" class="drawn" viewBox="{box}" width="{width}" height="{height}"'
        f' style="width: {width}; height: {height}; vertical-align: {depth}"><title>{title}</title>{rest}'
    )


FORMULA_FORMATS = {"svg": drawing, "": mathml}
"""Renderers of formulas, by the suffix of the edition's file name."""


def in_all_formats(formulas: Mapping[str, tuple[str, bool]]) -> dict[str, bytes]:
    """Return *formulas* (TeX and display flag by name) in every format, compressed."""
    return {
        kind: compress(
            json.dumps({name: show(tex, display=display) for name, (tex, display) in formulas.items()}).encode()
        )
        for kind, show in FORMULA_FORMATS.items()
    }


def with_formulas(html: str, packed: Iterable[bytes]) -> str:
    """Return *html* with placeholders replaced by formulas from *packed*."""
    html = _WITH_MARKS.sub(r"\2\1\3\5\4", html)
    missing = set(_NAMED.findall(html))
    formulas: dict[str, str] = {}
    for chunk in packed:
        if not missing:
            break
        unpacked = json.loads(decompress(chunk))
        formulas.update((name, unpacked[name]) for name in missing & unpacked.keys())
        missing -= unpacked.keys()
    return _NAMED.sub(lambda place: formulas[place[1]], html)
