"""Packing cards into columns."""

from crib.press.columns import balance, pack


def test_pack_fills_each_column() -> None:
    """Cards stay in order; the gap counts only between them."""
    assert pack([4, 4, 4, 4], capacity=9, gap=1) == [[0, 1], [2, 3]]
    assert pack([4, 4, 4, 4], capacity=8.9, gap=1) == [[0], [1], [2], [3]]


def test_a_card_that_is_too_high_stands_alone() -> None:
    """Packing never fails; balancing says that it does not fit."""
    assert pack([1, 20, 1], capacity=9, gap=1) == [[0], [1], [2]]
    assert balance([1, 20, 1], 3, capacity=9, gap=1) is None


def test_balance_makes_the_highest_column_low() -> None:
    """Columns end as level as whole cards allow."""
    assert balance([3, 3, 3, 3, 3, 3], 3, capacity=100, gap=0) == [[0, 1], [2, 3], [4, 5]]
    assert balance([6, 1, 1, 1, 1, 1, 1], 2, capacity=100, gap=0) == [[0], [1, 2, 3, 4, 5, 6]]


def test_balance_gives_up_where_it_must() -> None:
    """More cards than the columns can hold are a smaller size of type, not a longer column."""
    assert balance([5, 5, 5], 2, capacity=9, gap=0) is None
