"""Unprintable characters, without a glyph in any font for paper: warnings about the page list and the cover."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.files import is_there
from crib.model.book_files import BOOK_FILE
from crib.outputs.book.jobs import unprintable_text
from crib.print.font_coverage import glyph_problems
from crib.problems import WARNING
from crib.source.settings import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from crib.problems import Problem
    from crib.render.templates import Templates

ON_COVER = ("title", "subtitle", "authors", "companion")
"""Settings of a book printed on its cover."""


def left_off_cover(book: Book, templates: Templates) -> Iterator[tuple[str, Problem]]:
    """Yield each setting of *book* with unprintable text, and a warning. Raises BuildError."""
    file = book.folder / BOOK_FILE
    for name in ON_COVER:
        for problem in glyph_problems(str(file), [(0, "".join(getattr(book, name)))], templates):
            line = line_of(file.read_text(encoding="utf-8-sig") if is_there(file) else "", name)
            yield name, _warning(replace(problem, line=line), f"the cover of the e-book is drawn without the {name}")


def against_page_list(book: Book, templates: Templates) -> Iterator[Problem]:
    """Yield a warning for each reason why *book* cannot be printed, and so has no page list. Raises BuildError."""
    for problem in unprintable_text(book, templates):
        yield _warning(problem, "the e-book has no list of printed pages")


def _warning(problem: Problem, consequence: str) -> Problem:
    return replace(problem, text=f"{problem.text}, so {consequence}", severity=WARNING)
