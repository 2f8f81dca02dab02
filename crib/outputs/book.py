"""The printed book: all answers in full, between what a book has before and behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib import pandoc
from crib.job import Job
from crib.outputs.book_flavor import BookFlavor, changes_of, with_notes, with_places
from crib.outputs.sections import sections
from crib.press.flavor import PrintFlavor
from crib.press.index import Term, in_order, index_of
from crib.press.paged import BODY, PagedPrinter
from crib.press.paper import SIZES
from crib.press.printer import Press
from crib.press.typeset import drawings_of
from crib.render.flavor import TextRewriting
from crib.render.fragments import render_answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Answer, Book
    from crib.press.index import Letter
    from crib.press.typeset import Section
    from crib.render.templates import Templates


@dataclass(frozen=True)
class Topic:
    """A tag, what it is for (if the book says so), and the answers that have it."""

    name: str
    purpose: str
    answers: tuple[Answer, ...]


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the PDF of *book*, if it has answers. Raises BuildError."""
    if any(book.answers):
        press = Press.of(book, templates, "book/book.css")
        chapters = tuple(each.section for each in sections(book, templates))
        text = replace(book, retired=None, ledger=None, others=())
        yield Job(f"{book.named('book')}.pdf", print_book, (text, press, chapters), weight=len(book.chapters))


def print_book(book: Book, press: Press, chapters: tuple[Section, ...]) -> bytes:
    """Return the PDF of *book*, whose *chapters* are typeset. Raises BuildError, ContentError."""
    answers = {answer.key: answer for answer in book.answers}
    entries = {entry.key: entry for section in chapters for entry in section.entries}
    flavor, brief = BookFlavor(book, press.labels), PrintFlavor(book, press.labels)
    fragments = render_answers(map(with_places, answers.values()), flavor, ("question", "gist", "body"))
    changes = changes_of(answers)
    html = press.html(
        "book/book.html.j2",
        body=BODY,
        paper=SIZES[book.print.paper],
        chapters=book.chapters,
        answers=answers,
        entries=entries,
        fragments={key: with_notes(parts) for key, parts in fragments.items()},
        changed=changes,
        changes=render_answers(changes, brief, ("body",)),
        notation=_notation(book, brief),
        letters=_index(book, flavor),
        topics=tuple(_topics(book, answers)),
    )
    drawings = {**drawings_of(chapters), **brief.drawings, **flavor.drawings}
    folders = press.templates.folders
    return PagedPrinter(press.book.folder, drawings, press.stylesheets, folders, entries.values()).write(html)


def _notation(book: Book, flavor: PrintFlavor) -> Markup:
    if not book.notation:
        return Markup()
    blocks = TextRewriting(flavor).rewritten(book.notation.blocks)
    return Markup(pandoc.write_html({"notation": blocks})["notation"])  # noqa: S704 - vetted


def _index(book: Book, flavor: BookFlavor) -> tuple[Letter, ...]:
    html = pandoc.write_html({target: [{"t": "Plain", "c": words}] for _, target, words in flavor.terms})
    terms = [Term(text, Markup(html[target]), target) for text, target, _ in flavor.terms]  # noqa: S704 - vetted
    return index_of(terms, book.language)


def _topics(book: Book, answers: Mapping[str, Answer]) -> Iterator[Topic]:
    for name in in_order({tag for answer in answers.values() for tag in answer.tags}, book.language):
        tagged = tuple(answer for answer in answers.values() if name in answer.tags)
        yield Topic(name, book.tags.get(name, ""), tagged)
