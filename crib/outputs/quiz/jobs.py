"""Quizzes: questions with ruled room to answer, as many different papers as wanted, and their key.

An answer gets the lines that its gist takes in letters as large as a hand writes them. What is left
of a page becomes further lines, shared in proportion.

Which pages there will be is known only once all is measured, the jobs are known before: so as many
parts are printed as there are runs of questions, each with the pages that begin in its run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from crib.engine.job import Job
from crib.outputs.quiz.pages import MOST, Format, Layout, Page, Question, QuizPaper
from crib.outputs.quiz.sampling import draw
from crib.print.chapter_html import drawings_of
from crib.print.chapter_jobs import chapter_jobs
from crib.print.fit.box_heights import PX_PER_MM, box_heights
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.printer import PrintSetup
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book, Chapter
    from crib.print.chapter_html import ChapterHtml
    from crib.render.templates import Templates

_RUN = 16
"""How many questions are in a run."""

_REACH = 40 * _RUN
"""A run is found among the pages of so many questions: among all of them, time would grow with the square of a book."""


@dataclass(frozen=True)
class Draw:
    """How a quiz was drawn, so that it can be made again."""

    count: int
    total: int
    seed: int


@dataclass(frozen=True)
class Measured:
    """How high what a chapter has on a page of this *format* is, in millimeters: see `Layout`.

    fits  whether columns of the key are wide enough for its formulas
    """

    format: Format
    heights: Mapping[str, float]
    fits: bool


@dataclass(frozen=True)
class Share:
    """Some pages of a paper, and what they show: `sections` are chapters with one answer each, by its key."""

    pages: tuple[Page, ...]
    sections: Mapping[str, ChapterHtml]


def jobs(  # noqa: PLR0913 - what a teacher can ask for
    book: Book, templates: Templates, *, count: int | None = None, seed: int = 0, papers: int = 1, key: str = "end"
) -> Iterator[Job]:
    """Yield the PDF of a quiz on all questions of *book*; nothing if there are none.

    count   draw so many questions, from each chapter in proportion; see `lots` for how *seed* decides
    papers  how many different ones, up to 26: each has its own order and, with *count*, its own questions
    key     whether the answers stand at the `end`, or in a `file` of their own

    Raises ContentError for characters that cannot be printed, and BuildError where *count* is more
    than there are: a test that is shorter than asked for would be noticed too late.
    """
    keys = [[answer.key for answer in chapter.answers] for chapter in book.chapters]
    total = sum(map(len, keys))
    if not total:
        return
    if count and count > total:
        text = f"{count} questions are wanted, but there are only {total}"
        raise BuildError(text, code="quiz", hint=f"use --count {total}")
    hands = draw(keys, count or total, seed, papers)
    letters = ascii_uppercase[:papers] if papers > 1 else [""]
    drawn = [
        QuizPaper(letter, tuple(_questions(book.chapters, hand, turn)))
        for turn, (letter, hand) in enumerate(zip(letters, hands, strict=True))
    ]
    printing = _Printing(book, templates, drawn, Draw(count, total, seed) if count else None)
    if key == "file":
        yield Job(f"{book.named('quiz')}.pdf", merge_pdf, printing.parts("quiz"))
        yield Job(f"{book.named('quiz-key')}.pdf", merge_pdf, printing.parts("key"))
    else:
        yield Job(f"{book.named('quiz')}.pdf", merge_pdf, printing.parts("quiz", "key"))


class _Printing:
    """The jobs that print papers."""

    def __init__(self, book: Book, templates: Templates, papers: Sequence[QuizPaper], how: Draw | None) -> None:
        self._press, self._papers, self._how = PrintSetup.of(book, templates, "quiz/quiz.css"), papers, how
        self._usual = Format.of(book.print, max(len(paper.questions) for paper in papers))
        asked = {question.key for paper in papers for question in paper.questions}
        self._sections, first = dict[int, Job](), dict[int, Job]()
        for each in chapter_jobs(book, templates, ("question", "gist")):
            if keys := tuple(answer.key for answer in each.chapter.answers if answer.key in asked):
                self._sections[each.chapter.number] = each.job
                first[each.chapter.number] = Job("", measure, (each.job, keys, self._press, self._usual))
        self._format = Job("", wide_enough, (self._usual, *first.values()))
        self._measured = {
            number: Job("", measured_for, (self._format, job, *job.arguments[:3])) for number, job in first.items()
        }

    def parts(self, *kinds: str) -> tuple[Job, ...]:
        """Return the parts of all papers: first one kind of pages, then the next."""
        each = [(kind, paper) for kind in kinds for paper in self._papers]
        return tuple(
            part
            for kind, paper in each
            for part in self._parts(kind, paper, even=kind == "quiz" and (kind, paper) != each[-1])
        )

    def _parts(self, kind: str, paper: QuizPaper, *, even: bool) -> Iterator[Job]:
        pages = Job("", lay_out, (kind, paper, self._format, *self._of(paper.questions, self._measured)))
        for start in range(0, len(paper.questions), _RUN):
            end = start + _RUN
            if start % _REACH == 0:
                near = Job("", begin, (start, start + _REACH, pages))
            shown = self._of(paper.questions[start : end + MOST * self._usual.columns(kind)], self._sections)
            share = Job("", begun, (start, end, near, *shown))
            yield Job("", print_share, (self._press, self._format, self._how, even, share))

    def _of(self, questions: Sequence[Question], jobs: Mapping[int, Job]) -> Iterator[Job]:
        """Yield those *jobs* whose chapters *questions* are of."""
        return (jobs[number] for number in dict.fromkeys(question.chapter for question in questions))


def measure(section: ChapterHtml, keys: Sequence[str], press: PrintSetup, page: Format) -> Measured:
    """Return how high the questions of *section* with these *keys* are. Raises ContentError, BuildError."""
    entries = [entry for entry in section.entries if entry.key in keys]
    printer = press.printer(section.drawings, entries)
    html = press.html("quiz/measure.html.j2", format=page, section=section, entries=entries)
    document = printer.lay_out(html)
    high = {name: height / PX_PER_MM for name, height in box_heights(document).items()}
    cramped = {name for formula in printer.shrunk_formulas(document) for name in formula.inside}
    return Measured(page, high, cramped.isdisjoint(f"key-{key}" for key in keys))


def wide_enough(usual: Format, *chapters: Measured) -> Format:
    """Return the *usual* format, or that with wider columns if the formulas of any of *chapters* need them."""
    return usual if all(chapter.fits for chapter in chapters) else replace(usual, key_columns=1)


def measured_for(
    page: Format, before: Measured, section: ChapterHtml, keys: Sequence[str], press: PrintSetup
) -> Measured:
    """Return what `measure` does, as known *before* if that was for the same format."""
    return before if before.format == page else measure(section, keys, press, page)


def lay_out(kind: str, paper: QuizPaper, page: Format, *chapters: Measured) -> tuple[Page, ...]:
    """Return the pages of one kind of *paper*. Raises ContentError for what is higher than a page."""
    heights = {name: height for chapter in chapters for name, height in chapter.heights.items()}
    return tuple(Layout(page, heights).pages(paper, kind))


def begin(start: int, end: int, pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return those of *pages* that begin with one of the questions *start* to *end*."""
    return tuple(page for page in pages if start < page.columns[0][0].question.number <= end)


def begun(start: int, end: int, pages: Sequence[Page], *chapters: ChapterHtml) -> Share:
    """Return what `begin` does, and only what these pages show."""
    mine = begin(start, end, pages)
    shown = {placed.question.key for page in mine for column in page.columns for placed in column}
    return Share(
        mine, {entry.key: each.only(entry) for each in chapters for entry in each.entries if entry.key in shown}
    )


def print_share(press: PrintSetup, page: Format, how: Draw | None, even: bool, share: Share) -> bytes:  # noqa: FBT001 - a job's
    """Return the part with the pages of *share*; empty if it has none.

    even  whether the paper ends on the back of a sheet, which stays blank if it must
    """
    if not share.pages:
        return b""
    last = share.pages[-1]
    blank = even and last.number == last.count and last.count % 2 == 1
    html = press.html(
        "quiz/quiz.html.j2", pages=share.pages, sections=share.sections, format=page, how=how, blank=blank
    )
    entries = [entry for section in share.sections.values() for entry in section.entries]
    return press.printer(drawings_of(share.sections.values()), entries).write_part(html)


def _questions(chapters: Sequence[Chapter], keys: set[str], turn: int) -> Iterator[Question]:
    """Yield the questions with these *keys*, by chapter.

    Each *turn* begins one chapter later and, when all have been first, one question later in each:
    orders differ until every question has been first.
    """
    chosen = [(chapter, [answer for answer in chapter.answers if answer.key in keys]) for chapter in chapters]
    groups = [(chapter, answers) for chapter, answers in chosen if answers]
    number = 0
    for chapter, answers in _turned(groups, turn):
        for i, answer in enumerate(_turned(answers, turn // len(groups))):
            number += 1
            yield Question(number, not i, chapter.number, answer.key, answer.code, chapter.file, answer.line)


def _turned(items: list[Any], turn: int) -> list[Any]:
    first = turn % len(items)
    return [*items[first:], *items[:first]]
