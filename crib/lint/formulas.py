"""Formulas that MathJax, ours and Anki's, would not draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine.cache import remember
from crib.engine.job import Job
from crib.lint.finding import texts, with_retired
from crib.markup import mathjax
from crib.model.tree import unpack, walk
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def refused(book: Book) -> Iterator[Finding]:
    """Find TeX that MathJax refuses."""
    for chapter, packed in texts(with_retired(book)):
        for line, why, tex in remember(_refused, packed):
            yield chapter, line, why, f"in the formula {short(tex)}"


def ahead(book: Book) -> Iterator[Job]:
    """Yield jobs that make what `refused` then finds."""
    return (Job("", _refused, (packed,)) for _, packed in texts(with_retired(book)))


def _refused(packed: tuple[bytes, ...]) -> list[tuple[int, str, str]]:
    """Return line, complaint and TeX of each formula in *packed* that is refused."""
    formulas = ((e["line"], e["c"][1]) for part in packed for e in walk(unpack(part)) if e["t"] == "Math")
    return [(line, why, tex) for line, tex in formulas if (why := mathjax.complaint(tex))]
