"""What stands before and behind the chapters of the printed book: one part each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from crib import pandoc
from crib.press.flavor import PrintFlavor, drawings_in
from crib.press.index import in_order, index_of
from crib.press.paged import END, Part
from crib.press.paper import SIZES
from crib.press.typeset import pictures_in
from crib.render.flavor import TextRewriting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crib.model import Book
    from crib.outputs.book_chapter import Outline, Question
    from crib.press.printer import Press


@dataclass(frozen=True)
class Topic:
    """A tag, what it is for (if the book says so), and the answers that have it."""

    name: str
    purpose: str
    questions: tuple[Question, ...]


def front(press: Press, outlines: tuple[Outline, ...], *behind: Part) -> Part:
    """Return titles, contents and how to read the book; *behind* is what stands behind its chapters, as in `BEHIND`."""
    names = [name for name, part in zip(BEHIND, behind, strict=True) if part.html]
    has_levels = any(question.level for outline in outlines for question in outline.questions)
    drawings = _drawings(outlines)
    return _part(press, "front", drawings, chapters=outlines, behind=names, has_levels=has_levels, end=END)


def notation(press: Press, book: Book) -> Part:
    """Return what the signs in formulas mean, if *book* says so."""
    if not book.notation:
        return Part()
    flavor = PrintFlavor(book, press.labels)
    blocks = TextRewriting(flavor).rewritten(book.notation.blocks)
    html = Markup(pandoc.write_html({"notation": blocks})["notation"])  # noqa: S704 - vetted
    return _part(press, "notation", flavor.drawings, notation=html)


def changes(press: Press, outlines: tuple[Outline, ...]) -> Part:
    """Return what has changed since, if anything has."""
    changed = [outline for outline in outlines if outline.changes]
    if not changed:
        return Part()
    part = _part(press, "changes", _drawings(changed), chapters=changed)
    pictures = {picture.target: picture for outline in changed for picture in outline.pictures}
    return replace(part, pictures=pictures_in(part.html, pictures.values()))


def index(press: Press, outlines: tuple[Outline, ...]) -> Part:
    """Return the index, if there are terms."""
    letters = index_of((term for outline in outlines for term in outline.terms), press.book.language)
    return _part(press, "index", _drawings(outlines), letters=letters) if letters else Part()


def topics(press: Press, outlines: tuple[Outline, ...], purposes: Mapping[str, str]) -> Part:
    """Return the answers of each tag, if there are tags."""
    questions = [question for outline in outlines for question in outline.questions]
    found = tuple(_topics(questions, purposes, press.book.language))
    return _part(press, "topics", topics=found) if found else Part()


def colophon(press: Press) -> Part:
    """Return what the book was made with."""
    return _part(press, "colophon")


BEHIND = ("notation", "changes", "index", "topics", "colophon")
"""What may stand behind the last chapter, in this order."""


def _part(press: Press, name: str, drawings: Mapping[str, str] | None = None, **values: Any) -> Part:
    """Return what the template *name* becomes with *values*; *drawings* has the formulas in these."""
    paper = SIZES[press.book.print.paper]
    html = press.html("book/book.html.j2", part=f"book/{name}.html.j2", paper=paper, **values)
    return Part(html, drawings_in(html, drawings or {}))


def _drawings(outlines: Iterable[Outline]) -> dict[str, str]:
    return {name: svg for outline in outlines for name, svg in outline.drawings.items()}


def _topics(questions: Iterable[Question], purposes: Mapping[str, str], language: str) -> Iterator[Topic]:
    tagged: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        for tag in question.tags:
            tagged[tag].append(question)
    for name in in_order(tagged, language):
        yield Topic(name, purposes.get(name, ""), tuple(tagged[name]))
