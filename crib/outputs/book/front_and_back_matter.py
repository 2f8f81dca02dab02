"""Front and back matter of the printed book; long sections are split into chunks, each a part of its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

from crib.markup import pandoc
from crib.outputs.book.pagination import END, Part
from crib.print.chapter_html import drawings_of, pictures_in
from crib.print.chunks import chunk
from crib.print.flavor import PrintFlavor, drawings_in
from crib.print.paper import PAPER_SIZES
from crib.render.formula_strips import render_formulas
from crib.render.index import build_index, sort_words
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crib.model import Book
    from crib.outputs.book.chapter import ChapterSummary, ContentsLine
    from crib.print.pdf.print_setup import PrintSetup

_Thing = TypeVar("_Thing")


def front_matter(
    press: PrintSetup,
    chapters: tuple[ChapterSummary, ...],
    explained: Collection[str],
    number: int,
    count: int,
    *back: Part,
) -> Part:
    """Compose one of *count* chunks of the contents; the first has the title pages, the last how to read the book.

    explained  features for the page on reading the book: `gists`, `hints`, both or none
    back       the sections of the back matter, in the order of `BACK_MATTER`
    """
    names = [name for name, part in zip(BACK_MATTER, back, strict=True) if part.html]
    has_levels = any(question.level for chapter in chapters for question in chapter.questions)
    summaries = chunk(chapters, number, count)
    is_first, is_last = number == 0, number == count - 1
    if not summaries and not is_last:
        return Part()
    return _part(
        press,
        "front",
        drawings_of(summaries),
        chapters=summaries,
        behind=names,
        explained=explained,
        has_levels=has_levels,
        is_first=is_first,
        is_last=is_last,
        end=END,
    )


def formulas(press: PrintSetup, book: Book, number: int, count: int) -> Part:
    """Compose one of *count* chunks of the formulas of all chapters, if *book* has any."""
    flavor = PrintFlavor(book, press.labels)
    chapters = chunk(book.chapters, number, count)
    strips = render_formulas(chapters, flavor)
    pairs = [(chapter, strips[chapter.number]) for chapter in chapters]
    return _part(press, "formulas", flavor.drawings, chapters=pairs, is_first=number == 0) if pairs else Part()


def notation(press: PrintSetup, book: Book) -> Part:
    """Compose the list of notation, if *book* has one."""
    if not book.notation:
        return Part()
    flavor = PrintFlavor(book, press.labels)
    blocks = TextRewriter(flavor).rewrite(book.notation.blocks)
    html = Markup(pandoc.write_html({"notation": blocks})["notation"])  # noqa: S704 - vetted
    return _part(press, "notation", flavor.drawings, notation=html)


def changes(press: PrintSetup, chapters: tuple[ChapterSummary, ...]) -> Part:
    """Compose the list of passages changed since earlier editions, if any."""
    changed = [chapter for chapter in chapters if chapter.changes]
    if not changed:
        return Part()
    part = _part(press, "changes", drawings_of(changed), chapters=changed)
    pictures = {picture.target: picture for chapter in changed for picture in chapter.pictures}
    return replace(part, pictures=pictures_in(part.html, pictures.values()))


def index(press: PrintSetup, chapters: tuple[ChapterSummary, ...], number: int, count: int) -> Part:
    """Compose one of *count* chunks of the index, if there are terms."""
    letters = build_index((term for chapter in chapters for term in chapter.terms), press.book.language)
    entries = [(letter.head, entry) for letter in letters for entry in letter.entries]
    groups = _grouped(chunk(entries, number, count))
    return _part(press, "index", drawings_of(chapters), letters=groups, is_first=number == 0) if groups else Part()


def topics(
    press: PrintSetup, chapters: tuple[ChapterSummary, ...], purposes: Mapping[str, str], number: int, count: int
) -> Part:
    """Compose one of *count* chunks of the list of answers by tag, if there are tags; *purposes* describe tags."""
    by_tag = _by_tag(question for chapter in chapters for question in chapter.questions)
    pairs = [(tag, question) for tag in sort_words(by_tag, press.book.language) for question in by_tag[tag]]
    groups = _grouped(chunk(pairs, number, count))
    topics = [(tag, purposes.get(tag, ""), questions) for tag, questions in groups]
    return _part(press, "topics", topics=topics, is_first=number == 0) if groups else Part()


def colophon(press: PrintSetup) -> Part:
    """Compose the colophon: edition, production and license."""
    return _part(press, "colophon")


BACK_MATTER = ("formulas", "notation", "changes", "index", "topics", "colophon")
"""The sections after the last chapter, in order; any but the last may be missing."""


def _part(press: PrintSetup, name: str, drawings: Mapping[str, str] | None = None, **values: Any) -> Part:
    """Render the template *name* with *values*; its formulas are looked up in *drawings*."""
    paper = PAPER_SIZES[press.book.print.paper]
    html = press.html("book/book.html.j2", part=f"book/{name}.html.j2", paper=paper, **values)
    return Part(html, drawings_in(html, drawings or {}))


def _by_tag(questions: Iterable[ContentsLine]) -> dict[str, list[ContentsLine]]:
    """Return *questions* by their tags."""
    by_tag: dict[str, list[ContentsLine]] = defaultdict(list)
    for question in questions:
        for tag in question.tags:
            by_tag[tag].append(question)
    return by_tag


def _grouped(pairs: Iterable[tuple[str, _Thing]]) -> list[tuple[str, list[_Thing]]]:
    """Group consecutive *pairs* by their first element."""
    return [(head, [thing for _, thing in group]) for head, group in groupby(pairs, key=itemgetter(0))]
