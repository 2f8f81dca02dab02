"""A chapter of the printed book, and what is told of it before and behind all chapters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.markup import pandoc
from crib.model.elements import plain_block
from crib.outputs.book.flavor import BookFlavor, changes_of, in_places, with_places
from crib.outputs.book.pagination import END, Part
from crib.print.chapter_html import pictures_in
from crib.print.flavor import PrintFlavor, drawings_in
from crib.print.paper import PAPER_SIZES
from crib.render.fragments import render_answers
from crib.render.index import IndexTerm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book, Picture
    from crib.outputs.book.flavor import Found
    from crib.print.chapter_html import ChapterHtml
    from crib.print.pdf.printer import PrintSetup

PARTS = ("question", "gist", "body")


@dataclass(frozen=True)
class Question:
    """A line of the contents, and how it is found by its tags."""

    key: str
    code: str
    level: str
    tags: tuple[str, ...]
    html: Markup


@dataclass(frozen=True)
class Change:
    """What has changed since of an answer."""

    key: str
    code: str
    blocks: tuple[Markup, ...]


@dataclass(frozen=True)
class Outline:
    """What other parts of the book tell of a chapter; `drawings` and `pictures` are those in it."""

    number: int
    title: str
    questions: tuple[Question, ...]
    terms: tuple[IndexTerm, ...]
    changes: tuple[Change, ...]
    drawings: Mapping[str, str]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Composed:
    """A chapter to be printed, and its outline."""

    part: Part
    outline: Outline


def compose(book: Book, press: PrintSetup, section: ChapterHtml) -> Composed:
    """Return the one chapter of *book*, which is typeset as *section*. Raises BuildError."""
    [chapter] = book.chapters
    flavor, brief = BookFlavor(book, press.labels), PrintFlavor(book, press.labels)
    fragments = render_answers(map(with_places, chapter.answers), flavor, PARTS)
    terms, changes = tuple(_terms(flavor.terms)), tuple(_changes(book, brief))
    drawings = {**section.drawings, **brief.drawings, **flavor.drawings}
    html = press.html(
        "book/book.html.j2",
        part="book/chapter.html.j2",
        paper=PAPER_SIZES[press.book.print.paper],
        chapter=chapter,
        answers=flavor.answers,
        entries={entry.key: entry for entry in section.entries},
        fragments={key: in_places(key, parts) for key, parts in fragments.items()},
        end=END,
    )
    return Composed(
        Part(html, drawings, section.pictures, section.entries), _outline(section, terms, changes, drawings)
    )


def part_of(composed: Composed) -> Part:
    """Return the chapter alone."""
    return composed.part


def outline_of(composed: Composed) -> Outline:
    """Return its outline alone, which mostly stays the same when the chapter does not."""
    return composed.outline


def _terms(found: Sequence[Found]) -> Iterator[IndexTerm]:
    html = pandoc.write_html({target: [plain_block(words)] for _, target, words in found})
    return (IndexTerm(text, Markup(html[target]), target) for text, target, _ in found)  # noqa: S704 - vetted


def _changes(book: Book, flavor: PrintFlavor) -> Iterator[Change]:
    fragments = render_answers(changes_of(book.answers), flavor, ("body",))
    for key, parts in fragments.items():
        yield Change(key, flavor.answers[key].code, (parts.body, *parts.notes))


def _outline(
    section: ChapterHtml, terms: tuple[IndexTerm, ...], changes: tuple[Change, ...], drawings: Mapping[str, str]
) -> Outline:
    questions = tuple(Question(each.key, each.code, each.level, each.tags, each.question) for each in section.entries)
    blocks = [block for change in changes for block in change.blocks]
    html = "".join([*(question.html for question in questions), *(term.html for term in terms), *blocks])
    return Outline(
        section.number,
        section.title,
        questions,
        terms,
        changes,
        drawings_in(html, drawings),
        pictures_in(html, section.pictures),
    )
