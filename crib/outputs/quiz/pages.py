"""The pages of a quiz and of its key: which questions stand where, from their heights alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from crib.print.paper import PAPER_SIZES
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model.selection import PrintSettings
    from crib.print.paper import Paper

_LEAST_LINES = 2
_CLOSE_ENOUGH = 0.1  # millimeters

MOST = 48
"""No column has more answers: more than there is room for, so that who prints it knows what it may have."""


@dataclass(frozen=True)
class Format:
    """A page in millimeters, with type in points.

    type    of questions; `key` of their answers and `note` of all else
    pitch   from one ruled line to the next
    gap     the least distance between questions
    digits  of a number for which there is room
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
    def of(cls, settings: PrintSettings, count: int) -> Format:
        """Return the format of *count* questions; sizes of the theme `large` keep code, which is smaller, at 14 pt."""
        usual = cls(PAPER_SIZES[settings.paper], digits=max(cls.digits, len(str(count))))
        if settings.theme == "large":
            return replace(usual, type=17.1, key=17.1, note=14, pitch=11, key_columns=1, foot=20)
        return usual

    def columns(self, kind: str) -> int:
        """How many columns a page of this *kind* has."""
        return self.key_columns if kind == "key" else 1

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
    """A question on a paper: its number there, and whether it is the `first` of its chapter."""

    number: int
    first: bool
    chapter: int
    key: str
    code: str
    file: str
    line: int


@dataclass(frozen=True)
class QuizPaper:
    """What one student gets; `letter` is empty where all get the same."""

    letter: str
    questions: tuple[Question, ...]


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


class Layout:
    """Puts questions and answers onto pages.

    A quiz's *heights*, in millimeters, are those of `head`, `top` and `key-head`, of `chapter-1`
    and so on, and of `question-KEY`, `hand-KEY` and `key-KEY`: an answer as a hand would write it,
    and as it is printed.
    """

    def __init__(self, page: Format, heights: Mapping[str, float]) -> None:
        """Take what has been measured for this *page*."""
        self._format, self._heights = page, heights

    def pages(self, paper: QuizPaper, kind: str) -> Iterator[Page]:
        """Yield the pages of one *kind*. Raises ContentError for what is higher than a page."""
        columns = self._quiz(paper) if kind == "quiz" else self._key(paper)
        each = self._format.columns(kind)
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
        heading = self._heights[f"chapter-{question.chapter}"] if question.first else 0
        return heading + self._heights[f"question-{question.key}"]

    def _lines(self, question: Question, room: float) -> int:
        wanted = ceil(self._heights[f"hand-{question.key}"] / self._format.pitch)
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
        heights = [self._heights[f"key-{question.key}"] for question in paper.questions]
        gap = round(self._format.key / 72 * 25.4 * 0.9, 2)
        columns = _packed(paper, heights, [gap] * len(heights), room, self._format.key_columns)
        return [tuple(Placed(paper.questions[i], gap if i > column.start else 0) for i in column) for column in columns]


def _packed(paper: QuizPaper, heights: list[float], gaps: list[float], room: float, each: int) -> list[range]:
    """Return the columns of as few pages as can be, of *each* columns, the highest as low as can be."""
    problems = [
        Problem(
            question.file,
            question.line,
            "too-high",
            f"{question.code} is higher than a page of the quiz",
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
        if used > room or i - starts[-1] == MOST:
            starts.append(i)
            used = height
    return [range(start, end) for start, end in pairwise([*starts, len(heights)])]
