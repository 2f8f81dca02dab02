"""Numbers of answers, and letters."""

from __future__ import annotations

import pytest

from crib.model.numbers import LAST_NUMBER, is_letter, label_of, number_of


@pytest.mark.parametrize(
    ("label", "number"),
    [("1", 1), ("8999", LAST_NUMBER), ("a", LAST_NUMBER + 1), ("z", LAST_NUMBER + 26), ("aa", LAST_NUMBER + 27)],
)
def test_labels_are_ordered(label: str, number: int) -> None:
    """Letters follow all numbers."""
    assert number_of(label) == number
    assert label_of(number) == label
    assert is_letter(number) == label.isalpha()


def test_no_label_is_there_twice() -> None:
    """Each number has a label of its own."""
    labels = [label_of(number) for number in range(LAST_NUMBER - 5, LAST_NUMBER + 2000)]
    assert [label_of(number_of(label)) for label in labels] == labels
    assert len(set(labels)) == len(labels)
