"""Choices of a question, and boxes of task lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.model.task_lists import choices_in, is_box, is_checked
from crib.model.tree import find_all, plain
from crib.source import read_book
from tests.source.test_source import in_chapter

if TYPE_CHECKING:
    from tests.conftest import MakeBook

HEAD = "## Which are prime? {#prime}\n\n"
CHOICES = HEAD + "::: choices\n- [ ] 1\n- [x] *Two*\n- [X] $3$\n:::\n"


def test_choices_are_a_part_of_their_own(make_book: MakeBook) -> None:
    """Choices alone are an answer: their order and the right ones are those of the list."""
    folder = make_book(CHOICES)
    assert in_chapter(folder) == []
    [answer] = read_book(folder).book.answers
    choices = list(choices_in(answer.choices))
    assert [(choice.is_right, plain(choice.blocks).strip()) for choice in choices] == [
        (False, "1"),
        (True, "Two"),
        (True, "3"),
    ]
    assert (answer.gist, answer.body) == ([], [])


def test_boxes_in_other_lists(make_book: MakeBook) -> None:
    """`[x]` is a box at the start of an item, and nowhere else."""
    text = "- [ ] a\n- [x] b\n  1. [X] c\n- \\[x\\] d\n- [x]e\n- f [x] g\n\n[ ] h\n\n- [ ]\n"
    folder = make_book(CHOICES + "\n" + text)
    assert in_chapter(folder) == []
    [answer] = read_book(folder).book.answers
    boxes = [box for box in find_all(answer.body, "Span") if is_box(box)]
    assert [is_checked(box) for box in boxes] == [False, True, True, False]
    assert "[x] d" in plain(answer.body)


@pytest.mark.parametrize(
    ("block", "line", "code"),
    [
        ("- [ ] a\n- [ ] b\n", 8, "no-right-choice"),
        ("- [x] a\n", 8, "few-choices"),
        ("- [x] a\n" * 27, 8, "many-choices"),
        ("- [x] a\n- b\n", 10, "not-a-choice"),
        ("- [x] a\n-\n", 9, "not-a-choice"),
        ("- [x] a\n- [ ]\n", 10, "not-a-choice"),
        ("- [x] a\n- ```\n  b\n  ```\n", 10, "not-a-choice"),
        ("- [x] a\n- [ ] b\n  - c\n", 11, "not-a-choice"),
        ("- [x] a\n- [ ] b\n\n  | c | d |\n  |---|---|\n  | e | f |\n", 12, "not-a-choice"),
        ("1. [x] a\n2. [ ] b\n", 9, "not-a-choice"),
        ("Choose:\n\n- [x] a\n- [ ] b\n", 9, "not-a-choice"),
        ("- [x] a\n- [ ] b\n\nEnd.\n", 12, "not-a-choice"),
        ("", 8, "not-a-choice"),
        ("- [x] a[^1]\n- [ ] b\n", 9, "misplaced-note"),
        ("- [x] [a]{.term}\n- [ ] b\n", 9, "misplaced-term"),
        ("- [x] [a]{.c1}\n- [ ] b\n", 9, "misplaced-gap"),
        ("- [x] a\n- [ ] b\n:::\n\n::: choices\n- [x] a\n- [ ] b\n", 13, "duplicate-block"),
    ],
)
def test_mistakes_in_choices(make_book: MakeBook, block: str, line: int, code: str) -> None:
    """Each mistake has its line."""
    note = "\n[^1]: Note.\n" if "[^1]" in block else ""
    assert in_chapter(make_book(f"{HEAD}::: choices\n{block}:::\n{note}")) == [(line, code)]


def test_choices_inside_a_list(make_book: MakeBook) -> None:
    """Choices belong to the question, not into its answer."""
    assert in_chapter(make_book(CHOICES + "\n- Text\n\n  ::: choices\n  - [x] a\n  - [ ] b\n  :::\n")) == [
        (16, "nested-block")
    ]
