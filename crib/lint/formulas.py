"""Formulas that MathJax, ours and Anki's, would not draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib import mathjax
from crib.lint.finding import elements, with_retired
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def refused(book: Book) -> Iterator[Finding]:
    """Find TeX that MathJax refuses."""
    for chapter, element in elements(with_retired(book)):
        if element["t"] == "Math" and (why := mathjax.complaint(element["c"][1])):
            yield chapter, element["line"], why, f"in the formula {short(element['c'][1])}"
