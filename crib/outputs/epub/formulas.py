"""The formulas of the e-book in its flavors: MathML, or drawings for readers that know none.

Pages leave formulas open until the book is bound, so that all flavors share them.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING
from zlib import compress, decompress

from crib.markup import mathjax
from crib.render.array_rules import with_rule_styles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMULA = "<!--formula {}-->"
"""Stands in a page for a formula of that name."""

_NAMED = re.compile(FORMULA.format(r"(\w+)"))
_NOT_DRAWN = re.compile(r' (?:data-[\w-]+|role|focusable)="[^"]*"')
"""Attributes that only MathJax reads, and those that we give ourselves."""


def mathml(tex: str, *, display: bool) -> str:
    """Return a formula as MathML, with its TeX as alternative text."""
    return mathjax.to_mathml(tex, display=display)


def drawing(tex: str, *, display: bool) -> str:
    """Return a formula as SVG in the color and size of the text around it, with its TeX as its title.

    It is complete in itself: readers without MathML often draw every `<svg>` on its own, and would
    not find letters that others define.
    """
    svg = _NOT_DRAWN.sub("", with_rule_styles(mathjax.to_svg(tex, display=display).svg))
    start, rest = svg.split(">", 1)
    return f'{start} role="img" class="drawn"><title>{escape(" ".join(tex.split()), quote=False)}</title>{rest}'


FLAVORS = {"svg": drawing, "": mathml}
"""How each flavor shows a formula, by what the name of its file says."""


def drawn(formulas: Mapping[str, tuple[str, bool]]) -> dict[str, bytes]:
    """Return *formulas*, by name their TeX and whether they are on a line of their own, in every flavor, packed."""
    return {
        kind: compress(
            json.dumps({name: show(tex, display=display) for name, (tex, display) in formulas.items()}).encode()
        )
        for kind, show in FLAVORS.items()
    }


def with_formulas(html: str, packed: Iterable[bytes]) -> str:
    """Return *html* with its formulas, which are among those *packed*."""
    missing = set(_NAMED.findall(html))
    found: dict[str, str] = {}
    for each in packed:
        if not missing:
            break
        few = json.loads(decompress(each))
        found.update((name, few[name]) for name in missing & few.keys())
        missing -= few.keys()
    return _NAMED.sub(lambda place: found[place[1]], html)
