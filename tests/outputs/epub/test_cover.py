"""The cover of the e-book: requirements of shops, its text, and the question mark cut into the book's chapters."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO
from itertools import pairwise, starmap
from math import cos, dist, hypot, radians, sin
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from crib.home import own_folder
from crib.outputs.epub.cover import TITLE_HEIGHT, TITLE_WIDTH, _ems, cover_of, draw_cover, rasterized, title_size
from crib.outputs.epub.cover_art import LENGTH, _at, cut_into_pieces, question_mark
from crib.outputs.epub.unprintable import left_off_cover
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ROOT
from tests.epubs import SMALL_COVER, H, build
from tests.outputs.epub.test_epub import contrast, luminance

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book
    from tests.conftest import MakeBook

FRENCH = ROOT / "tests" / "fixtures" / "french"
MARK = 276  # points from the top of the cover
FOOT = 200  # points from its bottom
LONG = "A Complete Guide to Every Exercise of the Second Edition, with Short and Full Answers"
TWENTY = (
    "Twenty words make a title that nobody will ever remember but somebody will surely write one day for his thesis"
)


def image(book: Book, templates: Templates | None = None) -> Image.Image:
    """Return the cover of *book*."""
    return rasterized(cover_of(book, templates or Templates())).convert("RGB")


def sized(book: Book, *counts: int) -> Book:
    """Return *book* with a chapter for each of *counts*, the numbers of answers."""
    answers = tuple(book.answers)
    chapters = (replace(book.chapters[0], answers=answers[:1] * count) for count in counts)
    return replace(book, chapters=tuple(chapters))


Letter = tuple[str, tuple[float, float, float, float]]


def letters(book: Book) -> list[Letter]:
    """Return the text on the cover, in order, with its box: left, bottom, right and top, in points."""
    cover = cover_of(book, Templates())
    with PdfDocument(cover.press.printer({}).write_pdf(cover.html)) as pdf:
        assert len(pdf) == 1
        page = pdf[0].get_textpage()
        return [(letter, page.get_charbox(i)) for i, letter in enumerate(page.get_text_range())]


def said(book: Book) -> str:
    """Return the text on the cover as one line."""
    return " ".join("".join(letter for letter, _ in letters(book)).split())


@pytest.fixture(scope="module")
def drawn(shipped: Book) -> Image.Image:
    """Return the cover of the shipped book."""
    return image(shipped)


# Requirements of shops


def test_the_cover_is_what_shops_ask_for(shipped: Book) -> None:
    """A PNG of 1600 by 2560 pixels, not heavy, the same each time."""
    cover = cover_of(shipped, Templates())
    png = draw_cover(cover)
    opened = Image.open(BytesIO(png))
    assert (opened.format, opened.size) == ("PNG", (1600, 2560))
    assert len(png) < 600_000
    assert draw_cover(cover) == png


def test_words_for_who_does_not_see_it(make_book: MakeBook) -> None:
    """The alternative text has the words of the cover, and describes its drawing."""
    book = read_book(make_book()).book
    opened = build(book)
    assert opened.zip.read("EPUB/media/cover.png") == draw_cover(cover_of(book, Templates(SMALL_COVER)))
    [picture] = opened.page("text/cover").iter(f"{H}img")
    assert picture.get("role") == "doc-cover"
    for words in (book.title, book.subtitle, *book.authors, "question mark"):
        assert words in picture.attrib["alt"]


@pytest.mark.parametrize(
    ("part", "least"),
    [
        ((32, 30, 368, 265), 7),
        ((32, 470, 206, 545), 4.5),
        ((32, 550, 206, 572), 4.5),
        ((32, 580, 206, 608), 4.5),
        ((232, 562, 268, 582), 4.5),
        ((232, 585, 268, 595), 4.5),
    ],
    ids=["title", "subtitle", "authors", "companion", "count", "answers"],
)
def test_all_words_can_be_read(drawn: Image.Image, part: tuple[int, int, int, int], least: float) -> None:
    """The contrast between drawn letters and their background; *part* is in points."""
    left, top, right, bottom = (4 * points for points in part)
    pixels = drawn.crop((left, top, right, bottom)).tobytes()
    colors = sorted({f"#{pixels[i : i + 3].hex()}" for i in range(0, len(pixels), 3)}, key=luminance)
    assert contrast(colors[0], colors[-1]) >= least


# Text on the cover


def test_what_the_cover_says(shipped: Book) -> None:
    """Title, number of answers, subtitle, authors, and the accompanied book."""
    count = len(tuple(shipped.answers))
    words = (shipped.title, f"{count} Answers", shipped.subtitle, *shipped.authors, shipped.companion)
    assert said(shipped) == " ".join(words)


@pytest.mark.parametrize(("counts", "words"), [((), ""), ((1,), "1 Answer "), ((9, 0, 6), "15 Answers ")])
def test_the_number_of_answers(shipped: Book, counts: tuple[int, ...], words: str) -> None:
    """One is no plural, and none is not told."""
    book = replace(sized(shipped, *counts), title="Crib", subtitle="", companion="")
    assert said(book) == f"Crib {words}The Crib contributors"


def test_a_french_cover() -> None:
    """The cover of a French book is in French."""
    assert " 3 Réponses Résumer" in said(read_book(FRENCH).book)


def test_a_cover_that_no_font_can_print(make_book: MakeBook) -> None:
    """Words in unprintable scripts are left out, with a warning at their line, once per script."""
    book = read_book(make_book()).book
    told = replace(book, title="深度 学习 \u05d0", authors=("Ada", "\u5b66"))
    so = "so the cover of the e-book is drawn without the"
    assert [(warning.line, warning.text) for _, warning in left_off_cover(told, Templates())] == [
        (2, f"no font prints א (U+05D0, hebrew letter alef), {so} title"),
        (2, f"no font prints 习 (U+4E60, cjk unified ideograph-4e60) and 3 more of the script Han, {so} title"),
        (3, f"no font prints 学 (U+5B66, cjk unified ideograph-5b66), {so} authors"),
    ]
    assert said(told) == "1 Answer"
    assert image(told).size == (1600, 2560)
    assert said(replace(book, companion="深")) == said(book)


# The title


@pytest.mark.parametrize(
    ("title", "subtitle"),
    [
        ("Crib", ""),
        ("Donaudampfschifffahrtsgesellschaft", "With a subtitle"),
        ("Pneumonoultramicroscopicsilicovolcanoconiosis", "Donaudampfschifffahrtsgesellschaft"),
        ("Responsibilities", "Sixteen letters"),
        ("TENSORFLOW AND MACHINE WISDOM", "In capitals"),
        ("Machine Learning, Question by Question", f"{LONG}. {LONG}"),
        (LONG, LONG),
        (TWENTY, LONG),
        (f"{TWENTY} {TWENTY}", LONG),
    ],
)
def test_any_title_fits_the_cover(shipped: Book, title: str, subtitle: str) -> None:
    """Whatever the length: inside the margins, the title above the mark and the rest beside its stem."""
    found = letters(replace(shipped, title=title, subtitle=subtitle, authors=("Ada Lovelace", "Emmy Noether") * 3))
    written = "".join(letter for letter, _ in found)
    end = written.index(f"{len(tuple(shipped.answers))}")
    foot = written.index("Answers", end) + len("Answers")
    seen = [(i, box) for i, (letter, box) in enumerate(found) if letter.strip()]
    assert all(left >= 31 and right <= 369 for _, (left, _, right, _) in seen)
    assert all(bottom > 640 - MARK for i, (_, bottom, _, _) in seen if i < end)
    assert all(right <= 208 and bottom > 30 and top < FOOT + 41 for i, (_, bottom, right, top) in seen if i > foot)
    assert all(word in written for word in title.split() if len(word) <= 16)


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ([1.5], 120),  # a short title is as large as any
        ([4.2], 80),  # a word as wide as the line
        ([20.0], 38),  # a long one is divided
        ([4.0] * 4, TITLE_HEIGHT // 4),  # four lines
        ([2.0, 2.0], 114),  # two lines are higher, but their words wider
        ([3.0, 2.9, 2.9, 2.9, 2.9], 56),  # one word, and twice two with a space between them
        ([1.0] * 12, 73),  # four words of one em on a line, with three spaces
        ([1.0, 30.0], 38),  # a long word begins on a line of its own
    ],
)
def test_the_title_is_as_large_as_fits(words: list[float], size: int) -> None:
    """Words are given by their widths in ems."""
    assert title_size(words) == size
    assert min(max(words), 8.8) * size <= TITLE_WIDTH


def test_the_widths_of_words() -> None:
    """Widths of words are the widths of their glyphs, and one em for missing characters."""
    font = own_folder() / "fonts/SourceSans3-Bold.ttf"
    [narrow, wide, lacking, none] = _ems(["i", "mm", "i深", ""], font)
    assert (narrow, wide) == pytest.approx((0.284, 2 * 0.852), abs=0.03)
    assert lacking == narrow + 1
    assert none == 0


# The question mark


BOOKS = [[1], [19, 11, 7, 6, 7, 8, 9], [15] * 100, [1] * 1500, [3, 200, 1]]


@pytest.mark.parametrize("counts", BOOKS)
def test_chapters_are_as_long_as_they_have_answers(counts: list[int]) -> None:
    """Chapters fill the line from end to end, in order, without overlap, with gaps between them."""
    found = cut_into_pieces(counts)
    assert [chapter for chapter, _, _ in found] == sorted(chapter for chapter, _, _ in found)
    assert (found[0][1], found[-1][2]) == pytest.approx((0, LENGTH))
    assert all(start < end for _, start, end in found)
    assert all(next_start > end for (_, _, end), (_, next_start, _) in pairwise(found))
    starts = {chapter: start for chapter, start, _ in reversed(found)}
    ends = {chapter: end for chapter, _, end in found}
    lengths = [ends[chapter] - starts[chapter] for chapter in range(len(counts))]
    assert [length / lengths[0] for length in lengths] == pytest.approx([count / counts[0] for count in counts])


def test_answers_are_cut_where_they_can_be_seen() -> None:
    """A piece for each of 148, one a chapter for 1,500; one alone for a book without answers."""
    assert len(question_mark([19, 11, 118])) == 148
    assert [piece.chapter for piece in question_mark([15] * 100)] == list(range(100))
    [whole] = question_mark([])
    assert whole == question_mark([1])[0]


def bowl(picture: Image.Image) -> tuple[int, int]:
    """Return the left and right margins of the mark at half the height of its bowl, in points."""
    row = picture.crop((0, 4 * (MARK + 122), 1600, 4 * (MARK + 122) + 1)).convert("L").point(lambda v: 255 * (v > 60))
    left, _, right, _ = row.getbbox() or (0, 0, 0, 0)
    return left // 4, 400 - right // 4


@pytest.mark.parametrize(("language", "sides"), [("en", (306, 34)), ("ar", (34, 306)), ("he", (306, 34))])
def test_the_mark_of_another_script(make_book: MakeBook, tmp_path: Path, language: str, sides: tuple[int, int]) -> None:
    """It is mirrored in Arabic script, not in Hebrew."""
    (tmp_path / "labels").mkdir()
    shutil.copy(own_folder() / "labels/en.yaml", tmp_path / f"labels/{language}.yaml")
    book = replace(read_book(make_book()).book, language=language)
    assert bowl(image(book, Templates(tmp_path))) == sides


def test_a_cover_of_ones_own(shipped: Book, tmp_path: Path) -> None:
    """A user's template can draw anything with the same pieces."""
    (tmp_path / "epub").mkdir()
    (tmp_path / "epub/cover.html").write_text(
        "<html lang=en><title>{{ book.title }}</title><style>@page { background: #ff0000 }</style>"
        '<svg role="img" aria-label="x" viewBox="-122 -122 244 360">'
        '{% for piece in pieces %}<polygon points="{{ piece.outline }}" fill="#0000ff"/>{% endfor %}</svg>',
        encoding="utf-8",
    )
    drawn = image(sized(shipped, 2, 1), Templates(tmp_path))
    assert {(255, 0, 0), (0, 0, 255)} <= {color for _, color in drawn.getcolors(1000) or ()}


def test_the_line_of_the_mark_is_measured_in_points() -> None:
    """Steps along the line have their length in points, and are perpendicular to its normals."""
    step = LENGTH / 4000
    line = [_at(step * i) for i in range(4001)]
    for (x, y, *across), (next_x, next_y, *_) in pairwise(line):
        dx, dy = next_x - x, next_y - y
        assert hypot(dx, dy) == pytest.approx(step, rel=1e-3)
        assert hypot(*across) == pytest.approx(1)
        assert abs(dx * across[0] + dy * across[1]) < step * 1e-2
    assert line[0][:2] == pytest.approx((-86 * cos(radians(8)), -86 * sin(radians(8))))
    assert line[-1][0] == 0
    assert line[-1][1] > line[0][1] + 86


def test_the_stroke_is_as_wide_everywhere() -> None:
    """60 points, from one side of its outline to the other, in invisibly small facets."""
    [piece] = question_mark([])
    corners = [tuple(map(float, corner.split(","))) for corner in piece.outline.split()]
    half = len(corners) // 2
    pairs = list(zip(corners[:half], reversed(corners[half:]), strict=True))
    assert all(dist(*pair) == pytest.approx(60, abs=0.02) for pair in pairs)
    middle = [((one[0] + other[0]) / 2, (one[1] + other[1]) / 2) for one, other in pairs]
    assert sum(starmap(dist, pairwise(middle))) == pytest.approx(LENGTH, abs=0.1)
    assert max(starmap(dist, pairwise(middle))) < 2.01


@pytest.mark.parametrize(("counts", "gap"), [([4, 9], 3.5), ([15] * 100, LENGTH / 400)])
def test_gaps_between_chapters(counts: list[int], gap: float) -> None:
    """Gaps between chapters are equal, and take no more than a quarter of the line."""
    pieces = cut_into_pieces(counts)
    between = [start - end for (one, _, end), (other, start, _) in pairwise(pieces) if one != other]
    within = [start - end for (one, _, end), (other, start, _) in pairwise(pieces) if one == other]
    assert between == pytest.approx([gap] * (len(counts) - 1))
    assert within == pytest.approx([0.6] * len(within))


def test_a_chapter_is_cut_where_answers_are_long_enough() -> None:
    """A chapter is cut into answers of 1.8 points or more."""
    most = int((LENGTH - 3.5) / 1.8)
    assert len(cut_into_pieces([1, most - 1])) == most
    assert len(cut_into_pieces([1, most])) == 2
