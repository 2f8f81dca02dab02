"""Fonts reduced to the characters that are shown in them."""

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
"""Drawn by `<msqrt>` and `<mroot>`, whose text does not contain it."""

_VARIABLE = re.compile("<mi>(.)</mi>")
_ITALICS = {
    chr(int(decomposition(italic).split()[1], 16)): italic
    for italic in map(chr, (0x210E, *range(0x1D434, 0x1D468), *range(0x1D6A4, 0x1D6A6), *range(0x1D6E2, 0x1D71C)))
    if decomposition(italic)
}
"""Letters with their mathematical italics, which browsers show in place of a `<mi>` of one letter.

https://w3c.github.io/mathml-core/#italic-mappings
"""


def characters_of(html: str) -> set[str]:
    """Return the characters of the text of *html*."""
    return set(unescape(_TAG.sub("", html)))


def characters_of_formulas(page: str) -> set[str]:
    """Return the characters that the MathML on *page* shows."""
    formulas = "".join(_FORMULA.findall(page))
    italics = {_ITALICS.get(letter, letter) for letter in _VARIABLE.findall(formulas)}
    return characters_of(formulas) | italics | ({_RADICAL} if formulas else set())


def subset_font(path: Path, characters: set[str], *, for_web: bool = False) -> bytes:
    """Return the font in the file *path* with the glyphs of *characters*, larger and stretched ones among them.

    It has no hints: they are for screens with few pixels, and a third of its size. A font *for_web* is compressed.
    Raises BuildError, OSError.
    """
    with path.open("rb") as file:
        digest = file_digest(file)
    return _subset(path, "".join(sorted(characters)), for_web=for_web, digest=digest)


@cached(key_only=("digest",))
def _subset(path: Path, characters: str, *, for_web: bool) -> bytes:
    """Return the subset; cached, because most edits of a book add no new character."""
    from fontTools.subset import Options, Subsetter

    subsetter = Subsetter(Options(hinting=False))
    subsetter.populate(text=characters)
    subset = BytesIO()
    with opened_font(path) as font:
        subsetter.subset(font)
        font.flavor = "woff2" if for_web else None
        font.save(subset)
    return subset.getvalue()
