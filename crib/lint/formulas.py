"""Lint formulas: TeX refused by MathJax, and so by Anki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.lint.finding import packed_texts, with_retired
from crib.markup import mathjax
from crib.model.elements import text_of
from crib.model.tree import find_all, unpack
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def refused(book: Book) -> Iterator[Finding]:
    """Find TeX refused by MathJax."""
    places = list(packed_texts(with_retired(book)))
    for (chapter, _), refusals in zip(places, _refused.each((packed,) for _, packed in places), strict=True):
        for line, why, tex in refusals:
            yield chapter, line, why, f"in the formula {short(tex)}"


@cached
def _refused(packed: tuple[bytes, ...]) -> list[tuple[int, str, str]]:
    """Return line, MathJax's message and TeX of each refused formula in *packed*."""
    formulas = ((math["line"], text_of(math)) for part in packed for math in find_all(unpack(part), "Math"))
    return [(line, why, tex) for line, tex in formulas if (why := mathjax.complaint(tex))]
