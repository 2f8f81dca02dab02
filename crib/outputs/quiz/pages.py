"""Pagination of a quiz and its answer key: questions by page and column, and their ruled lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from crib.print.paper import PAPER_SIZES
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.print.paper import Paper
    from crib.selection import PrintSettings

_LEAST_LINES = 2
_CLOSE_ENOUGH = 0.1  # millimeters

MOST = 48
"""Maximum number of questions in a column: more than fit, to bound the data of a page."""


@dataclass(frozen=True)
class QuizFormat:
    """A page in millimeters, with type sizes in points.

    type    type size of questions; `key` is the size of answers, `note` of everything else
    pitch   distance of ruled lines
    gap     minimum distance between questions
    digits  maximum number of digits in the number of a question
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
    digits: int = 3

    @classmethod
    def of(cls, settings: PrintSettings, count: int) -> QuizFormat:
        """Return the format for *count* questions. In the theme `large`, even code, set smaller, has 14 pt."""
        usual = cls(PAPER_SIZES[settings.paper], digits=max(cls.digits, len(str(count))))
        if settings.theme == "large":
            return replace(usual, type=17.1, key=17.1, note=14, pitch=11, key_columns=1, foot=20)
        return usual

    def columns(self, kind: str) -> int:
        """Return the number of columns on a page of this *kind*."""
        return self.key_columns if kind == "key" else 1

    @property
    def width(self) -> float:
        """The width of the text area."""
        return self.paper.width - 2 * self.side

    @property
    def height(self) -> float:
        """The height of the text area, reduced a little to leave room for floats at its end."""
        return self.paper.height - self.edge - self.foot - 1.2

    @property
    def key_width(self) -> float:
        """The width of a column of answers, reduced a little to keep the last float from wrapping."""
        return int((self.width - (self.key_columns - 1) * self.gutter) / self.key_columns * 10 - 1) / 10


@dataclass(frozen=True)
class QuizQuestion:
    """A question on a paper: its number there, and `first` for the first question of a chapter.

    one_line  True if one ruled line is enough: the answer is a word
    """

    number: int
    first: bool
    chapter: int
    key: str
    code: str
    file: str
    one_line: bool = False


@dataclass(frozen=True)
class QuizPaper:
    """The questions for one student; `letter` is "" if all students get the same paper."""

    letter: str
    questions: tuple[QuizQuestion, ...]


@dataclass(frozen=True)
class PlacedQuestion:
    """A question in its column, `above` millimeters below the previous one, followed by a number of ruled `lines`."""

    question: QuizQuestion
    above: float
    lines: int = 0


@dataclass(frozen=True)
class QuizPage:
    """A page of a paper: columns of questions for the `kind` `quiz`, of answers for the kind `key`."""

    kind: str
    letter: str
    number: int
    count: int
    columns: tuple[tuple[PlacedQuestion, ...], ...]


class Paginator:
    """Distributes questions and answers over pages.

    *heights* in millimeters, by name: `head`, `top`, `key-head`; `chapter-1` and so on; `question-KEY`,
    `hand-KEY` (the answer in handwriting; none for a question with choices) and `key-KEY` (the printed answer).
    """

    def __init__(self, page: QuizFormat, heights: Mapping[str, float]) -> None:
        """Paginate with the *heights* measured for this format."""
        self._format, self._heights = page, heights

    def pages(self, paper: QuizPaper, kind: str) -> Iterator[QuizPage]:
        """Yield the pages of one *kind*. Raises ContentError for questions higher than a page."""
        columns = self._quiz(paper) if kind == "quiz" else self._key(paper)
        per_page = self._format.columns(kind)
        pages = [tuple(columns[i : i + per_page]) for i in range(0, len(columns), per_page)]
        for number, page in enumerate(pages, 1):
            yield QuizPage(kind, paper.letter, number, len(pages), page)

    def _quiz(self, paper: QuizPaper) -> list[tuple[PlacedQuestion, ...]]:
        room = self._format.height - self._heights["top"]
        titles = [self._above(question) for question in paper.questions]
        titles[0] += self._heights["head"] - self._heights["top"]
        lines = [self._lines(question, room - high) for question, high in zip(paper.questions, titles, strict=True)]
        heights = [high + count * self._format.pitch for high, count in zip(titles, lines, strict=True)]
        gaps = [self._format.gap] * len(heights)
        columns = _pack_columns(paper, heights, gaps, room, 1)
        return [
            self._distribute_lines(
                [paper.questions[i] for i in column],
                [lines[i] for i in column],
                room - sum(heights[i] for i in column) - sum(gaps[i] for i in column[1:]),
            )
            for column in columns
        ]

    def _above(self, question: QuizQuestion) -> float:
        heading = self._heights[f"chapter-{question.chapter}"] if question.first else 0
        return heading + self._heights[f"question-{question.key}"]

    def _lines(self, question: QuizQuestion, room: float) -> int:
        hand = self._heights.get(f"hand-{question.key}")
        if hand is None:
            return 0
        if question.one_line:
            return 1
        handwritten = ceil(hand / self._format.pitch)
        return max(_LEAST_LINES, min(handwritten, int(room / self._format.pitch)))

    def _distribute_lines(
        self, questions: Sequence[QuizQuestion], lines: Sequence[int], spare: float
    ) -> tuple[PlacedQuestion, ...]:
        """Distribute the *spare* height of a page in proportion to *lines*, at most doubling them."""
        growing = [i for i, question in enumerate(questions) if lines[i] and not question.one_line]
        count = min(int(spare / self._format.pitch), sum(lines[i] for i in growing))
        extra = [0] * len(lines)
        for _ in range(count):
            neediest = min(growing, key=lambda i: extra[i] / lines[i])
            extra[neediest] += 1
        rest = spare - count * self._format.pitch
        spread = rest / max(1, len(lines) - 1) if rest < self._format.pitch else 0
        gap = round(self._format.gap + spread, 2)
        return tuple(
            PlacedQuestion(question, gap if i else 0, lines[i] + extra[i]) for i, question in enumerate(questions)
        )

    def _key(self, paper: QuizPaper) -> list[tuple[PlacedQuestion, ...]]:
        room = self._format.height - self._heights["key-head"]
        heights = [self._heights[f"key-{question.key}"] for question in paper.questions]
        gap = round(self._format.key / 72 * 25.4 * 0.9, 2)
        columns = _pack_columns(paper, heights, [gap] * len(heights), room, self._format.key_columns)
        return [
            tuple(PlacedQuestion(paper.questions[i], gap if i > column.start else 0) for i in column)
            for column in columns
        ]


def _pack_columns(paper: QuizPaper, heights: list[float], gaps: list[float], room: float, per_page: int) -> list[range]:
    """Return the columns of the fewest pages with *per_page* columns, the highest column as low as possible.

    Raises ContentError for questions higher than a page.
    """
    problems = [
        Problem(
            question.file,
            0,
            "too-high",
            f"{question.code} is higher than a page of the quiz",
            "shorten its question and gist: the full answer has room for the rest",
            answer=question.key,
        )
        for question, height in zip(paper.questions, heights, strict=True)
        if height > room
    ]
    if problems:
        raise ContentError(problems)
    count = ceil(len(_fill_columns(heights, gaps, room)) / per_page) * per_page
    low, high = max(heights), room
    while high - low > _CLOSE_ENOUGH:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_fill_columns(heights, gaps, middle)) <= count else (middle, high)
    return _fill_columns(heights, gaps, high)


def _fill_columns(heights: list[float], gaps: list[float], room: float) -> list[range]:
    """Return the questions of each column, filling one column after the other."""
    starts, used = [0], 0.0
    for i, height in enumerate(heights):
        used += height + (gaps[i] if i > starts[-1] else 0)
        if used > room or i - starts[-1] == MOST:
            starts.append(i)
            used = height
    return [range(start, end) for start, end in pairwise([*starts, len(heights)])]
