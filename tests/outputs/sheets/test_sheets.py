"""Cheat sheets, opened and rendered with pdfium."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import islice, pairwise
from math import ceil
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageChops

from crib.audit.pdf import audit_pdf
from crib.model.tree import plain, walk
from crib.outputs.sheets import jobs as sheets
from crib.outputs.sheets.format import fit_heading
from crib.outputs.sheets.imposition import SheetOutline, impose
from crib.print.fit.copyfitting import FittedPages, PageFormat
from crib.print.paper import Paper
from crib.print.pdf.print_setup import PrintSetup
from crib.print.pdf.printer import Printer
from crib.problems import BuildError, ContentError
from crib.render.templates import Templates
from crib.selection import EVERYTHING, Selection
from crib.source import read_book
from tests.conftest import ANSWER, BOOK, MakeBook
from tests.pdfs import made, maker, strange_fonts, text_of, texts_of, words
from tests.pictures import looks_like

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.model import Book


GIST = "::: gist\nIn short.\n:::"


def build(book: Book, pages: int | None = None, **how: Any) -> dict[str, bytes]:
    """Return the PDF files of *book* with these settings, printed in this process."""
    return made(sheets.jobs(replace(book, print=replace(book.print, **how)), Templates(), pages))


def one(book: Book, pages: int | None = None, **how: Any) -> bytes:
    """Return the PDF of the first chapter of *book* with these settings."""
    jobs = sheets.jobs(replace(book, print=replace(book.print, **how)), Templates(), pages)
    [pdf] = made(islice(jobs, 1)).values()
    return pdf


@pytest.fixture(scope="module")
def some(shipped: Book) -> Book:
    """Return a book of four shipped chapters: without answers, with formulas, with half a page, and with tables."""
    first, *others = shipped.select(Selection((3, 5, 6, 10))).chapters
    return replace(shipped, chapters=(replace(first, answers=()), *others), selection=EVERYTHING)


@pytest.fixture(scope="module")
def printed(some: Book) -> dict[str, bytes]:
    """Return their sheets."""
    return build(some)


def test_one_pdf_a_chapter_and_one_of_all(some: Book, printed: dict[str, bytes]) -> None:
    """Only chapters with answers have a sheet."""
    with_answers = [chapter.name for chapter in some.chapters if chapter.answers]
    assert sorted(printed) == sorted([f"sheets/{name}.pdf" for name in with_answers] + ["sheets.pdf"])


def test_a_selection_has_no_sheet_of_all(shipped: Book) -> None:
    """Building chapter 4 does not overwrite the sheets of the whole book."""
    jobs = sheets.jobs(shipped.select(Selection((4,))), Templates())
    assert [job.path for job in jobs] == ["sheets/04-training-models.pdf"]


def test_every_question_is_there_once_and_in_order(some: Book, printed: dict[str, bytes]) -> None:
    """The text of a sheet is its codes and questions in reading order, found and copied as text."""
    for chapter in some.chapters:
        if not chapter.answers:
            continue
        text = words(text_of(printed[f"sheets/{chapter.name}.pdf"]))
        places = []
        for answer in chapter.answers:
            question = words(plain([e for e in answer.question if e["t"] != "Math"]))
            assert text.count(question) == 1, answer.code
            places.append(text.index(question))
        assert places == sorted(places)


def test_the_gist_is_there(some: Book, printed: dict[str, bytes]) -> None:
    """Each word of each gist's paragraphs is printed."""
    text = words(text_of(printed["sheets.pdf"]))
    for answer in some.answers:
        for block in answer.gist:
            if block["t"] == "Para" and "Math" not in str(block):
                assert words(plain(block)) in text, answer.code


def test_words_in_tables_are_whole(some: Book, printed: dict[str, bytes]) -> None:
    """A narrow column of a table does not break its words."""
    text = text_of(printed["sheets.pdf"])
    tables = [block for answer in some.answers for block in answer.gist if block["t"] == "Table"]
    assert tables
    for element in walk(tables):
        if element["t"] == "Str":
            assert element["c"] in text


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around everything dark on a page."""
    return image.convert("L").point(lambda value: 255 * (value < 200)).getbbox() or (0, 0, 0, 0)


def rules(page: pdfium.PdfPage) -> list[float]:
    """Return the positions of the lines between the columns of *page*, in points from its left edge."""
    bounds = [each.get_bounds() for each in page.get_objects() if each.type == pdfium.raw.FPDF_PAGEOBJ_PATH]
    return sorted({round(left, 1) for left, bottom, right, top in bounds if right - left < 2 and top - bottom > 200})


def test_columns_end_level_at_the_foot_and_within_the_margins(printed: dict[str, bytes]) -> None:
    """All columns of a chapter end at the same height, and everything is inside the margins."""
    for name, pdf in printed.items():
        if name == "sheets.pdf":
            continue
        [page] = pdfium.PdfDocument(pdf)
        image = page.render(scale=4).to_pil()
        margin, foot = 4 * 22, 4 * 31
        left, top, right, bottom = ink(image)
        assert min(left, top) >= margin
        assert max(right - image.width, bottom - image.height) <= -4 * 12, name
        ends = []
        for start, end in pairwise([margin, *(round(4 * x) for x in rules(page)), image.width - margin]):
            column = image.crop((start + 12, 4 * 60, end - 12, image.height - foot + 8))
            ends.append(ink(column)[3] - column.height)
        assert len(ends) > 1 or image.width < image.height
        assert max(ends) - min(ends) < 4 * 8, (name, ends)
        assert max(ends) > -4 * 12 or image.width < image.height, (name, ends)


def test_short_chapters_are_on_half_a_page(some: Book, printed: dict[str, bytes]) -> None:
    """Two of them share a page in the file of all sheets, between the map and the exercises."""
    sizes = {name: pdfium.PdfDocument(pdf)[0].get_size() for name, pdf in printed.items() if name != "sheets.pdf"}
    halves = [name for name, (width, height) in sizes.items() if width < height]
    assert halves
    assert all(pytest.approx((420.94, 595.28), abs=0.1) == sizes[name] for name in halves)
    texts = texts_of(printed["sheets.pdf"])
    assert len(texts) == 1 + len(sizes) - len(halves) + ceil((len(halves) + 1) / 2)
    assert all(answer.code in texts[0] for answer in some.answers)
    assert some.title in texts[0]
    notebooks = texts[-1][texts[-1].index("Exercises answered elsewhere") :]
    assert all(chapter.title in words_apart(notebooks) for chapter in some.chapters if chapter.exercises)


def words_apart(text: str) -> str:
    """Return *text* with a space wherever lines end."""
    return " ".join(text.split())


def test_the_map_names_the_page_of_each_chapter(some: Book, printed: dict[str, bytes]) -> None:
    """The map has the page of each chapter's first question."""
    first, *others = map(words_apart, texts_of(printed["sheets.pdf"]))
    for chapter in some.chapters:
        if chapter.answers:
            found = re.search(rf"{chapter.title} p\. (\d+)", first)
            assert found, chapter.title
            question = words(plain(chapter.answers[0].question))
            assert question in words(others[int(found[1]) - 2]), chapter.title


def test_a_map_of_many_pages_counts_its_own(shipped: Book) -> None:
    """A map in large type has several pages, and the first chapter follows them."""
    press = PrintSetup.of(
        replace(shipped, print=replace(shipped.print, theme="large")), Templates(), "sheets/sheets.css"
    )
    chapters = [chapter for chapter in shipped.chapters if chapter.answers][:9]
    outlines = [SheetOutline(half=False, pages=(tuple(a.key for a in each.answers),)) for each in chapters]
    map_sheet = sheets.fit_map(press, chapters, impose(*outlines), *outlines)
    blocks = [placed.block.item for page in map_sheet.fit.pages for column in page for placed in column.blocks]
    assert len(map_sheet.fit.pages) > 1
    assert [each.page for each in blocks if each.chapter] == [
        len(map_sheet.fit.pages) + number for number, _ in enumerate(chapters, 1)
    ]
    parts = [sheets.map_part(press, map_sheet, number, 3) for number in range(3)]
    pages = [(part.first + i, sheet_page.page) for part in parts for i, [sheet_page] in enumerate(part.pages)]
    assert pages == [(page, page) for page in range(1, len(map_sheet.fit.pages) + 1)]


def test_half_pages_share_paper_with_the_next() -> None:
    """A half page moves to the next one, or stays alone in its place if that is too far."""
    half, whole = SheetOutline(half=True, pages=((),)), SheetOutline(half=False, pages=((), ()))
    pages = impose(half, whole, half, half, *[whole] * 8, half)
    placed = [[(sheet_page.sheet, sheet_page.page, sheet_page.second) for sheet_page in page] for page in pages]
    assert placed[:4] == [[(1, 1, False)], [(1, 2, False)], [(0, 1, False), (2, 1, True)], [(3, 1, False)]]
    assert placed[-1] == [(12, 1, False)]


def test_a_change_prints_no_other_sheet_again(make_book: MakeBook) -> None:
    """A part depends on its own pages: the first two chapters share one, the third has its own."""
    before, after = (parts_of_all_sheets(make_book, word) for word in ("questions", "something"))
    assert [len(part.pages) for part in after] == [1, 0, 1, 1]
    assert [old != new for old, new in zip(before, after, strict=True)] == [False, False, False, True]


def parts_of_all_sheets(make_book: MakeBook, word: str) -> list[sheets.SheetPart]:
    """Return the arguments of the parts of all sheets, with a *word* in the last of three chapters."""
    chapters = {
        f"{number:02}-more.md": f"---\ntitle: More\nnumber: {number}\n---\n\n{ANSWER}".replace("#a", f"#a-{number}-a")
        for number in (2, 3)
    }
    chapters["03-more.md"] = chapters["03-more.md"].replace("question asks", f"{word} ask", 1)
    book = make_book(**{name: chapter.encode() for name, chapter in chapters.items()})
    *_, job = sheets.jobs(read_book(book).book, Templates())
    make = maker()
    return [make(part.arguments[-1]) for part in job.needs]


def test_only_bundled_fonts_all_embedded(printed: dict[str, bytes]) -> None:
    """A sheet prints the same everywhere."""
    assert not any(map(strange_fonts, printed.values()))


def test_metadata(some: Book, printed: dict[str, bytes]) -> None:
    """Title, authors, language, date and bookmarks are set."""
    pdf = pikepdf.open(io.BytesIO(printed["sheets/05-support-vector-machines.pdf"]))
    assert str(pdf.docinfo.Title) == f"5 Support Vector Machines – {some.title}"
    assert str(pdf.docinfo.Author) == "; ".join(some.authors)
    assert str(pdf.docinfo.CreationDate) == some.released.strftime("D:%Y%m%d%H%M%S+00'00")
    assert str(pdf.Root.Lang) == "en-US"
    with pdf.open_outline() as outline:
        [chapter] = outline.root
        assert chapter.title == "5 Support Vector Machines"
        *questions, formulas = chapter.children
        assert len(questions) == len(next(c for c in some.chapters if c.number == 5).answers)
        assert formulas.title == "Formulas"


def test_the_exercises_come_last(printed: dict[str, bytes]) -> None:
    """A sheet lists exercises answered elsewhere, with their source."""
    text = words(text_of(printed["sheets/05-support-vector-machines.pdf"]))
    told = words("Exercises 8–10: the notebooks of handson-ml2, https://github.com/ageron/handson-ml2")
    assert text.index(told) > text.index("5.7")


def test_a_long_chapter_takes_more_pages(make_book: MakeBook) -> None:
    """No answer is lost or split; the type does not shrink below its limit."""
    pdf = one(read_book(make_book(gists(24))).book)
    document = pdfium.PdfDocument(pdf)
    assert len(document) > 1
    text = words(text_of(pdf))
    assert all(f"Gist{i}." in text for i in range(24))
    starts = [re.findall(r"Gist (\d+)\.", page.get_textpage().get_text_bounded()) for page in document]
    assert [int(n) for page in starts for n in page] == list(range(24))


def test_a_gist_that_is_higher_than_a_column(make_book: MakeBook) -> None:
    """It is an error with its line, instead of cut-off text."""
    chapter = f"## Why? {{#why}}\n\n::: gist\n{'Words. ' * 2000}\n:::\n\nText.\n"
    with pytest.raises(ContentError, match=r"01-first-steps\.md:6: error\[too-high\]: the gist of 1\.1"):
        one(read_book(make_book(chapter)).book)


def test_a_character_that_no_font_has(make_book: MakeBook) -> None:
    """A missing glyph is an error with its line, instead of an empty box."""
    with pytest.raises(
        ContentError, match=r"01-first-steps\.md:9: error\[glyph\]: no font prints \U000130b8 \(U\+130B8"
    ):
        build(read_book(make_book(ANSWER.replace("What a", "\U000130b8"))).book)


def test_a_font_of_the_users(make_book: MakeBook, tmp_path: Path) -> None:
    """A font in `fonts/` of the user's templates prints characters missing from Crib's."""
    (tmp_path / "mine" / "fonts").mkdir(parents=True)
    font, pen = FontBuilder(1000), TTGlyphPen(None)
    for draw, point in ((pen.moveTo, (0, 0)), (pen.lineTo, (500, 900)), (pen.lineTo, (900, 0))):
        draw(point)
    pen.closePath()
    font.setupGlyphOrder([".notdef", "space", "bird"])
    font.setupCharacterMap({0x20: "space", 0x130B8: "bird"})
    empty = TTGlyphPen(None).glyph()
    font.setupGlyf({".notdef": empty, "space": empty, "bird": pen.glyph()})
    font.setupHorizontalMetrics(dict.fromkeys([".notdef", "space", "bird"], (1000, 0)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({"familyName": "Birds", "styleName": "Regular", "psName": "Birds-Regular"})
    font.setupOS2(sTypoAscender=900, sTypoDescender=-100, usWinAscent=900, usWinDescent=100)
    font.setupPost()
    font.save(tmp_path / "mine" / "fonts" / "birds.ttf")
    book = read_book(make_book(ANSWER.replace("What a", "\U000130b8"))).book
    [pdf] = made(islice(sheets.jobs(book, Templates(tmp_path / "mine")), 1)).values()
    assert "\U000130b8 question asks for." in text_of(pdf)


WIDE = (
    "```\n" + "x" * 120 + "\n```",
    "`" + "x" * 120 + "`",
    "x" * 120,
    "| a | b | c |\n|---|---|---|\n| " + " | ".join(["x" * 40] * 3) + " |",
    "$$" + " + ".join(f"a_{{{i}}}" for i in range(14)) + "$$",
)


@pytest.mark.parametrize("theme", ["color", "large"])
def test_nothing_runs_out_of_its_column(make_book: MakeBook, theme: str) -> None:
    """Too wide contents are broken or shrunk, never cut off or printed over the next column."""
    chapter = "\n\n".join(
        f"## Why {i}? {{#why-{i}}}\n\n::: gist\nBefore.\n\n{gist}\n\nAfter.\n:::\n\nText."
        for i, gist in enumerate([*WIDE, "Some more words. " * 25] * 2)
    )
    for page in pdfium.PdfDocument(one(read_book(make_book(chapter)).book, theme=theme)):
        image = page.render(scale=4).to_pil().convert("L")
        assert ink(image)[2] <= image.width - 4 * 22
        between = rules(page)
        assert between
        for x in (round(4 * x) for x in between):
            for beside in (x - 20, x + 10):
                gutter = image.crop((beside, 4 * 80, beside + 14, image.height - 4 * 40))
                assert gutter.getextrema()[0] > 250


def test_the_level_stays_with_the_last_word(make_book: MakeBook) -> None:
    """However long a question is, the dots of its level are on the line of its last word."""
    chapter = "\n\n".join(
        f"## How {'i' * i} long may a short question be until its level moves? {{#long-{i} level=derive}}\n\nShort."
        for i in range(1, 40)
    )
    lines = text_of(one(read_book(make_book(chapter)).book)).splitlines()
    assert sum(line.rstrip().endswith("moves? •••") for line in lines) == 39


LONG = "$$" + " + ".join(f"a_{{{i}}}" for i in range(40)) + "$$"


def test_a_formula_that_would_be_tiny(make_book: MakeBook) -> None:
    """A formula too wide for all columns at four fifths of its size is an error with its answer."""
    chapter = f"## Why? {{#why}}\n\n::: gist\n{LONG}\n:::\n\nText.\n"
    with pytest.raises(ContentError, match=r"01-first-steps\.md:6: error\[wide-formula\]: the formula `a_\{0\}"):
        one(read_book(make_book(chapter)).book)


def gists(count: int, length: int = 25) -> str:
    """Return a chapter with as many answers."""
    return "\n".join(
        f"## Question {i}? {{#q-{i}}}\n\n::: gist\nGist {i}. {'Some more words. ' * length}\n:::\n\nText.\n"
        for i in range(count)
    )


def test_pages_can_be_asked_for(make_book: MakeBook) -> None:
    """The type is as large as they allow; a chapter with fewer answers has a page for each."""
    book = read_book(make_book(gists(12))).book
    for pages in (1, 2, 3):
        assert len(pdfium.PdfDocument(one(book, pages))) == pages
    short = read_book(make_book(gists(2))).book
    assert len(pdfium.PdfDocument(one(short, 5))) == 2


def test_too_few_pages(make_book: MakeBook) -> None:
    """The error names the required type size, and a sufficient number of pages."""
    with pytest.raises(
        ContentError,
        match=r"01-first-steps\.md:1: error\[pages\]: 1 page would take type of [3-6]\.\d pt\n.* --fill 2$",
    ):
        one(read_book(make_book(gists(30))).book, 1)


@pytest.mark.parametrize(
    ("how", "size"),
    [
        ({"paper": "A4", "landscape": True}, (841.89, 595.28)),
        ({"paper": "A4", "landscape": False}, (595.28, 841.89)),
        ({"paper": "Letter", "landscape": True}, (792, 612)),
        ({"paper": "Letter", "landscape": False, "theme": "large"}, (612, 792)),
        ({"paper": "A4", "landscape": True, "theme": "ink"}, (841.89, 595.28)),
    ],
)
def test_papers_and_themes(make_book: MakeBook, how: dict[str, Any], size: tuple[float, float]) -> None:
    """Each paper has its size, and its columns stay on it; the type is never below the least of the theme."""
    for page in pdfium.PdfDocument(one(read_book(make_book(gists(12))).book, **how)):
        assert page.get_size() == pytest.approx(size, abs=0.1)
        sizes = {round(s, 1) for s in letter_heights(page)}
        assert min(sizes) >= (14 if how.get("theme") == "large" else 7)


def letter_heights(page: pdfium.PdfPage) -> Iterator[float]:
    """Yield the size of type, in points, of each letter of the gists on *page*."""
    text = page.get_textpage()
    for start in (match.start() for match in re.finditer("Some", text.get_text_bounded())):
        yield pdfium.raw.FPDFText_GetFontSize(text, start)


@pytest.mark.parametrize(("paper", "size"), [("A3", (420, 297)), ("A2", (594, 420)), ("tabloid", (431.8, 279.4))])
def test_posters(make_book: MakeBook, paper: str, size: tuple[float, float]) -> None:
    """Each chapter and the map of all fill whole posters, in larger type than on A4, also in head and foot."""
    second = f"---\ntitle: Second\nnumber: 2\n---\n\n{ANSWER.replace('{#answer}', '{#other}')}".encode()
    book = read_book(make_book(**{"02-second.md": second})).book
    files = build(book, paper=paper)
    pages = [page for pdf in files.values() for page in pdfium.PdfDocument(pdf)]
    assert [tuple(round(side * 25.4 / 72, 1) for side in page.get_size()) for page in pages] == [size] * len(pages)
    assert len(pages) == 5
    text = pages[0].get_textpage()
    letters = range(text.count_chars())
    sizes = [(text.get_text_range(i, 1), pdfium.raw.FPDFText_GetFontSize(text, i)) for i in letters]
    scale = (size[0] * size[1] / (297 * 210)) ** 0.5
    points = [
        each * 0.75 for each in (max(map(itemgetter(1), sizes)), *(dict(sizes)[each] for each in "q/"))
    ]  # WeasyPrint draws in pixels
    assert points == pytest.approx([15.5 * scale, 12 * scale, 7 * scale], rel=0.02)  # heading, gist, foot
    assert "p. 2" in text_of(files["sheets.pdf"])
    assert looks_like(f"poster-{paper}", pages[0].render(scale=40 / 72).to_pil())


def test_ink_has_no_color(make_book: MakeBook) -> None:
    """For a printer with only black, nothing is colored or filled."""
    chapter = ANSWER.replace(
        "What a question asks for.", "| a | b |\n|---|---|\n| `c` | $d$ |\n\n```python\nif x: 1\n```"
    )
    files = build(read_book(make_book(chapter)).book, theme="ink")
    for page in pdfium.PdfDocument(files["sheets.pdf"]):
        red, green, blue = page.render(scale=1).to_pil().convert("RGB").split()
        assert ImageChops.difference(red, green).getbbox() is None
        assert ImageChops.difference(red, blue).getbbox() is None


def test_a_long_answer_is_parted(make_book: MakeBook) -> None:
    """A gist higher than a column continues in the next, after a paragraph or item."""
    items = "\n".join(f"{i}. Item {i}. {'More words. ' * 20}" for i in range(1, 30))
    chapter = f"## Why? {{#why}}\n\n::: gist\nFirst.\n\n{items}\n:::\n\nText.\n"
    text = words(text_of(one(read_book(make_book(chapter)).book)))
    places = [text.index(f"Item{i}.") for i in range(1, 30)]
    assert places == sorted(places)


@pytest.mark.parametrize("title", ["Word " * 30, "Donaudampfschifffahrtsgesellschaftskapitän " * 4])
def test_a_long_title_stays_in_the_head(make_book: MakeBook, title: str) -> None:
    """It is set in smaller type, on more lines if it must."""
    front = f"---\ntitle: {title}\nnumber: 1\n---\n\n"
    pdf = one(read_book(make_book(gists(4), front=front)).book)
    page = pdfium.PdfDocument(pdf)[0].get_textpage()
    text = page.get_text_bounded()
    tops = [page.get_charbox(i)[3] for i in range(text.index("1.1"))]
    assert min(tops) > page.page.get_height() - 72 / 25.4 * 19


def test_the_type_of_a_heading(make_book: MakeBook) -> None:
    """It is as large as possible on lines of 9 mm in total, but at least 6 pt."""
    press = PrintSetup.of(read_book(make_book()).book, Templates(), "sheets/sheets.css")
    headings = [fit_heading("4", "Words " * count, press, 200) for count in (1, 8, 20, 40, 80, 200)]
    assert [(heading.size, heading.leading) for heading in headings] == [
        (15.5, 7.4), (15.5, 7.4), (11, 4.5), (8, 4.5), (6, 3), (6, 1.12)
    ]  # fmt: skip


def test_a_legend_beside_the_heading(make_book: MakeBook) -> None:
    """It takes 62 mm of a page of questions with levels; on half a page only if the heading leaves room."""
    press = PrintSetup.of(read_book(make_book()).book, Templates(), "sheets/sheets.css")
    short, long = "A title", "A longer title of many words " * 5

    def sheet(title: str, *, half: bool, levels: bool = True) -> tuple[bool, bool]:
        page = PageFormat(Paper(297, 210).half if half else Paper(297, 210), 1, half=half)
        made_of = sheets.Sheet.of("4", title, press, FittedPages(page, 9, ()), levels=levels)
        room = page.paper.width - 18 - 62 * made_of.legend
        return made_of.legend, made_of.heading == fit_heading("4", title, press, room)

    assert fit_heading("4", long, press, 217) != fit_heading("4", long, press, 279)
    assert sheet(short, half=False) == sheet(long, half=False) == sheet(short, half=True) == (True, True)
    assert sheet(long, half=True) == sheet(short, half=False, levels=False) == (False, True)


def test_titles_are_text(make_book: MakeBook) -> None:
    """Nothing in a title is taken for HTML."""
    front = "---\ntitle: \"A <b> & 'B'\"\nnumber: 1\n---\n\n"
    pdf = one(read_book(make_book(front=front)).book)
    assert "A <b> & 'B'" in text_of(pdf)


@pytest.mark.parametrize(
    "address",
    [
        "../secret.png",
        "..%2fsecret.png",
        "file:///etc/hostname",
        "file://localhost/etc/hostname",
        "http://127.0.0.1/x.png",
    ],
)
def test_nothing_outside_the_book_is_read(make_book: MakeBook, address: str) -> None:
    """Even templates cannot make WeasyPrint fetch files outside the book."""
    folder = make_book(**{"../secret.png": b"x"})
    with pytest.raises(BuildError):
        Printer(folder, {}).write_pdf(f'<img src="{address}" alt="x">')


def test_css_that_weasyprint_does_not_know(make_book: MakeBook) -> None:
    """A slip in a style sheet fails the build instead of being ignored."""
    with pytest.raises(BuildError, match="colour"):
        Printer(make_book(), {}).write_pdf("<p style='colour: red'>x")


def test_other_books(make_book: MakeBook) -> None:
    """A title in Greek or Cyrillic, an author more, a picture in a gist: all print."""
    book = BOOK.replace("A Small Book", "Ένα βιβλίο, Книга").replace("[The Crib contributors]", "[A, B]")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="90"><text x="9" y="40">Inside</text></svg>'
    chapter = ANSWER.replace(":::\n\nWhat", "![Alt](figures/x.svg)\n:::\n\nWhat")
    files = build(read_book(make_book(chapter, book=book, **{"figures/x.svg": svg})).book)
    text = text_of(files["sheets.pdf"])
    assert "Inside" in text
    with pikepdf.open(io.BytesIO(files["sheets.pdf"])) as pdf:
        assert str(pdf.docinfo.Title) == "Ένα βιβλίο, Книга"


def test_it_looks_as_it_did(make_book: MakeBook) -> None:
    """A page of all contents of gists, and the map of all pages, match by their pixels."""
    table, code = "| a | b |\n|---|---|\n| `c` | **d** |", "```python\nif x: pass\n```"
    gist = f"Some *words*, $x^2$.\n\n{table}\n\n{code}\n\n1. One\n2. Two"
    chapter = "\n".join(
        f"## Why {i}? {{#why-{i} tags=reasons level=explain}}\n\n::: gist\n{gist}\n:::\n\nText.\n" for i in range(9)
    )
    second = b"---\ntitle: More Steps\nnumber: 2\n---\n\n" + ANSWER.encode()
    files = build(read_book(make_book(chapter, **{"02-more-steps.md": second})).book)
    for name, path, scale in (("sheet", "sheets/01-first-steps.pdf", 60 / 72), ("map", "sheets.pdf", 40 / 72)):
        assert looks_like(name, pdfium.PdfDocument(files[path])[0].render(scale=scale).to_pil())


def test_a_screen_reader_finds_its_way(printed: dict[str, bytes]) -> None:
    """Tags, titles and alternative texts are right, as far as can be checked."""
    for name, pdf in printed.items():
        assert not audit_pdf(pdf).findings, name
