"""Composition of a chapter of the printed book, and its summary for the front and back matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.markup import pandoc
from crib.model.elements import plain_block
from crib.model.gist import with_body
from crib.outputs.book.flavor import BookFlavor, changes_of, with_notes, with_placeholders
from crib.outputs.book.pagination import END, Part
from crib.print.chapter_html import pictures_in
from crib.print.flavor import PrintFlavor, drawings_in
from crib.print.last_words import join_last_words
from crib.print.paper import PAPER_SIZES
from crib.render.fragments import render_answers
from crib.render.index import IndexTerm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book, Picture
    from crib.print.chapter_html import ChapterHtml
    from crib.print.pdf.print_setup import PrintSetup
    from crib.render.fragments import Fragments
    from crib.render.index import MarkedTerm

PRINTED_FRAGMENTS = ("question", "choices", "gist", "body")


@dataclass(frozen=True)
class ContentsLine:
    """A question for the table of contents and the list of topics."""

    key: str
    code: str
    level: str
    tags: tuple[str, ...]
    html: Markup


@dataclass(frozen=True)
class AnswerChanges:
    """The passages of an answer changed since an earlier edition."""

    key: str
    code: str
    blocks: tuple[Markup, ...]


@dataclass(frozen=True)
class ChapterSummary:
    """The data of a chapter for the front and back matter, with only the `drawings` and `pictures` used there."""

    number: int
    title: str
    questions: tuple[ContentsLine, ...]
    terms: tuple[IndexTerm, ...]
    changes: tuple[AnswerChanges, ...]
    drawings: Mapping[str, str]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class ComposedChapter:
    """A chapter ready to print, and its summary."""

    part: Part
    summary: ChapterSummary


def compose(book: Book, press: PrintSetup, section: ChapterHtml) -> ComposedChapter:
    """Compose the only chapter of *book*, typeset as *section*. Raises BuildError."""
    [chapter] = book.chapters
    flavor, brief = BookFlavor(book, press.labels), PrintFlavor(book, press.labels)
    answers = map(with_placeholders, map(with_body, chapter.answers))
    fragments = render_answers(answers, flavor, PRINTED_FRAGMENTS)
    terms, changes = tuple(_terms(flavor.terms)), tuple(_changes(book, brief))
    drawings = {**section.drawings, **brief.drawings, **flavor.drawings}
    html = press.html(
        "book/book.html.j2",
        part="book/chapter.html.j2",
        paper=PAPER_SIZES[press.book.print.paper],
        chapter=chapter,
        answers=flavor.answers,
        entries={entry.key: entry for entry in section.entries},
        fragments={key: _printed(key, parts) for key, parts in fragments.items()},
        end=END,
    )
    return ComposedChapter(
        Part(html, drawings, section.pictures, section.entries), _summary(section, terms, changes, drawings)
    )


def _printed(key: str, parts: Fragments) -> Fragments:
    return replace(with_notes(key, parts), question=join_last_words(parts.question))


def chapter_part(composed: ComposedChapter) -> Part:
    """Return the chapter without its summary."""
    return composed.part


def summary_of(composed: ComposedChapter) -> ChapterSummary:
    """Return the summary alone: it rarely changes with the chapter, so dependent parts stay cached."""
    return composed.summary


def _terms(marked: Sequence[MarkedTerm]) -> Iterator[IndexTerm]:
    html = pandoc.write_html({target: [plain_block(words)] for _, target, words in marked})
    return (IndexTerm(text, Markup(html[target]), target) for text, target, _ in marked)  # noqa: S704 - vetted


def _changes(book: Book, flavor: PrintFlavor) -> Iterator[AnswerChanges]:
    fragments = render_answers(changes_of(book.answers), flavor, ("body",))
    for key, parts in fragments.items():
        yield AnswerChanges(key, flavor.answers[key].code, (parts.body, *parts.notes))


def _summary(
    section: ChapterHtml, terms: tuple[IndexTerm, ...], changes: tuple[AnswerChanges, ...], drawings: Mapping[str, str]
) -> ChapterSummary:
    questions = tuple(
        ContentsLine(entry.key, entry.code, entry.level, entry.tags, entry.question) for entry in section.entries
    )
    blocks = [block for change in changes for block in change.blocks]
    html = "".join([*(question.html for question in questions), *(term.html for term in terms), *blocks])
    return ChapterSummary(
        section.number,
        section.title,
        questions,
        terms,
        changes,
        drawings_in(html, drawings),
        pictures_in(html, section.pictures),
    )
