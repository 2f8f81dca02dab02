"""Print the progress map: a row for each chapter, with a square for each answer, shaded by its rating."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.print.font_coverage import glyph_problems
from crib.print.paper import PAPER_SIZES
from crib.print.pdf.print_setup import PrintSetup
from crib.problems import ContentError

if TYPE_CHECKING:
    from crib.model import Book
    from crib.render.templates import Templates
    from crib.weak.ranking import Ranking, Standing


@dataclass(frozen=True)
class ProgressRow:
    """A chapter and its answers, each with its code (without the chapter's number) and rating."""

    number: int
    title: str
    squares: tuple[tuple[str, int], ...]

    def count(self, rating: int) -> int:
        """Return the number of its answers with this *rating*."""
        return sum(square == rating for _, square in self.squares)


def progress_job(book: Book, templates: Templates, ranking: Ranking) -> Job:
    """Return the job of the map of all answers in *ranking*. Raises ContentError for unprintable titles."""
    titles = ((chapter.file, [(1, chapter.title)]) for chapter in book.chapters)
    if problems := [problem for file, text in titles for problem in glyph_problems(file, text, templates)]:
        raise ContentError(problems)
    press = PrintSetup.of(book, templates, "weak/progress.css")
    return Job("weak/progress.pdf", print_progress, (press, ranking.day.isoformat(), *_rows(book, ranking)))


def _rows(book: Book, ranking: Ranking) -> list[ProgressRow]:
    titles = {chapter.number: chapter.title for chapter in book.chapters}
    chapters = groupby(ranking.standings, lambda standing: standing.answer.chapter)
    return [ProgressRow(number, titles[number], tuple(map(_square, standings))) for number, standings in chapters]


def _square(standing: Standing) -> tuple[str, int]:
    return standing.answer.code.rpartition(".")[2], standing.rating


def print_progress(press: PrintSetup, day: str, *rows: ProgressRow) -> bytes:
    """Return the PDF of *rows*, as of a *day*."""
    counts = [sum(row.count(rating) for row in rows) for rating in range(4)]
    upright = PAPER_SIZES[press.book.print.paper]
    paper = upright.rotated if press.book.print.theme == "large" else upright
    html = press.html("weak/progress.html.j2", paper=paper, day=day, rows=rows, counts=counts)
    return press.printer({}).write_pdf(html)
