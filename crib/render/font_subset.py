"""Font subsets: fonts reduced to the characters in use."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING
from unicodedata import decomposition

from crib.engine.cache import file_digest
from crib.engine.cached import cached
from crib.render.font_file import opened_font

if TYPE_CHECKING:
    from pathlib import Path

_FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TAG = re.compile("<[^>]*>")
_RADICAL = "√"
"""Drawn by `<msqrt>` and `<mroot>`, though not in their text."""

_VARIABLE = re.compile("<mi>(.)</mi>")
_ITALICS = {
    chr(int(decomposition(italic).split()[1], 16)): italic
    for italic in map(chr, (0x210E, *range(0x1D434, 0x1D468), *range(0x1D6A4, 0x1D6A6), *range(0x1D6E2, 0x1D71C)))
    if decomposition(italic)
}
"""Letters and their mathematical italics. Browsers replace the letter in a one-letter `<mi>`.

https://w3c.github.io/mathml-core/#italic-mappings
"""


def characters_of(html: str) -> set[str]:
    """Return the characters in the text of *html*."""
    return set(unescape(_TAG.sub("", html)))


def characters_of_formulas(page: str) -> set[str]:
    """Return the characters displayed by the MathML on *page*."""
    formulas = "".join(_FORMULA.findall(page))
    italics = {_ITALICS.get(letter, letter) for letter in _VARIABLE.findall(formulas)}
    return characters_of(formulas) | italics | ({_RADICAL} if formulas else set())


def subset_font(path: Path, characters: set[str], *, for_web: bool = False) -> bytes:
    """Return a subset of the font file *path* with *characters*, including larger and stretched glyphs.

    Hints are dropped: they take a third of the size, and only help on low-resolution screens. A font *for_web* is
    compressed (WOFF2). Raises BuildError, OSError.
    """
    with path.open("rb") as file:
        digest = file_digest(file)
    return _subset(path, "".join(sorted(characters)), for_web=for_web, digest=digest)


@cached(key_only=("digest",))
def _subset(path: Path, characters: str, *, for_web: bool) -> bytes:
    """Return the subset, cached since most edits of a book add no new character."""
    from fontTools.subset import Options, Subsetter

    subsetter = Subsetter(Options(hinting=False))
    subsetter.populate(text=characters)
    subset = BytesIO()
    with opened_font(path) as font:
        subsetter.subset(font)
        font.flavor = "woff2" if for_web else None
        font.save(subset)
    return subset.getvalue()
