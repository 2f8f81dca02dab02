"""Packing blocks into columns."""

from random import Random

from crib.print.fit.column_packing import Column, Packing


def blocks(heights: list[float], columns: int, gap: float = 0) -> Packing:
    """Return blocks of these heights in a narrow column, lower ones in a wide column."""
    widths = [8.0, 10.0, 12.0]
    by_width = [[height * 8 / width for height in heights] for width in widths]
    return Packing(widths, by_width, [gap] * len(heights), columns, columns * 10.0)


def shape(pages: list[list[Column]] | None) -> list[list[list[int]]] | None:
    """Return the numbers of the blocks in each column of each page."""
    return None if pages is None else [[list(column.blocks) for column in page] for page in pages]


def test_columns_are_filled_in_order() -> None:
    """The gap counts only between blocks."""
    packing = blocks([5, 5, 5, 5], columns=2, gap=1)
    assert shape(packing.pack(1, capacity=9)) == [[[0, 1], [2, 3]]]
    assert packing.pack(1, capacity=8.9) is None


def test_a_wider_column_holds_more() -> None:
    """Columns need not be alike, but are no wider together than a page."""
    packing = blocks([6, 6, 8], columns=2)
    [[first, second]] = packing.pack(1, capacity=8) or []
    assert (list(first.blocks), list(second.blocks)) == ([0, 1], [2])
    assert first.width > second.width
    assert first.width + second.width <= 20 + 1e-6
    assert packing.pack(1, capacity=7.9) is None


def test_columns_end_level() -> None:
    """The highest column is as low as possible."""
    assert shape(blocks([3] * 6, columns=3).level(1, 100)) == [[[0, 1], [2, 3], [4, 5]]]
    [[first, second]] = blocks([6, 1, 1, 1, 1, 1, 1], columns=2).level(1, 100) or []
    assert list(first.blocks) == [0]
    assert abs(6 * 8 / first.width - 6 * 8 / second.width) < 1


def test_pages_end_level() -> None:
    """The last page is as full as the others."""
    assert shape(blocks([2] * 8, columns=2).level(2, 100)) == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]


def test_a_block_is_left_to_each_page() -> None:
    """Pages may be more than it takes, but none is empty."""
    packing = blocks([1] * 5, columns=2)
    assert shape(packing.pack(4, capacity=9)) == [[[0], [1]], [[2]], [[3]], [[4]]]
    assert packing.pack(6, capacity=9) is None


def test_packs_whatever_can_be_packed() -> None:
    """The packing is the result of a search through all possible pages."""

    def can_be(packing: Packing, start: int, pages: int, capacity: float) -> bool:
        if pages == 0 or start == len(packing.gaps):
            return pages == 0 and start == len(packing.gaps)
        return any(can_be(packing, end, pages - 1, capacity) for end in packing._page(start, capacity))

    random = Random(7)
    told = []
    for _ in range(300):
        packing = blocks([random.randint(1, 9) for _ in range(random.randint(1, 8))], random.randint(1, 3), gap=0.5)
        pages, capacity = random.randint(1, 4), random.randint(4, 12)
        told.append(can_be(packing, 0, pages, capacity))
        assert bool(packing.pack(pages, capacity)) == told[-1]
    assert 100 < sum(told) < 200


def test_what_does_not_fit() -> None:
    """More blocks than the columns can hold are a smaller size of type, not a longer column."""
    assert blocks([5, 5, 5], columns=2).pack(1, capacity=6) is None
    assert blocks([5, 50, 5], columns=2).level(3, capacity=9) is None


def test_the_least_pages() -> None:
    """Blocks take the minimum number of pages."""
    assert blocks([5] * 9, columns=2).least_pages(capacity=8) == 3


def test_the_height_of_a_column() -> None:
    """The first block of a column has no gap above it."""
    assert Column(range(1, 3), 10).height([9, 4, 5], [7, 7, 1]) == 10
