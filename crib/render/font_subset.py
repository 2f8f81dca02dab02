"""Fonts reduced to the characters that are shown in them."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

from crib.render.font_file import opened_font

if TYPE_CHECKING:
    from pathlib import Path

_FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TAG = re.compile("<[^>]*>")
_RADICAL = "√"
"""Drawn by `<msqrt>` and `<mroot>`, whose text does not contain it."""


def characters_of_formulas(page: str) -> set[str]:
    """Return the characters that the MathML on *page* shows."""
    formulas = _FORMULA.findall(page)
    return set(unescape(_TAG.sub("", "".join(formulas)))) | ({_RADICAL} if formulas else set())


def subset_font(path: Path, characters: set[str], *, for_web: bool = False) -> bytes:
    """Return the font in the file *path* with the glyphs of *characters*, larger and stretched ones among them.

    A font *for_web* is compressed, and without hints and rare features. Raises BuildError.
    """
    from fontTools.subset import Options, Subsetter

    subsetter = Subsetter(Options(hinting=False) if for_web else Options(layout_features=["*"]))
    subsetter.populate(text="".join(sorted(characters)))
    subset = BytesIO()
    with opened_font(path) as font:
        subsetter.subset(font)
        font.flavor = "woff" if for_web else None
        font.save(subset)
    return subset.getvalue()
