"""Jobs to print a learner's progress map, and the weakest answers as a sheet, flashcards and a quiz."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.engine.job import Job
from crib.outputs.cards.grid import Grid
from crib.outputs.cards.jobs import Duplex, card_jobs, cards_job
from crib.outputs.chapters_with_gists import chapters_with_gists
from crib.outputs.quiz.jobs import jobs as quiz_jobs
from crib.outputs.sheets.blocks import sheet_blocks, sheet_setup
from crib.outputs.sheets.format import FormatChoice
from crib.outputs.sheets.jobs import Sheet, print_chapter_sheet
from crib.print.chapter_html import ChapterHtml, drawings_of
from crib.print.font_coverage import printable
from crib.print.pdf.print_setup import PrintSetup
from crib.problems import ContentError
from crib.weak.progress import progress_job

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book
    from crib.print.chapter_html import AnswerHtml
    from crib.print.fit.copyfitting import FittedPages
    from crib.print.fit.measure import Block
    from crib.print.pdf.printer import Printer
    from crib.render.templates import Templates
    from crib.weak.ranking import Ranking

_SHEET_PARTS = ("question", "choices", "gist")


def jobs(
    book: Book, templates: Templates, ranking: Ranking, top: int | None = None, pages: int | None = None
) -> Iterator[Job]:
    """Yield the jobs of the PDFs of *ranking*: the progress map of *book*, and the weak answers.

    top    the maximum number of weak answers; None for all
    pages  the maximum number of pages of the sheet, with as many of the weakest as fit; None for all

    Without any studied answer there are no jobs. Raises ContentError for unprintable characters.
    """
    if any(standing.terms for standing in ranking.standings):
        yield progress_job(book, templates, ranking)
    if words := {standing.answer.key: standing.words for standing in ranking.weakest[:top]}:
        yield from _weak_jobs(book, templates, words, pages)


def _weak_jobs(book: Book, templates: Templates, words: Mapping[str, str], pages: int | None) -> Iterator[Job]:
    """Yield the jobs of the answers with the keys of *words*, in this order, and the learner's own words."""
    weak = book.only(words)
    yield _sheet_job(weak, templates, words, pages)
    press = PrintSetup.of(weak, templates, "cards/cards.css")
    grid = Grid.of(weak.print)
    cards = card_jobs(weak, templates, press, grid)
    yield cards_job("weak/cards.pdf", [cards[key] for key in words], press, grid, Duplex())
    yield from (replace(job, path="weak/quiz.pdf") for job in quiz_jobs(weak, templates))


def _sheet_job(book: Book, templates: Templates, words: Mapping[str, str], pages: int | None) -> Job:
    press = sheet_setup(book, templates, "weak/sheet.css")
    entries = tuple((key, printable(text, templates)) for key, text in words.items())
    chapters = [typeset.job for typeset in chapters_with_gists(book, templates, _SHEET_PARTS)]
    section = Job("", ranked_section, (press.labels["weak"], entries, *chapters))
    return Job("weak/sheet.pdf", print_chapter_sheet, (section, press, Job("", fit_weakest, (section, press, pages))))


def ranked_section(title: str, words: Sequence[tuple[str, str]], *sections: ChapterHtml) -> ChapterHtml:
    """Return all answers of *sections* under one *title*, in the order of *words*: keys, and the learner's words."""
    entries = {entry.key: entry for section in sections for entry in section.entries}
    return ChapterHtml(
        number=0,
        title=title,
        name="weak",
        file=sections[0].file,
        exercises=(),
        entries=tuple(_with_words(entries[key], text) for key, text in words),
        drawings=drawings_of(sections),
        pictures=tuple(dict.fromkeys(picture for section in sections for picture in section.pictures)),
    )


def _with_words(entry: AnswerHtml, words: str) -> AnswerHtml:
    own = Markup('<p class="own">{}</p>').format(words)
    return replace(entry, gist=(entry.gist or entry.right) + own) if words else entry


def fit_weakest(section: ChapterHtml, press: PrintSetup, pages: int | None) -> Sheet:
    """Fit the answers of *section* on a sheet; the last ones are left out above *pages* pages.

    Raises ContentError for answers higher than a column.
    """
    blocks = sheet_blocks(section.entries, press)
    printer = press.printer(section.drawings, section.entries)
    fit = FormatChoice(blocks, press, printer).best()
    if pages and len(fit.pages) > pages:
        fit = _fit_most(blocks, press, printer, pages) or fit
    return Sheet.of("", section.title, press, fit, levels=any(entry.level for entry in section.entries))


def _fit_most(blocks: Sequence[Block], press: PrintSetup, printer: Printer, pages: int) -> FittedPages | None:
    """Fit the first *blocks*, as many as possible, on *pages* pages in the smallest type; None if not even one fits."""
    best, least, most = None, 1, len(blocks)
    while least <= most:
        count = (least + most) // 2
        try:
            best = FormatChoice(blocks[:count], press, printer).exactly(pages, "")
            least = count + 1
        except ContentError:
            most = count - 1
    return best
