"""Jobs of a quiz: questions with ruled lines for answers, in one or several papers, and their answer key.

A question gets as many lines as its gist takes in handwriting, or a single line for a short answer to type.
The rest of a page becomes more lines, distributed in proportion.

Jobs are planned before questions are measured, and so before the number of pages is known. So there is
one part per batch of questions, with the pages beginning with a question of the batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from crib.engine.job import Job
from crib.outputs.chapters_with_gists import chapters_with_gists
from crib.outputs.quiz.pages import MOST, Paginator, QuizFormat, QuizPage, QuizPaper, QuizQuestion
from crib.outputs.quiz.sampling import sample_keys
from crib.print.chapter_html import drawings_of
from crib.print.fit.box_heights import PX_PER_MM, box_heights
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.print_setup import PrintSetup
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book, Chapter
    from crib.print.chapter_html import ChapterHtml
    from crib.render.templates import Templates

_BATCH = 16
"""Number of questions in a batch."""

_WORD = 24
"""Maximum length of an answer to type with a single line, in characters."""

_RANGE = 40 * _BATCH
"""Number of questions in a range. The pages of a batch are searched in its range: all would take quadratic time."""


@dataclass(frozen=True)
class QuizSample:
    """The sample of questions in a quiz, to reproduce it: *count* of *total*, drawn with *seed*."""

    count: int
    total: int
    seed: int


@dataclass(frozen=True)
class ChapterHeights:
    """Heights of a chapter's questions and answers on pages of this format, in millimeters (see `Paginator`).

    fits  True if columns of the answer key are wide enough for the chapter's formulas
    """

    format: QuizFormat
    heights: Mapping[str, float]
    fits: bool


@dataclass(frozen=True)
class QuizPart:
    """Pages of one PDF part, and their data: `sections` with one answer each, by key."""

    pages: tuple[QuizPage, ...]
    sections: Mapping[str, ChapterHtml]


def jobs(  # noqa: PLR0913 - an argument for each option
    book: Book, templates: Templates, *, count: int | None = None, seed: int = 0, papers: int = 1, key: str = "end"
) -> Iterator[Job]:
    """Yield the job of a quiz on the questions of *book*; none if it has no questions.

    count   size of a sample of questions, from each chapter in proportion (see `crib.outputs.quiz.sampling`)
    seed    seed of the sample
    papers  number of different papers, up to 26: each has its own order and, with *count*, its own questions
    key     `end` for answers at the end, `file` for a separate file

    Raises ContentError for unprintable characters. Raises BuildError if *count* exceeds the number of questions,
    since a test shorter than requested would be noticed too late.
    """
    keys = [[answer.key for answer in chapter.answers] for chapter in book.chapters]
    total = sum(map(len, keys))
    if not total:
        return
    if count and count > total:
        text = f"{count} questions requested, but there are only {total}"
        raise BuildError(text, code="quiz", hint=f"use --count {total}")
    samples = sample_keys(keys, count or total, seed, papers)
    letters = ascii_uppercase[:papers] if papers > 1 else [""]
    quiz_papers = [
        QuizPaper(letter, tuple(_questions(book.chapters, sample, turn)))
        for turn, (letter, sample) in enumerate(zip(letters, samples, strict=True))
    ]
    printing = _Printing(book, templates, quiz_papers, QuizSample(count, total, seed) if count else None)
    if key == "file":
        yield Job(f"{book.named('quiz')}.pdf", merge_pdf, printing.parts("quiz"))
        yield Job(f"{book.named('quiz-key')}.pdf", merge_pdf, printing.parts("key"))
    else:
        yield Job(f"{book.named('quiz')}.pdf", merge_pdf, printing.parts("quiz", "key"))


class _Printing:
    """The jobs to print papers."""

    def __init__(
        self, book: Book, templates: Templates, papers: Sequence[QuizPaper], sample: QuizSample | None
    ) -> None:
        self._press, self._papers, self._sample = PrintSetup.of(book, templates, "quiz/quiz.css"), papers, sample
        self._usual = QuizFormat.of(book.print, max(len(paper.questions) for paper in papers))
        asked = {question.key for paper in papers for question in paper.questions}
        self._sections, first = dict[int, Job](), dict[int, Job]()
        for typeset in chapters_with_gists(book, templates, ("question", "choices", "gist")):
            number, section = typeset.chapter.number, typeset.job
            if keys := tuple(answer.key for answer in typeset.chapter.answers if answer.key in asked):
                self._sections[number] = section
                first[number] = Job("", measure_chapter, (section, keys, self._press, self._usual))
        self._format = Job("", choose_format, (self._usual, *first.values()))
        self._heights = {
            number: Job("", remeasure, (self._format, job, *job.arguments[:3])) for number, job in first.items()
        }

    def parts(self, *kinds: str) -> tuple[Job, ...]:
        """Return the parts of all papers, one kind of pages after the other."""
        documents = [(kind, paper) for kind in kinds for paper in self._papers]
        return tuple(
            part
            for kind, paper in documents
            for part in self._parts(kind, paper, even=kind == "quiz" and (kind, paper) != documents[-1])
        )

    def _parts(self, kind: str, paper: QuizPaper, *, even: bool) -> Iterator[Job]:
        pages = Job("", paginate, (kind, paper, self._format, *self._of(paper.questions, self._heights)))
        for start in range(0, len(paper.questions), _BATCH):
            end = start + _BATCH
            if start % _RANGE == 0:
                near = Job("", pages_beginning_in, (start, start + _RANGE, pages))
            near_sections = self._of(paper.questions[start : end + MOST * self._usual.columns(kind)], self._sections)
            part = Job("", part_beginning_in, (start, end, near, *near_sections))
            yield Job("", print_quiz_part, (self._press, self._format, self._sample, even, part))

    def _of(self, questions: Sequence[QuizQuestion], jobs: Mapping[int, Job]) -> Iterator[Job]:
        """Yield the *jobs* of the chapters of *questions*."""
        return (jobs[number] for number in dict.fromkeys(question.chapter for question in questions))


def measure_chapter(section: ChapterHtml, keys: Sequence[str], press: PrintSetup, page: QuizFormat) -> ChapterHeights:
    """Measure the questions of *section* with these *keys*. Raises ContentError, BuildError."""
    entries = [entry for entry in section.entries if entry.key in keys]
    printer = press.printer(section.drawings, entries)
    html = press.html("quiz/measure.html.j2", format=page, section=section, entries=entries)
    document = printer.lay_out(html)
    high = {name: height / PX_PER_MM for name, height in box_heights(document).items()}
    cramped = {name for formula in printer.shrunk_formulas(document) for name in formula.inside}
    return ChapterHeights(page, high, cramped.isdisjoint(f"key-{key}" for key in keys))


def choose_format(usual: QuizFormat, *chapters: ChapterHeights) -> QuizFormat:
    """Return the *usual* format, or one with wider columns if formulas in *chapters* need them."""
    return usual if all(chapter.fits for chapter in chapters) else replace(usual, key_columns=1)


def remeasure(
    page: QuizFormat, before: ChapterHeights, section: ChapterHtml, keys: Sequence[str], press: PrintSetup
) -> ChapterHeights:
    """Like `measure_chapter`, but return the heights *before* if they are for the same format."""
    return before if before.format == page else measure_chapter(section, keys, press, page)


def paginate(kind: str, paper: QuizPaper, page: QuizFormat, *chapters: ChapterHeights) -> tuple[QuizPage, ...]:
    """Return the pages of one kind of *paper*. Raises ContentError for questions higher than a page."""
    heights = {name: height for chapter in chapters for name, height in chapter.heights.items()}
    return tuple(Paginator(page, heights).pages(paper, kind))


def pages_beginning_in(start: int, end: int, pages: Sequence[QuizPage]) -> tuple[QuizPage, ...]:
    """Return the *pages* beginning with a question from *start* up to, not including, *end*, counted from 0."""
    return tuple(page for page in pages if start < page.columns[0][0].question.number <= end)


def part_beginning_in(start: int, end: int, pages: Sequence[QuizPage], *chapters: ChapterHtml) -> QuizPart:
    """Return a part with the pages of `pages_beginning_in`, and only their data."""
    mine = pages_beginning_in(start, end, pages)
    keys = {placed.question.key for page in mine for column in page.columns for placed in column}
    return QuizPart(
        mine, {entry.key: section.only(entry) for section in chapters for entry in section.entries if entry.key in keys}
    )


def print_quiz_part(
    press: PrintSetup,
    page: QuizFormat,
    sample: QuizSample | None,
    even: bool,  # noqa: FBT001 - a job's
    part: QuizPart,
) -> bytes:
    """Return *part* as a PDF part for merging, b"" if it has no pages.

    even  add a blank page to a paper with an odd number of pages
    """
    if not part.pages:
        return b""
    last = part.pages[-1]
    blank = even and last.number == last.count and last.count % 2 == 1
    html = press.html(
        "quiz/quiz.html.j2", pages=part.pages, sections=part.sections, format=page, how=sample, blank=blank
    )
    entries = [entry for section in part.sections.values() for entry in section.entries]
    return press.printer(drawings_of(part.sections.values()), entries).write_part(html)


def _questions(chapters: Sequence[Chapter], keys: set[str], turn: int) -> Iterator[QuizQuestion]:
    """Yield the questions with these *keys*, by chapter, rotated by *turn*.

    Each turn begins one chapter later and, once every chapter has been first, one question later in each
    chapter. So orders differ until every question has been first.
    """
    chosen = [(chapter, [answer for answer in chapter.answers if answer.key in keys]) for chapter in chapters]
    groups = [(chapter, answers) for chapter, answers in chosen if answers]
    number = 0
    for chapter, answers in _rotated(groups, turn):
        for i, answer in enumerate(_rotated(answers, turn // len(groups))):
            number += 1
            is_word = 0 < len(answer.typed) <= _WORD
            yield QuizQuestion(number, not i, chapter.number, answer.key, answer.code, chapter.file, one_line=is_word)


def _rotated(items: list[Any], turn: int) -> list[Any]:
    first = turn % len(items)
    return [*items[first:], *items[:first]]
