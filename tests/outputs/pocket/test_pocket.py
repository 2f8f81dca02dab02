"""Pocket booklets, opened and rendered with pdfium."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from math import hypot, pi
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

from crib.model.tree import plain
from crib.outputs.pocket import jobs as pocket
from crib.outputs.pocket.imposition import PAGES, panel_position
from crib.print.paper import PAPER_SIZES
from crib.problems import ContentError
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.conftest import FRONT
from tests.pdfs import made, strange_fonts, words
from tests.pictures import looks_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from tests.conftest import MakeBook

ASKED = "## Question {0}? {{#q-{0}}}\n\n::: gist\nGist {0}. {1}\n:::\n\nText.\n"
PAPERS = {"A4": (842, 595), "Letter": (792, 612)}
POINT = 72 / 25.4
EDGE = 4
"""Unprintable margin, in millimeters."""


def build(book: Book, theme: str = "color", paper: str = "A4") -> dict[str, bytes]:
    """Return the PDF files of *book*, made in this process."""
    return made(pocket.jobs(replace(book, print=replace(book.print, theme=theme, paper=paper)), Templates()))


def made_of(make_book: MakeBook, *lengths: int, front: str = FRONT) -> Book:
    """Return a book of one chapter with this many words in each gist."""
    answers = (ASKED.format(i, "word " * length) for i, length in enumerate(lengths, 1))
    return read_book(make_book("\n".join(answers), front=front)).book


def characters(page: pdfium.PdfPage) -> Iterator[tuple[str, float, float, float, float]]:
    """Yield each visible character with its place from the left and top, its angle, and its size, in points."""
    text, matrix, height = page.get_textpage(), pdfium_c.FS_MATRIX(), page.get_height()
    for i in range(text.count_chars()):
        character = text.get_text_range(i, 1)
        if character.strip() and not pdfium_c.FPDFText_IsGenerated(text, i):
            left, bottom, right, top = text.get_charbox(i)
            pdfium_c.FPDFText_GetMatrix(text, i, matrix)
            size = pdfium_c.FPDFText_GetFontSize(text, i) * hypot(matrix.c, matrix.d)
            angle = pdfium_c.FPDFText_GetCharAngle(text, i)
            yield character, (left + right) / 2, height - (bottom + top) / 2, angle, size


def read(pdf: bytes) -> list[list[str]]:
    """Return the text of each page of the folded booklets of *pdf*, in their readers' view."""
    booklets = []
    for page in pdfium.PdfDocument(pdf):
        width, height = page.get_size()
        upright = page.get_textpage()
        lower = [upright.get_text_bounded(i * width / 4, 0, (i + 1) * width / 4, height / 2) for i in range(4)]
        page.set_rotation(180)
        turned = page.get_textpage()
        upper = [turned.get_text_bounded(i * width / 4, height / 2, (i + 1) * width / 4, height) for i in range(4)]
        one, eight, seven, six = upper
        booklets.append([one, *lower, six, seven, eight])
    return booklets


@pytest.fixture(scope="module")
def chapter(shipped: Book) -> Book:
    """Return a chapter of the shipped book with formulas, tables and a figure."""
    return shipped.select(Selection((10,)))


@pytest.fixture(scope="module")
def pdf(chapter: Book) -> bytes:
    """Return its booklet."""
    files = build(chapter)
    assert list(files) == [f"pocket/{chapter.chapters[0].name}.pdf"]
    [pdf] = files.values()
    return pdf


def test_folded_it_is_a_book() -> None:
    """Facing pages share a fold, and both sides of a leaf are one piece of paper.

    A leaf of the outer columns is connected at its head, the fold in the middle; a leaf of the inner
    columns, at the cut, along its outer edge.
    """
    sheet = PAPER_SIZES["A4"].rotated
    at = {
        page: (round(spot.start / 74.25), round(spot.top / 105), spot.upside_down)
        for page, spot in ((page, panel_position(page, sheet)) for page in range(1, PAGES + 1))
    }
    assert len({(column, row) for column, row, _ in at.values()}) == 8
    assert all(upside_down == (row == 0) for _, row, upside_down in at.values())
    for left, right in ((8, 1), (2, 3), (4, 5), (6, 7)):
        (column, row, turned), (other, other_row, _) = at[left], at[right]
        assert row == other_row
        assert other - column == (-1 if turned else 1)
    for front, back in ((1, 2), (3, 4), (5, 6), (7, 8)):
        (column, row, _), (other, other_row, _) = at[front], at[back]
        if column == other:
            assert column in (0, 3)
            assert row != other_row
        else:
            assert {column, other} == {1, 2}
            assert row == other_row


def test_every_page_lies_where_it_is_folded_to(pdf: bytes) -> None:
    """The number of each page is in its panel, at its outer foot, upside down in the upper row."""
    [page] = pdfium.PdfDocument(pdf)
    width, height = page.get_size()
    found = {}
    for character, x, y, angle, size in characters(page):
        column, row = int(x / (width / 4)), int(y / (height / 2))
        assert angle == pytest.approx(pi if row == 0 else 0, abs=0.01), character
        from_outside = height - y if row else y
        if size == pytest.approx(5.6, abs=0.01) and from_outside < 7 * POINT:
            right = (column + 1) * width / 4 - x if row else x - column * width / 4
            if right < 8 * POINT:
                found[column, row] = character
    assert found == {(0, 1): "2", (1, 1): "3", (2, 1): "4", (3, 1): "5", (3, 0): "6", (2, 0): "7", (1, 0): "8"}


def test_it_reads_from_cover_to_back(chapter: Book, pdf: bytes) -> None:
    """Title first, then all questions and gists in order, each once and whole on its page."""
    [pages] = [[page.replace("•", "") for page in booklet] for booklet in read(pdf)]
    assert "10\nIntroduction to" in pages[0].replace("\r", "")
    text = words("".join(pages))
    places = []
    for answer in chapter.answers:
        question = words(plain([each for each in answer.question if each["t"] != "Math"]))
        assert text.count(question) == 1, answer.code
        places.append(text.index(question))
        last = plain(answer.gist)[-20:] if "Math" not in str(answer.gist) else ""
        assert any(question in words(page) and words(last) in words(page) for page in pages), answer.code
    assert places == sorted(places)


def test_the_pdf_is_in_reading_order(pdf: bytes) -> None:
    """It is read aloud page by page of the booklet, not row by row of the sheet."""
    page = pdfium.PdfDocument(pdf)[0]
    width, height = page.get_size()
    seen = [(int(x / (width / 4)), int(y / (height / 2))) for _, x, y, _, _ in characters(page)]
    assert list(dict.fromkeys(seen)) == [(0, 0), (0, 1), (1, 1), (2, 1), (3, 1), (3, 0), (2, 0), (1, 0)]
    assert sum(a != b for a, b in pairwise(seen)) == 7


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_folds_and_cut_are_drawn_and_nothing_else_is_near(shipped: Book, paper: str) -> None:
    """Dashes at folds, a line at the cut, scissors; text is at least 4 mm away, and not at the edge."""
    [data] = build(shipped.select(Selection((6,))), "ink", paper).values()
    [page] = pdfium.PdfDocument(data)
    width, height = page.get_size()
    assert (round(width), round(height)) == PAPERS[paper]
    image = page.render(scale=4).to_pil().convert("L").point(lambda value: 255 * (value < 200))
    box = image.getbbox()
    assert all(gap >= EDGE * POINT * 4 - 4 for gap in (*box[:2], width * 4 - box[2], height * 4 - box[3]))

    def share(left: float, top: float, right: float, bottom: float) -> float:
        """Return the drawn share of a line: the inked part along the longer side of a box."""
        part = image.crop((round(left * 4), round(top * 4), round(right * 4), round(bottom * 4)))
        tall = part.height > part.width
        lines = range(part.height if tall else part.width)
        crops = (part.crop((0, i, part.width, i + 1) if tall else (i, 0, i + 1, part.height)) for i in lines)
        return sum(crop.getbbox() is not None for crop in crops) / len(lines)

    quarter, middle = width / 4, height / 2
    for column in (1, 2, 3):
        fold = share(column * quarter - 1, EDGE * POINT, column * quarter + 1, middle - 15)
        assert 0.4 < fold < 0.7
        for side in (-1, 1):
            near = sorted((column * quarter + side * 2, column * quarter + side * EDGE * POINT))
            assert share(near[0], 0, near[1], middle - 15) == 0
            assert share(near[0], middle + 15, near[1], height) == 0
    assert share(quarter + 40, middle - 1, 3 * quarter, middle + 1) > 0.99
    assert share(3 * quarter + 3, middle - 1, width - EDGE * POINT, middle + 1) < 0.7
    for column in (0, 2, 3):
        assert share(column * quarter + 3, middle + 2, (column + 1) * quarter - 3, middle + EDGE * POINT) == 0
    scissors = share(quarter + 5, middle + 2, quarter + 14, middle + 6)
    assert scissors > 0.3


def test_a_long_chapter_is_several_booklets(make_book: MakeBook) -> None:
    """Each has its number, no answer is split, and no type is smaller than 5.5 points."""
    [data] = build(made_of(make_book, *[150] * 25)).values()
    booklets = read(data)
    assert len(booklets) == 2
    assert [re.search(r"(\d) of (\d)", pages[0]).groups() for pages in booklets] == [("1", "2"), ("2", "2")]  # type: ignore[union-attr]
    pages = [page for booklet in booklets for page in booklet[1:]]
    for i in range(1, 26):
        [page] = [page for page in pages if f"Gist {i}." in page]
        assert f"Question {i}?" in page
    counts = [page.count("word") for page in pages]
    assert sum(counts) == 25 * 150
    assert all(count % 150 == 0 for count in counts)
    assert min(size for page in pdfium.PdfDocument(data) for *_, size in characters(page)) >= 5.5 * 0.82 - 0.01


def test_a_short_chapter_has_large_type_and_pages_for_notes(make_book: MakeBook) -> None:
    """One answer is enough for a booklet."""
    [data] = build(made_of(make_book, 5)).values()
    [pages] = read(data)
    assert "Gist 1." in pages[1]
    assert all(page.startswith("Notes") for page in pages[2:])
    assert max(size for *_, size in characters(pdfium.PdfDocument(data)[0]) if size < 13) >= 12


def test_what_does_not_fit_on_a_page(make_book: MakeBook) -> None:
    """An overlong gist or title is an error with its line; a long title is just set smaller."""
    with pytest.raises(
        ContentError, match=r"^[^\n]*01-first-steps\.md:14: error\[too-high\]: the gist of 1\.2 does not fit"
    ) as error:
        build(made_of(make_book, 5, 900))
    assert len(error.value.problems) == 1
    long = FRONT.replace("First Steps", "Steps " * 30)
    [data] = build(made_of(make_book, 5, front=long)).values()
    [pages] = read(data)
    assert pages[0].count("Steps") == 30
    assert words(pages[0]).endswith("close.")
    book = made_of(make_book, 5)
    [chapter] = book.chapters
    with pytest.raises(ContentError, match=r"01-first-steps\.md:1: error\[too-high\]: the title"):
        build(replace(book, chapters=(replace(chapter, title="Steps " * 900),)))


def test_a_tall_picture_is_made_smaller(make_book: MakeBook) -> None:
    """It is whole, above the foot of its page."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="900"><text x="9" y="890">End</text></svg>'
    book = read_book(make_book(ASKED.format(1, "\n\n![Alt](figures/x.svg)"), **{"figures/x.svg": svg})).book
    [data] = build(book).values()
    assert "End" in read(data)[0][1]


def test_large_type_has_no_pocket(shipped: Book, make_book: MakeBook) -> None:
    """No page of a booklet has room for 14 points; a book without answers has none either."""
    assert not build(shipped, "large")
    assert not build(read_book(make_book("")).book)


@pytest.mark.usefixtures("uncached")
def test_same_bytes_and_only_bundled_fonts(chapter: Book, pdf: bytes) -> None:
    """A booklet is the same whenever it is built, and prints the same everywhere."""
    assert list(build(chapter).values()) == [pdf]
    assert not strange_fonts(pdf)


def test_it_looks_as_it_did(make_book: MakeBook) -> None:
    """The pixels of a whole sheet are unchanged."""
    [data] = build(made_of(make_book, 12, 30, 20, 25, 8, 15)).values()
    assert looks_like("pocket", pdfium.PdfDocument(data)[0].render(scale=60 / 72).to_pil())
