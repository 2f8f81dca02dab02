"""Paper views of a chapter: its sheet, its cards, its quiz, and its pages of the printed book."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.model.gist import with_body, with_gists
from crib.outputs.book.chapter import PRINTED_FRAGMENTS
from crib.outputs.book.flavor import with_notes, with_placeholders
from crib.preview.document import Document
from crib.preview.screen_flavor import BookScreenFlavor, ScreenFlavor
from crib.print.chapter_html import answer_html, arrow
from crib.render.fragments import render_answers

if TYPE_CHECKING:
    from crib.model import Book, Chapter
    from crib.preview.document import ViewContext


def sheet(book: Book, chapter: Chapter, context: ViewContext) -> Document:
    """Return the gists of *chapter* as on its sheet."""
    return _entries_on("preview/sheet.html.j2", book, chapter, context, "question", "choices", "gist")


def cards(book: Book, chapter: Chapter, context: ViewContext) -> Document:
    """Return both sides of the cards of *chapter*."""
    return _entries_on("preview/cards.html.j2", book, chapter, context, "question", "choices", "gist", "body", "hint")


def quiz(book: Book, chapter: Chapter, context: ViewContext) -> Document:
    """Return the questions of *chapter* with room to answer, and their answer key."""
    return _entries_on("preview/quiz.html.j2", book, chapter, context, "question", "choices", "gist")


def book_page(book: Book, chapter: Chapter, context: ViewContext) -> Document:
    """Return the answers of *chapter* in full, as in the printed book."""
    flavor = BookScreenFlavor(book, context.templates.labels(book))
    fragments = render_answers(map(with_placeholders, map(with_body, chapter.answers)), flavor, PRINTED_FRAGMENTS)
    html = context.html(
        "preview/book.html.j2",
        book,
        chapter=chapter,
        answers=flavor.answers,
        fragments={key: with_notes(key, parts) for key, parts in fragments.items()},
    )
    return Document(html, "preview/book.html.j2", flavor.files)


def _entries_on(template: str, book: Book, chapter: Chapter, context: ViewContext, *parts: str) -> Document:
    """Return *template* with *parts* of the answers of *chapter*, each with a gist."""
    labels = context.templates.labels(book)
    flavor, answers = ScreenFlavor(book, labels), with_gists(chapter).answers
    fragments = render_answers(answers, flavor, parts)
    entries = [
        replace(answer_html(answer, chapter, fragments[answer.key], flavor), more=arrow(answer, labels))
        for answer in answers
    ]
    return Document(context.html(template, book, chapter=chapter, entries=entries), template, flavor.files)
