"""Quizzes: questions with ruled room to answer, as many different papers as wanted, and their key.

An answer gets the lines that its gist takes in letters as large as a hand writes them. What is left
of a page becomes further lines, shared in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, pairwise
from math import ceil
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from crib.job import Job
from crib.outputs.lots import draw
from crib.outputs.sections import sections
from crib.press.paper import SIZES
from crib.press.printer import Press
from crib.press.typeset import drawings_of
from crib.problems import BuildError, ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book, Print
    from crib.press.paper import Paper
    from crib.press.typeset import Entry, Section
    from crib.render.templates import Templates

_PX_A_MM = 96 / 25.4
_LEAST_LINES = 2
_CLOSE_ENOUGH = 0.1  # millimeters


@dataclass(frozen=True)
class Format:
    """A page in millimeters, with type in points.

    type   of questions; `key` of their answers and `note` of all else
    pitch  from one ruled line to the next
    gap    the least distance between questions
    """

    paper: Paper
    type: float = 11.5
    key: float = 9
    note: float = 8
    pitch: float = 8
    key_columns: int = 2
    edge: float = 14
    side: float = 18
    foot: float = 16
    gap: float = 6
    gutter: float = 8

    @classmethod
    def of(cls, settings: Print) -> Format:
        """Return the format of a book; sizes of the theme `large` keep even code, which is smaller, at 14 pt."""
        paper = SIZES[settings.paper]
        if settings.theme == "large":
            return cls(paper, type=17.1, key=17.1, note=14, pitch=11, key_columns=1, foot=20)
        return cls(paper)

    @property
    def width(self) -> float:
        """How wide a page's text is."""
        return self.paper.width - 2 * self.side

    @property
    def height(self) -> float:
        """How high a page's text is: a little less than the room there is, which floats need at its end."""
        return self.paper.height - self.edge - self.foot - 1.2

    @property
    def key_width(self) -> float:
        """How wide a column of answers is: a little less than its share, so that the last float does not drop."""
        return int((self.width - (self.key_columns - 1) * self.gutter) / self.key_columns * 10 - 1) / 10


@dataclass(frozen=True)
class Question:
    """A question on a paper: its number there, and the chapter it is the first of, if it is."""

    number: int
    heading: Section | None
    entry: Entry


@dataclass(frozen=True)
class QuizPaper:
    """What one student gets; `letter` is empty where all get the same."""

    letter: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Draw:
    """How a quiz was drawn, so that it can be made again."""

    count: int
    total: int
    seed: int


@dataclass(frozen=True)
class Placed:
    """A question in its column, `above` millimeters below the one before it, with room of so many `lines`."""

    question: Question
    above: float
    lines: int = 0


@dataclass(frozen=True)
class Page:
    """One page of a paper's `kind`, `quiz` or `key`: columns of questions or of their answers."""

    kind: str
    letter: str
    number: int
    count: int
    columns: tuple[tuple[Placed, ...], ...]


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
        raise BuildError(f"error[quiz]: {count} questions are wanted, but there are only {total}\n  hint: try {total}")
    press = Press.of(book, templates, "quiz/quiz.css")
    chapters = tuple(each.section for each in sections(book, templates, ("question", "gist")))
    hands = tuple(tuple(sorted(hand)) for hand in draw(keys, count or total, seed, papers))
    how = Draw(count, total, seed) if count else None
    if key == "file":
        yield Job(f"{book.named('quiz')}.pdf", print_quiz, (press, chapters, hands, how, ("quiz",)))
        yield Job(f"{book.named('quiz-key')}.pdf", print_quiz, (press, chapters, hands, how, ("key",)))
    else:
        yield Job(f"{book.named('quiz')}.pdf", print_quiz, (press, chapters, hands, how, ("quiz", "key")))


def print_quiz(
    press: Press, chapters: Sequence[Section], hands: Sequence[Sequence[str]], how: Draw | None, kinds: Sequence[str]
) -> bytes:
    """Return the PDF of a paper for each of *hands*, keys of questions: first one kind of pages, then the next.

    Raises ContentError for what is higher than a page.
    """
    letters = ascii_uppercase[: len(hands)] if len(hands) > 1 else [""]
    papers = [
        QuizPaper(letter, tuple(_questions(chapters, set(hand), turn)))
        for turn, (letter, hand) in enumerate(zip(letters, hands, strict=True))
    ]
    questions = [question for paper in papers for question in paper.questions]
    headings = {question.heading.number: question.heading for question in questions if question.heading}
    entries = {question.entry.key: question.entry for question in questions}
    printer = press.printer(drawings_of(headings.values()), entries.values())
    page = Format.of(press.book.print)
    pieces = {"entries": entries.values(), "headings": headings.values()}
    measured = printer.lay_out(press.html("quiz/measure.html.j2", format=page, **pieces))
    if any(f"key-{key}" in formula.inside for formula in printer.shrunk(measured) for key in entries):
        page = replace(page, key_columns=1)
        measured = printer.lay_out(press.html("quiz/measure.html.j2", format=page, **pieces))
    layout = _Layout(page, measured.pages[0].anchors)
    pages = chain.from_iterable(layout.pages(paper, kind) for kind in kinds for paper in papers)
    return printer.write(press.html("quiz/quiz.html.j2", pages=list(pages), format=page, how=how))


def _questions(chapters: Sequence[Section], keys: set[str], turn: int) -> Iterator[Question]:
    """Yield the questions with these *keys*, by chapter.

    Each *turn* begins one chapter later and, when all have been first, one question later in each:
    orders differ until every question has been first.
    """
    chosen = [(section, [entry for entry in section.entries if entry.key in keys]) for section in chapters]
    groups = [(section, entries) for section, entries in chosen if entries]
    number = 0
    for section, entries in _turned(groups, turn):
        for i, entry in enumerate(_turned(entries, turn // len(groups))):
            number += 1
            yield Question(number, None if i else section, entry)


def _turned(items: list[Any], turn: int) -> list[Any]:
    first = turn % len(items)
    return [*items[first:], *items[:first]]


class _Layout:
    """Puts questions and answers onto pages, from the places where they were laid out to be measured."""

    def __init__(self, page: Format, anchors: Mapping[str, tuple[float, float, float, float]]) -> None:
        self._format = page
        self._heights = {name: (bottom - top) / _PX_A_MM for name, (_, top, _, bottom) in anchors.items()}

    def pages(self, paper: QuizPaper, kind: str) -> Iterator[Page]:
        columns = self._quiz(paper) if kind == "quiz" else self._key(paper)
        each = 1 if kind == "quiz" else self._format.key_columns
        pages = [tuple(columns[i : i + each]) for i in range(0, len(columns), each)]
        for number, page in enumerate(pages, 1):
            yield Page(kind, paper.letter, number, len(pages), page)

    def _quiz(self, paper: QuizPaper) -> list[tuple[Placed, ...]]:
        room = self._format.height - self._heights["top"]
        titles = [self._above(question) for question in paper.questions]
        titles[0] += self._heights["head"] - self._heights["top"]
        lines = [self._lines(question, room - high) for question, high in zip(paper.questions, titles, strict=True)]
        heights = [high + count * self._format.pitch for high, count in zip(titles, lines, strict=True)]
        gaps = [self._format.gap] * len(heights)
        columns = _packed(paper, heights, gaps, room, 1)
        return [
            self._ruled(
                [paper.questions[i] for i in column],
                [lines[i] for i in column],
                room - sum(heights[i] for i in column) - sum(gaps[i] for i in column[1:]),
            )
            for column in columns
        ]

    def _above(self, question: Question) -> float:
        heading = self._heights[f"chapter-{question.heading.number}"] if question.heading else 0
        return heading + self._heights[f"question-{question.entry.key}"]

    def _lines(self, question: Question, room: float) -> int:
        wanted = ceil(self._heights[f"hand-{question.entry.key}"] / self._format.pitch)
        return max(_LEAST_LINES, min(wanted, int(room / self._format.pitch)))

    def _ruled(self, questions: Sequence[Question], lines: Sequence[int], left: float) -> tuple[Placed, ...]:
        """Share the height that is *left* of a page: no answer gets more than twice its lines by that."""
        further = min(int(left / self._format.pitch), sum(lines))
        shares = [0] * len(lines)
        for _ in range(further):
            poorest = min(range(len(lines)), key=lambda i: shares[i] / lines[i])
            shares[poorest] += 1
        rest = left - further * self._format.pitch
        spread = rest / max(1, len(lines) - 1) if rest < self._format.pitch else 0
        gap = round(self._format.gap + spread, 2)
        return tuple(Placed(question, gap if i else 0, lines[i] + shares[i]) for i, question in enumerate(questions))

    def _key(self, paper: QuizPaper) -> list[tuple[Placed, ...]]:
        room = self._format.height - self._heights["key-head"]
        heights = [self._heights[f"key-{question.entry.key}"] for question in paper.questions]
        gap = round(self._format.key / 72 * 25.4 * 0.9, 2)
        columns = _packed(paper, heights, [gap] * len(heights), room, self._format.key_columns)
        return [tuple(Placed(paper.questions[i], gap if i > column.start else 0) for i in column) for column in columns]


def _packed(paper: QuizPaper, heights: list[float], gaps: list[float], room: float, each: int) -> list[range]:
    """Return the columns of as few pages as can be, of *each* columns, the highest as low as can be."""
    problems = [
        Problem(
            question.entry.file,
            question.entry.line,
            "too-high",
            f"{question.entry.code} is higher than a page of the quiz",
            "shorten its question and gist: the full answer has room for the rest",
        )
        for question, height in zip(paper.questions, heights, strict=True)
        if height > room
    ]
    if problems:
        raise ContentError(problems)
    count = ceil(len(_filled(heights, gaps, room)) / each) * each
    low, high = max(heights), room
    while high - low > _CLOSE_ENOUGH:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(heights, gaps, middle)) <= count else (middle, high)
    return _filled(heights, gaps, high)


def _filled(heights: list[float], gaps: list[float], room: float) -> list[range]:
    """Return the blocks of each column, the first ones as full as can be."""
    starts, used = [0], 0.0
    for i, height in enumerate(heights):
        used += height + (gaps[i] if i > starts[-1] else 0)
        if used > room:
            starts.append(i)
            used = height
    return [range(start, end) for start, end in pairwise([*starts, len(heights)])]
