"""Views of a chapter in the preview: one for each medium, and three of the e-book."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from crib.markup.output_allowlist import SOURCE_BUTTON
from crib.outputs.book import jobs as book_jobs
from crib.outputs.quiz import jobs as quiz_jobs
from crib.outputs.sheets import jobs as sheet_jobs
from crib.preview.anki_view import anki
from crib.preview.ebook_view import EBOOK, ebook
from crib.preview.paper_views import book_page, cards, quiz, sheet
from crib.preview.sources import with_source_buttons
from crib.render import gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crib.engine.job import Job
    from crib.model import Book, Chapter
    from crib.preview.document import Document, ViewContext
    from crib.render.templates import Templates


@dataclass(frozen=True)
class View:
    """A view of a chapter.

    address   its address, with a placeholder for the chapter's name
    fill      renders the page, still unchecked
    printing  returns jobs for a book of only this chapter; the first with a path makes the printed pages
    """

    name: str
    address: str
    fill: Callable[[Book, Chapter, ViewContext], Document]
    printing: Callable[[Book, Templates], Iterable[Job]] | None = None

    def of(self, chapter: Chapter) -> str:
        """Return the address of *chapter* in this view."""
        return self.address.format(chapter.name)

    def render(self, book: Book, chapter: Chapter, context: ViewContext) -> Document:
        """Return the checked page of *chapter*. Raises ContentError for markup not on the allowlist."""
        document = self.fill(book, chapter, context)
        document = replace(document, html=with_source_buttons(document.html, chapter))
        lines = {answer.key: (chapter.file, answer.line) for answer in chapter.answers}
        names, place = (document.template,), lambda identifier: lines.get(identifier.partition(".")[0])
        gate.check(document.html, gate.Origin(context.templates, names, place), SOURCE_BUTTON)
        return document


VIEWS = (
    View("sheet", "/sheet/{}", sheet, sheet_jobs.jobs),
    View("cards", "/cards/{}", cards),
    View("quiz", "/quiz/{}", quiz, quiz_jobs.jobs),
    View("book", "/book/{}", book_page, book_jobs.chapters_only),
    View("ebook", f"{EBOOK}answers/{{}}.xhtml", partial(ebook, "answers")),
    View("questions", f"{EBOOK}questions/{{}}.xhtml", partial(ebook, "questions")),
    View("gists", f"{EBOOK}sheet/{{}}.xhtml", partial(ebook, "sheet")),
    View("anki", "/anki/{}", anki),
)
