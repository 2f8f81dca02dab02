"""Jobs to render chapters with a gist in every answer, for media without room for whole answers.

If a gist is only the first part of an answer, an arrow refers to the whole answer: by its page in the printed book,
or by its code if the page is unknown. The book is laid out only if it has such answers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.model.gist import needs_gist
from crib.outputs.book.jobs import AnswerPages
from crib.print.chapter_html import render_chapter, render_chapter_with_gists, with_book_pages
from crib.print.chapter_jobs import ChapterJob
from crib.render.fragments import RENDERED_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book, Chapter
    from crib.render.templates import Templates


def chapters_with_gists(
    book: Book, templates: Templates, parts: tuple[str, ...] = RENDERED_PARTS
) -> Iterator[ChapterJob]:
    """Yield a job for each chapter of *book*, with *parts* of its answers, including `gist`."""
    used_templates, pages = templates.only("fonts", "labels"), None
    for chapter in book.chapters:
        lacking = tuple(answer.key for answer in chapter.answers if not answer.has("gist"))
        render = render_chapter_with_gists if lacking else render_chapter
        job = Job("", render, (_part(book, chapter, parts), used_templates, parts))
        if _has_page_numbers(book) and any(map(needs_gist, chapter.answers)):
            pages = pages or AnswerPages(book, templates)
            job = Job("", with_book_pages, (job, pages.job(lacking), book.bare, used_templates))
        yield ChapterJob(chapter, job)


def _part(book: Book, chapter: Chapter, parts: tuple[str, ...]) -> Book:
    """Return *chapter* with *parts* of its answers, and the bodies of answers without a gist."""
    whole = book.part(chapter, *parts, "body")
    [with_bodies] = whole.chapters
    answers = (answer.only(*parts) if answer.has("gist") else answer for answer in with_bodies.answers)
    return replace(whole, chapters=(replace(with_bodies, answers=tuple(answers)),))


def _has_page_numbers(book: Book) -> bool:
    """Return True if the pages of the printed book are known: nothing is selected, and settings are the book's own."""
    return book.own_pages and not book.selection.names
