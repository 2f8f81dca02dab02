"""Ruling: pages of a quiz from any heights, without measuring or printing."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations, pairwise
from math import ceil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crib.outputs.quiz.pages import MOST, Paginator, QuizFormat, QuizPaper, QuizQuestion
from crib.print.paper import PAPER_SIZES
from crib.problems import ContentError
from crib.selection import PrintSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.outputs.quiz.pages import PlacedQuestion, QuizPage

settings.register_profile("ruling", max_examples=40, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("ruling")

FORMAT = QuizFormat(PAPER_SIZES["A4"])
ROUNDING = 0.02 * MOST
"""Gaps are rounded to hundredths of a millimeter."""


class Measured:
    """A paper with given heights of questions, handwritten answers, and printed answers."""

    def __init__(self, heights: Sequence[tuple[float, float, float]], chapters: int = 1) -> None:
        """Distribute the questions evenly over this many *chapters*."""
        size = ceil(len(heights) / chapters)
        self.paper = QuizPaper(
            "B",
            tuple(
                QuizQuestion(i + 1, i % size == 0, i // size, f"q-{i}", f"1.{i}", "a.md") for i in range(len(heights))
            ),
        )
        self.heights = {"head": 31.0, "top": 11.0, "key-head": 21.0}
        self.heights |= {f"chapter-{number}": 5.0 for number in range(chapters)}
        for i, (question, hand, key) in enumerate(heights):
            self.heights |= {f"question-q-{i}": question, f"hand-q-{i}": hand, f"key-q-{i}": key}

    def pages(self, kind: str, page: QuizFormat = FORMAT) -> list[QuizPage]:
        """Return the pages of one *kind*."""
        return list(Paginator(page, self.heights).pages(self.paper, kind))

    def title(self, placed: PlacedQuestion) -> float:
        """Return the height of a question, with the chapter title above a first one."""
        return self.heights[f"question-{placed.question.key}"] + 5 * placed.question.first

    def wanted(self, placed: PlacedQuestion, room: float = 999) -> int:
        """Return the number of lines for the answer in handwriting, as far as there is *room*: two or more."""
        return max(2, min(ceil(self.heights[f"hand-{placed.question.key}"] / 8), int(room // 8)))

    def free(self, page: QuizPage) -> float:
        """Return the height of *page* below its questions, without their lines."""
        [column] = page.columns
        head = 31 if page.number == 1 else 11
        return FORMAT.height - head - sum(map(self.title, column)) - sum(placed.above for placed in column)


HEIGHTS = st.lists(
    st.tuples(st.integers(40, 600), st.integers(1, 900), st.integers(30, 800)).map(
        lambda tenths: (tenths[0] / 10, tenths[1] / 10, tenths[2] / 10)
    ),
    min_size=1,
    max_size=14,
)


def placed_in(pages: Sequence[QuizPage]) -> Iterator[PlacedQuestion]:
    """Yield all questions on *pages*."""
    return chain.from_iterable(column for page in pages for column in page.columns)


@BOUNDED
@given(HEIGHTS, st.integers(1, 3))
def test_every_question_is_on_a_page_once_in_order(heights: list[tuple[float, float, float]], chapters: int) -> None:
    """So is every answer of the key; pages are numbered, with their total."""
    measured = Measured(heights, chapters)
    for kind, columns in (("quiz", 1), ("key", 2)):
        pages = measured.pages(kind)
        assert [placed.question for placed in placed_in(pages)] == list(measured.paper.questions)
        assert [(page.kind, page.letter, page.number, page.count) for page in pages] == [
            (kind, "B", number, len(pages)) for number in range(1, len(pages) + 1)
        ]
        assert all(1 <= len(page.columns) <= columns for page in pages)
        assert all(len(page.columns) == columns for page in pages[:-1])
        assert all(column for page in pages for column in page.columns)


@BOUNDED
@given(HEIGHTS, st.integers(1, 3))
def test_lines_fill_a_page(heights: list[tuple[float, float, float]], chapters: int) -> None:
    """There is no room for another line, unless each question already has twice the lines of its answer."""
    measured = Measured(heights, chapters)
    for page in measured.pages("quiz"):
        [column] = page.columns
        lines = sum(placed.lines for placed in column)
        wanted = sum(measured.wanted(placed) for placed in column)
        left = measured.free(page) - lines * FORMAT.pitch
        assert left > -ROUNDING
        assert left < FORMAT.pitch or lines == 2 * wanted
        if left + sum(placed.above - FORMAT.gap for placed in column[1:]) < FORMAT.pitch and len(column) > 1:
            assert left == pytest.approx(0, abs=ROUNDING), "questions are spread over the whole page"


@BOUNDED
@given(HEIGHTS)
def test_more_lines_are_in_proportion(heights: list[tuple[float, float, float]]) -> None:
    """Every question has the lines for its answer; additional ones go to the neediest first."""
    measured = Measured(heights)
    for page in measured.pages("quiz"):
        [column] = page.columns
        head = 31 if page.number == 1 else 11
        wanted = [measured.wanted(placed, FORMAT.height - head - measured.title(placed)) for placed in column]
        extra = [placed.lines - least for placed, least in zip(column, wanted, strict=True)]
        assert min(extra) >= 0
        fractions = [more / least for more, least in zip(extra, wanted, strict=True)]
        before = [(more - 1) / least for more, least in zip(extra, wanted, strict=True)]
        assert max(before) <= min(fractions)


@BOUNDED
@given(HEIGHTS)
def test_a_word_has_one_line(heights: list[tuple[float, float, float]]) -> None:
    """The rest of a page goes to the other questions, however much there is."""
    measured = Measured(heights)
    words = measured.paper.questions[::2]
    measured.paper = QuizPaper("", tuple(replace(q, one_line=q in words) for q in measured.paper.questions))
    for placed in placed_in(measured.pages("quiz")):
        assert placed.lines == 1 if placed.question.one_line else placed.lines >= 2


@BOUNDED
@given(HEIGHTS)
def test_questions_stand_evenly_apart(heights: list[tuple[float, float, float]]) -> None:
    """Questions are separated by the default gap, or by more to fill the page; the first has no gap above it."""
    for page in Measured(heights).pages("quiz"):
        [[first, *others]] = page.columns
        assert first.above == 0
        assert len({placed.above for placed in others}) <= 1
        assert all(FORMAT.gap <= placed.above <= FORMAT.gap + FORMAT.pitch for placed in others)
    for page in Measured(heights).pages("key"):
        for first, *others in page.columns:
            assert first.above == first.lines == 0
            assert {(placed.above, placed.lines) for placed in others} <= {(2.86, 0)}


@BOUNDED
@given(st.lists(st.integers(100, 1500), min_size=1, max_size=9))
def test_columns_are_as_few_and_as_level_as_possible(tenths: list[int]) -> None:
    """No other division has fewer pages, or as few with a lower highest column."""
    heights = [height / 10 for height in tenths]
    pages = Measured([(9, 9, height) for height in heights]).pages("key")
    highest = max(
        _height([heights[p.question.number - 1] for p in column]) for page in pages for column in page.columns
    )
    divisions = {
        count: min(
            max(_height(heights[start:end]) for start, end in pairwise([0, *cuts, len(heights)]))
            for cuts in combinations(range(1, len(heights)), count - 1)
        )
        for count in range(1, min(len(heights), 2 * len(pages)) + 1)
    }
    room = FORMAT.height - 21
    assert highest <= room
    assert min(ceil(count / 2) for count, height in divisions.items() if height <= room) == len(pages)
    assert highest <= min(divisions.values()) + 0.1


def _height(column: Sequence[float]) -> float:
    return sum(column) + 2.86 * (len(column) - 1)


def test_questions_that_are_higher_than_a_page() -> None:
    """Each is reported; a question as high as the page, with two lines, is not."""
    room = FORMAT.height - 11
    measured = Measured([(9, 9, 9), (room - 15.9, 99, 9), (room - 16, 99, 9), (room, 9, 9)])
    with pytest.raises(ContentError) as error:
        measured.pages("quiz")
    assert [(p.file, p.answer, p.code, p.text.split()[0]) for p in error.value.problems] == [
        ("a.md", "q-1", "too-high", "1.1"),
        ("a.md", "q-3", "too-high", "1.3"),
    ]
    exact = Measured([(9, 9, 9), (room - 16, 99, 9)]).pages("quiz")
    assert [placed.lines for placed in placed_in(exact)][1] == 2


def test_a_column_has_a_most() -> None:
    """A column has a maximum number of questions, however low they are."""
    for count, pages in ((2 * MOST, [[MOST, MOST]]), (2 * MOST + 1, [[25, 25], [25, 22]])):
        packed = Measured([(1, 1, 0.5)] * count).pages("key")
        assert [[len(column) for column in page.columns] for page in packed] == pages


@pytest.mark.parametrize(
    ("paper", "theme", "width", "height", "columns", "key_width"),
    [
        ("A4", "color", 174, 265.8, 2, 82.9),
        ("Letter", "ink", 179.9, 248.2, 2, 85.8),
        ("A4", "large", 174, 261.8, 1, 173.9),
    ],
)
def test_a_format_in_millimeters(  # noqa: PLR0917
    paper: str, theme: str, width: float, height: float, columns: int, key_width: float
) -> None:
    """The area of the paper within the margins, and the width of a column of answers in it."""
    page = QuizFormat.of(PrintSettings(paper=paper, theme=theme), 12)
    assert (page.width, page.height, page.key_width) == pytest.approx((width, height, key_width))
    assert (page.columns("quiz"), page.columns("key")) == (1, columns)
    assert (page.type, page.key, page.note, page.pitch, page.digits) == (
        (17.1, 17.1, 14, 11, 3) if theme == "large" else (11.5, 9, 8, 8, 3)
    )
    assert QuizFormat.of(PrintSettings(paper=paper, theme=theme), 12345).digits == 5
