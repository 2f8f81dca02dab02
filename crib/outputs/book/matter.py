"""What stands before and behind the chapters of the printed book; what is long in shares, each a part."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

from crib.markup import pandoc
from crib.outputs.book.pagination import END, Part
from crib.print.chapter_html import pictures_in
from crib.print.chunks import chunk
from crib.print.flavor import PrintFlavor, drawings_in
from crib.print.paper import PAPER_SIZES
from crib.render.index import build_index, sort_words
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crib.model import Book
    from crib.outputs.book.chapter import Outline, Question
    from crib.print.pdf.printer import PrintSetup

_Thing = TypeVar("_Thing")


def front(press: PrintSetup, outlines: tuple[Outline, ...], number: int, shares: int, *behind: Part) -> Part:
    """Return a share of the contents; the first with the titles of the book, the last with how to read it.

    *behind* is what stands behind the chapters, as in `BEHIND`.
    """
    names = [name for name, part in zip(BEHIND, behind, strict=True) if part.html]
    has_levels = any(question.level for outline in outlines for question in outline.questions)
    share = chunk(outlines, number, shares)
    is_first, is_last = number == 0, number == shares - 1
    if not share and not is_last:
        return Part()
    return _part(
        press,
        "front",
        _drawings(share),
        chapters=share,
        behind=names,
        has_levels=has_levels,
        is_first=is_first,
        is_last=is_last,
        end=END,
    )


def notation(press: PrintSetup, book: Book) -> Part:
    """Return what the signs in formulas mean, if *book* says so."""
    if not book.notation:
        return Part()
    flavor = PrintFlavor(book, press.labels)
    blocks = TextRewriter(flavor).rewrite(book.notation.blocks)
    html = Markup(pandoc.write_html({"notation": blocks})["notation"])  # noqa: S704 - vetted
    return _part(press, "notation", flavor.drawings, notation=html)


def changes(press: PrintSetup, outlines: tuple[Outline, ...]) -> Part:
    """Return what has changed since, if anything has."""
    changed = [outline for outline in outlines if outline.changes]
    if not changed:
        return Part()
    part = _part(press, "changes", _drawings(changed), chapters=changed)
    pictures = {picture.target: picture for outline in changed for picture in outline.pictures}
    return replace(part, pictures=pictures_in(part.html, pictures.values()))


def index(press: PrintSetup, outlines: tuple[Outline, ...], number: int, shares: int) -> Part:
    """Return a share of the index, if there are terms."""
    letters = build_index((term for outline in outlines for term in outline.terms), press.book.language)
    entries = [(letter.head, entry) for letter in letters for entry in letter.entries]
    share = _under(chunk(entries, number, shares))
    return _part(press, "index", _drawings(outlines), letters=share, is_first=number == 0) if share else Part()


def topics(
    press: PrintSetup, outlines: tuple[Outline, ...], purposes: Mapping[str, str], number: int, shares: int
) -> Part:
    """Return a share of the answers of each tag, if there are tags."""
    tagged = _tagged(question for outline in outlines for question in outline.questions)
    found = [(tag, question) for tag in sort_words(tagged, press.book.language) for question in tagged[tag]]
    share = _under(chunk(found, number, shares))
    topics = [(tag, purposes.get(tag, ""), questions) for tag, questions in share]
    return _part(press, "topics", topics=topics, is_first=number == 0) if share else Part()


def colophon(press: PrintSetup) -> Part:
    """Return what the book was made with."""
    return _part(press, "colophon")


BEHIND = ("notation", "changes", "index", "topics", "colophon")
"""What may stand behind the last chapter, in this order."""


def _part(press: PrintSetup, name: str, drawings: Mapping[str, str] | None = None, **values: Any) -> Part:
    """Return what the template *name* becomes with *values*; *drawings* has the formulas in these."""
    paper = PAPER_SIZES[press.book.print.paper]
    html = press.html("book/book.html.j2", part=f"book/{name}.html.j2", paper=paper, **values)
    return Part(html, drawings_in(html, drawings or {}))


def _drawings(outlines: Iterable[Outline]) -> dict[str, str]:
    return {name: svg for outline in outlines for name, svg in outline.drawings.items()}


def _tagged(questions: Iterable[Question]) -> dict[str, list[Question]]:
    """Return questions by their tags."""
    tagged: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        for tag in question.tags:
            tagged[tag].append(question)
    return tagged


def _under(pairs: Iterable[tuple[str, _Thing]]) -> list[tuple[str, list[_Thing]]]:
    """Return the second ones of *pairs* under the first, where that is the same in a row."""
    return [(head, [thing for _, thing in same]) for head, same in groupby(pairs, key=itemgetter(0))]
