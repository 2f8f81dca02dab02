"""Flashcards, opened and rendered with pdfium."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any

import click
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from PIL import ImageChops

from crib.engine.job import Job
from crib.model.tree import plain
from crib.outputs.cards import jobs as cards
from crib.outputs.cards import type_size
from crib.outputs.cards.grid import Grid
from crib.outputs.cards.stocks import find_stock
from crib.print.chapter_html import render_chapter
from crib.print.pdf.print_setup import PrintSetup
from crib.problems import ContentError
from crib.render.templates import Templates
from crib.selection import PrintSettings, Selection
from crib.source import read_book
from tests.conftest import ANSWER, MakeBook
from tests.pdfs import made, strange_fonts, text_of, texts_of, words
from tests.pictures import looks_like

if TYPE_CHECKING:
    from PIL.Image import Image

    from crib.model import Book

MM = 72 / 25.4
PIXELS = 4
"""Resolution of pictures compared by place, in pixels per millimeter."""

ASKED = """\
## Why number {0}? {{#why-{0} level=explain}}

::: gist
Because of {0}.
:::

The whole of it. {1}

::: hint
Think of it.
:::
"""
CODE = 0.86
"""The size of code with the apparent size of the text around it."""
SHEETS: dict[tuple[str, str], tuple[float, float, float, float]] = {
    ("A4", "color"): (210, 297, 95, 68),
    ("Letter", "ink"): (215.9, 279.4, 97, 63),
    ("A4", "large"): (297, 210, 138, 93),
    ("Letter", "large"): (279.4, 215.9, 129, 95),
}
"""By paper and theme: the sheet, and a card, in millimeters."""


def build(book: Book, paper: str = "A4", theme: str = "color", **settings: Any) -> bytes:
    """Return the cards of *book* as a PDF, made in this process."""
    book = replace(book, print=replace(book.print, paper=paper, theme=theme))
    files = made(cards.jobs(book, Templates(), **settings))
    [pdf] = files.values()
    return pdf


def small(make_book: MakeBook, count: int, text: str = "") -> Book:
    """Return a book with *count* short answers, the first with *text* at its end."""
    asked = "\n".join(ASKED.format(i, text if i == 1 else "") for i in range(1, count + 1))
    return read_book(make_book(asked)).book


def corners(page: Any) -> dict[str, tuple[float, float]]:
    """Return the position of the code of each card on *page*, in millimeters from the upper left."""
    text, found = page.get_textpage(), {}
    for number in range(1, 30):
        search = text.search(f"1.{number}", match_whole_word=True)
        if place := search.get_next():
            left, _, _, top = text.get_charbox(place[0])
            found[f"1.{number}"] = (left / MM, (page.get_height() - top) / MM)
    return found


def picture(page: Any) -> Image:
    """Return *page* in shades of gray, `PIXELS` a millimeter."""
    image: Image = page.render(scale=PIXELS / MM).to_pil().convert("L")
    return image


def darkest(image: Image, box: tuple[float, float, float, float] | None = None) -> int:
    """Return the darkest shade in *image*, or in a *box* of it in millimeters."""
    part = image.crop(tuple(round(side * PIXELS) for side in box)) if box else image  # type: ignore[arg-type]
    return next(shade for shade, count in enumerate(part.histogram()) if count)


@pytest.fixture(scope="module")
def real(shipped: Book) -> tuple[Book, bytes]:
    """Return chapters with figures, tables, formulas and code, and their cards."""
    book = shipped.select(Selection((5, 9)))
    return book, build(book)


@pytest.mark.parametrize(
    ("paper", "theme", "flip"),
    [("A4", "color", "long"), ("Letter", "ink", "short"), ("A4", "large", "long"), ("Letter", "large", "short")],
)
def test_a_card_has_the_same_code_on_both_sides(make_book: MakeBook, paper: str, theme: str, flip: str) -> None:
    """Once the sheet is turned over the edge, each back lies behind its front, moved by dx and dy."""
    width, height, card_width, card_height = SHEETS[paper, theme]
    pdf = pdfium.PdfDocument(build(small(make_book, 11), paper, theme, flip=flip, dx=1.5, dy=-0.5))
    assert len(pdf) == 2 + 2 * (2 if theme != "large" else 3)
    vertical = (flip == "long") == (height > width)
    left, top = (width - 2 * card_width) / 2, (height - (4 if theme != "large" else 2) * card_height) / 2
    seen: list[str] = []
    for number in range(2, len(pdf), 2):
        assert (pdf[number].get_width(), pdf[number].get_height()) == pytest.approx((width * MM, height * MM), abs=0.1)
        front, back = corners(pdf[number]), corners(pdf[number + 1])
        assert front.keys() == back.keys()
        seen += front
        for code, (x, y) in front.items():
            column, row = (x - left) // card_width, (y - top) // card_height
            over_x = width - 2 * (left + column * card_width) - card_width if vertical else 0
            over_y = 0 if vertical else height - 2 * (top + row * card_height) - card_height
            assert back[code] == pytest.approx((x + over_x + 1.5, y + over_y - 0.5), abs=0.1), code
    assert sorted(seen) == sorted(f"1.{i}" for i in range(1, 12))


def codes_on(page: Any, left: float, top: float, width: float, height: float) -> str:
    """Return the codes in a box of *page*, in millimeters."""
    high = page.get_height()
    box = (left * MM, high - (top + height) * MM, (left + width) * MM, high - top * MM)
    return " ".join(re.findall(r"\d\.\d", page.get_textpage().get_text_bounded(*box)))


@pytest.mark.parametrize(("name", "guide"), [("A7", 2), ("C32010", 2), ("index-3x5", 4)])
def test_stock_is_printed_on_both_sides(make_book: MakeBook, name: str, guide: int) -> None:
    """Cards are in their places on the stock, and each back is behind its front; the guide is on the same paper."""
    stock = find_stock(name)
    pdf = pdfium.PdfDocument(build(small(make_book, 3), stock=stock, dx=1))
    grid = Grid.of(PrintSettings(), stock)
    size = (grid.paper.width * MM, grid.paper.height * MM)
    assert all((page.get_width(), page.get_height()) == pytest.approx(size, abs=0.1) for page in pdf)
    assert len(pdf) == guide + (2 if grid.places > 1 else 6)
    found = []
    for number in range(guide, len(pdf), 2):
        for place in range(min(grid.places, 3)):
            (left, top), back = grid.front(place), grid.back(place, "long")
            found.append(codes_on(pdf[number], left, top, grid.width, grid.height))
            assert found[-1] == codes_on(pdf[number + 1], back[0] + 1, back[1], grid.width - 1, grid.height)
    assert found == ["1.1", "1.2", "1.3"]
    text = " ".join("".join(pdf[number].get_textpage().get_text_bounded() for number in range(guide)).split())
    assert "--dx 1" in text
    assert ("Cut the whole stack" in text) == grid.cut
    assert looks_like(f"cards-{name}", pdf[guide].render(scale=60 / 72).to_pil())


@pytest.mark.parametrize("name", ["5371", "C32010", "index-3x5"])
def test_a_card_to_fold_has_its_sides_beside_each_other(make_book: MakeBook, name: str) -> None:
    """The front at the left, the back at the right, a dashed line between; all pages are for one side of the paper."""
    stock = find_stock(name)
    pdf = pdfium.PdfDocument(build(small(make_book, 3), stock=stock, fold=True))
    grid = Grid.of(PrintSettings(), stock, fold=True)
    assert len(pdf) == 1 + (1 if grid.places > 1 else 3)
    found = []
    for page in list(pdf)[1:]:
        image = picture(page)
        for place in range(min(grid.places, 3)):
            (left, top), (fold, _) = grid.front(place), grid.back(place, "long")
            found += [codes_on(page, x, top, grid.width, grid.height) for x in (left, fold)]
            line = image.crop(
                (
                    round((fold - 0.5) * PIXELS),
                    round((top + 1) * PIXELS),
                    round((fold + 0.5) * PIXELS),
                    round((top + 41) * PIXELS),
                )
            )
            rows = [min(line.crop((0, y, line.width, y + 1)).tobytes()) < 160 for y in range(line.height)]
            assert sum(before != after for before, after in pairwise(rows)) > 30  # a dash, a gap, a dash
    assert found == ["1.1", "1.1", "1.2", "1.2", "1.3", "1.3"]
    guide = " ".join(pdf[0].get_textpage().get_text_bounded().split())
    assert "on one side" in guide
    assert "Fold each card along the dashed line" in guide
    assert looks_like(f"cards-fold-{name}", pdf[1].render(scale=60 / 72).to_pil())


@pytest.mark.parametrize("setting", [{"dx": 1}, {"dy": -1}, {"flip": "short"}])
def test_a_fold_needs_no_duplex_printer(make_book: MakeBook, setting: dict[str, Any]) -> None:
    """Duplex settings with --fold are wrong usage."""
    with pytest.raises(click.UsageError, match="leave out --flip, --dx and --dy"):
        build(small(make_book, 1), fold=True, **setting)


def test_what_does_not_fit_on_small_stock_is_an_error(make_book: MakeBook) -> None:
    """It has room on usual cards; on small ones it would take type of less than 6.5 points, and the answer is named."""
    asked = ASKED.format(1, "") + ASKED.format(2, "").replace("Because of 2.", "Many words here. " * 55)
    book = read_book(make_book(asked)).book
    build(book)
    with pytest.raises(ContentError, match="card-too-long") as error:
        build(book, stock=find_stock("A8"))
    assert [problem.text for problem in error.value.problems] == ["the gist of 1.2 does not fit on a card"]


def test_piles_of_a_cut_stack_follow_one_another(make_book: MakeBook) -> None:
    """Place by place through all sheets the codes are in order; only the last sheet has empty places, at its end."""
    pdf = pdfium.PdfDocument(build(small(make_book, 19)))
    sheets = [sorted(corners(pdf[n]).items(), key=lambda each: each[1][::-1]) for n in range(2, len(pdf), 2)]
    assert [len(sheet) for sheet in sheets] == [8, 8, 3]
    rows = [[code for code, _ in sorted(sheet, key=lambda each: (each[1][1] // 20, each[1][0]))] for sheet in sheets]
    piles = [[sheet[place] for sheet in rows if place < len(sheet)] for place in range(8)]
    assert [code for pile in piles for code in pile] == [f"1.{i}" for i in range(1, 20)]


def test_a_change_prints_no_other_sheet_again(make_book: MakeBook) -> None:
    """A part depends on its own sheet: of three, only the one with the changed answer is printed again."""
    [before], [after] = (cards.jobs(small(make_book, 17, text), Templates()) for text in ("", "Changed."))
    changed = [
        [given(argument) for argument in old.arguments] != [given(argument) for argument in new.arguments]
        for old, new in zip(before.arguments, after.arguments, strict=True)
    ]
    assert changed == [False, True, False, False]


def given(argument: Any) -> Any:
    """Return an argument as a job gets it."""
    return argument.make(*map(given, argument.arguments)) if isinstance(argument, Job) else argument


def test_all_that_is_behind_moves(make_book: MakeBook) -> None:
    """Plus is to the right and down: backs, their marks and the rulers of the test."""
    book = small(make_book, 3)
    still, moved = (pdfium.PdfDocument(build(book, dx=dx, dy=dy)) for dx, dy in ((0, 0), (3, 2)))
    middle = (400, 500, 800, 700)
    for page in (1, 3):
        box = middle if page == 1 else (20, 20, 800, 1150)
        before, after = picture(still[page]).crop(box), picture(moved[page])
        after = after.crop((box[0] + 3 * PIXELS, box[1] + 2 * PIXELS, box[2] + 3 * PIXELS, box[3] + 2 * PIXELS))
        assert darkest(before) < 100
        assert sum(ImageChops.difference(before, after).histogram()[64:]) < 20, page
    for page in (0, 2):
        assert not ImageChops.difference(picture(still[page]), picture(moved[page])).getbbox()


WIDE = (
    "$$" + " + ".join(f"a_{{{i}}}" for i in range(10)) + "$$",
    "```\n" + "x" * 120 + "\n```",
    "x" * 120,
    "| a | b | c |\n|---|---|---|\n| " + " | ".join(["x" * 40] * 3) + " |",
    "![Alt](figures/x.svg)",
    "1. One\n2. Two\n\n> Said.\n\n`" + "x" * 120 + "`",
)


@pytest.mark.parametrize(("paper", "theme"), [("A4", "color"), ("Letter", "large")])
def test_nothing_crosses_a_cut(make_book: MakeBook, paper: str, theme: str) -> None:
    """Along each cut, and around the sheet, nothing is printed but marks outside the cards."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><path d="M0 0h900v900h-900z"/></svg>'
    asked = "\n".join(
        f"## Why {i}? {'Why indeed? ' * 8} {{#why-{i}}}\n\n::: gist\n{wide}\n:::\n\nText."
        for i, wide in enumerate(WIDE)
    )
    pdf = pdfium.PdfDocument(build(read_book(make_book(asked, **{"figures/x.svg": svg})).book, paper, theme))
    width, height, card_width, card_height = SHEETS[paper, theme]
    rows = 4 if theme != "large" else 2
    left, top = (width - 2 * card_width) / 2, (height - rows * card_height) / 2
    right, bottom = width - left, height - top
    cuts = [(left + i * card_width - 4, top, left + i * card_width + 4, bottom) for i in range(3)]
    cuts += [(left, top + i * card_height - 4, right, top + i * card_height + 4) for i in range(rows + 1)]
    inside = [(max(a, left), max(b, top), min(c, right), min(d, bottom)) for a, b, c, d in cuts]
    edges = [(0, 0, width, 4), (0, 0, 4, height), (width - 4, 0, width, height), (0, height - 4, width, height)]
    for page in list(pdf)[2:]:
        image = picture(page)
        assert darkest(image) < 50
        for box in [*inside, *edges]:
            assert darkest(image, box) > 250, box
    assert all(darkest(picture(page), (0, 0, 4, 200)) > 250 for page in pdf)


def test_every_question_and_gist_is_there_once(real: tuple[Book, bytes]) -> None:
    """Questions on fronts, gists on backs; all pages render."""
    book, pdf = real
    pages = texts_of(pdf)
    fronts, backs = words("".join(pages[2::2])), words("".join(pages[3::2]))
    for answer in book.answers:
        question = words(plain([each for each in answer.question if each["t"] != "Math"]))
        assert (fronts.count(question), backs.count(question)) == (1, 0), answer.code
        for block in answer.gist:
            if block["t"] == "Para" and "Math" not in str(block):
                assert (fronts.count(words(plain(block))), backs.count(words(plain(block)))) == (0, 1), answer.code
    document = pdfium.PdfDocument(pdf)
    assert len(document) == 2 + 2 * -(-sum(1 for _ in book.answers) // 8)
    assert all(darkest(picture(page)) < 100 for page in document)


def test_the_full_answer_is_there_where_it_fits(make_book: MakeBook) -> None:
    """A card has the full answer with its notes if it fits; text in too small type is left out, like long hints."""
    noted = "A note[^1].\n\n[^1]: The note itself."
    text = text_of(build(small(make_book, 2, noted)))
    assert text.count("The whole of it.") == 2
    assert "The note itself." in text
    assert text.count("Think of it.") == 2
    asked = ASKED.format(1, noted + "\n\n" + "More words. " * 300) + ASKED.format(2, "").replace(
        "of it", "of it, long" * 300
    )
    text = text_of(build(read_book(make_book(asked)).book))
    assert "The whole of it." not in text
    assert "More words." not in text
    assert "The note itself." not in text
    assert text.count("Think of it.") == 1
    assert "of it, long" not in text
    assert text.count("Because of") == 2


def test_a_wide_formula_is_set_smaller_or_left_out(make_book: MakeBook) -> None:
    """Type is small enough for it; an answer with one too wide at any size counts as too long."""
    wide, wider = ("$$" + " + ".join(f"a_{{{i}}}" for i in range(count)) + "$$" for count in (14, 60))
    book = small(make_book, 1, f"\n\n{wider}")
    section = render_chapter(book, Templates())
    [card] = type_size.fit_cards(section, PrintSetup.of(book, Templates(), "cards/cards.css"), Grid.of(book.print))
    assert (card.front.size, card.back.size, card.back.whole) == (13, 13, False)
    section = render_chapter(read_book(make_book(ANSWER.replace("What a", f"{wide}\n\nWhat a"))).book, Templates())
    [card] = type_size.fit_cards(section, PrintSetup.of(book, Templates(), "cards/cards.css"), Grid.of(book.print))
    assert 6.5 < card.back.size < 13
    with pytest.raises(ContentError, match="card-too-long"):
        build(read_book(make_book(ANSWER.replace("What a", f"{wider}\n\nWhat a"))).book)


def test_what_does_not_fit_is_an_error(make_book: MakeBook) -> None:
    """All of it in one run, each with its line."""
    words_ = "Many words here. " * 86
    asked = f"{ANSWER.replace('What a', words_)}\n## {words_}? {{#long}}\n\n::: gist\nIn short.\n:::\n\nText.\n"
    with pytest.raises(ContentError) as error:
        build(read_book(make_book(asked)).book)
    gist, question = error.value.problems
    assert (gist.line, gist.code, gist.text) == (6, "card-too-long", "the gist of 1.1 does not fit on a card")
    assert (question.line, question.text) == (14, "the question of 1.2 does not fit on a card")
    assert gist.hint


@pytest.mark.parametrize(("theme", "least"), [("color", 6.5 * CODE), ("ink", 6.5 * CODE), ("large", 14)])
def test_no_type_is_below_the_floor(make_book: MakeBook, theme: str, least: float) -> None:
    """Including tables, code and text at the edge."""
    rich = "Code `x`, [other](#why-2).\n\n| a | b |\n|--|--|\n| c | d |\n\n```python\nx = 1\n```\n"
    gist = "Because of 2." + " Some more words." * (8 if theme == "large" else 70)
    asked = "".join(ASKED.format(i, rich) for i in (1, 2)).replace("Because of 2.", f"{gist}\n\n`x`")
    seen = set()
    for page in pdfium.PdfDocument(build(read_book(make_book(asked)).book, theme=theme)):
        text = page.get_textpage()
        for i in range(text.count_chars()):
            matrix = pdfium_c.FS_MATRIX()
            pdfium_c.FPDFText_GetMatrix(text, i, matrix)
            if text.get_text_range(i, 1).isalnum():
                seen.add(pdfium_c.FPDFText_GetFontSize(text, i) * hypot(matrix.c, matrix.d))
    assert min(seen) > least - 0.05


def test_themes_and_fonts(make_book: MakeBook, real: tuple[Book, bytes]) -> None:
    """Only bundled fonts, all embedded; ink is black and has no fills."""
    assert not strange_fonts(real[1])
    for page in pdfium.PdfDocument(build(small(make_book, 2), theme="ink")):
        red, green, blue = page.render(scale=1).to_pil().convert("RGB").split()
        assert not ImageChops.difference(red, green).getbbox()
        assert not ImageChops.difference(red, blue).getbbox()


def test_the_guide_says_how_to_print(make_book: MakeBook) -> None:
    """Paper, edge and offsets of the backs are those of this file."""
    front, back, *_ = texts_of(build(small(make_book, 1), "Letter", flip="short", dx=0.5, dy=-1))
    assert "one sheet of Letter" in front
    assert "short edge" in " ".join(front.split())
    assert "--dx 0.5" in back
    assert "--dy -1" in back


def test_files_are_named_after_what_was_selected(shipped: Book, make_book: MakeBook) -> None:
    """Files are named after the selection; without cards there is no file."""
    [job] = cards.jobs(shipped.select(Selection((1,), levels=("recall",))), Templates())
    assert job.path == "cards-01-recall.pdf"
    assert not list(cards.jobs(small(make_book, 1).select(Selection((), ("none",))), Templates()))


@pytest.mark.usefixtures("uncached")
def test_the_same_bytes_again(make_book: MakeBook) -> None:
    """Printed bytes depend on the source alone."""
    book = small(make_book, 3)
    assert build(book) == build(book)


def test_cards_look_as_ever(make_book: MakeBook) -> None:
    """The guide, its test, a front and a back match the reference pictures."""
    gists = ["In **bold**, with $x^2$.", "- one\n- two", "| a | b |\n|---|---|\n| c | d |", "Text. " * 30]
    asked = "\n".join(ASKED.format(i, "").replace(f"Because of {i}.", gist) for i, gist in enumerate(gists, 1))
    pdf = pdfium.PdfDocument(build(read_book(make_book(asked)).book))
    for name, page in zip(("cards-guide", "cards-test", "cards", "cards-back"), pdf, strict=True):
        assert looks_like(name, page.render(scale=60 / 72).to_pil())
