"""Cheat sheets, opened and rendered with pdfium."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2 as pdfium
import pytest

from crib.model import Selection
from crib.outputs import sheets
from crib.press.printer import Printer
from crib.problems import BuildError, ContentError
from crib.render.templates import Templates
from crib.source import read_book
from crib.tree import plain, walk
from tests.conftest import ANSWER, BOOK, ROOT, MakeBook
from tests.pdfs import made, text_of, words

if TYPE_CHECKING:
    from crib.model import Book


GIST = "::: gist\nIn short.\n:::"


def build(book: Book) -> dict[str, bytes]:
    """Return the PDF files of *book*, made in this process."""
    return made(sheets.jobs(book, Templates()))


@pytest.fixture(scope="module")
def shipped_sheets() -> dict[str, bytes]:
    """Return the sheets of the shipped book."""
    return build(read_book(ROOT / "content").book)


def test_one_pdf_a_chapter_and_one_of_all(shipped: Book, shipped_sheets: dict[str, bytes]) -> None:
    """Only chapters with answers have a sheet."""
    with_answers = [chapter.name for chapter in shipped.chapters if chapter.answers]
    assert sorted(shipped_sheets) == sorted([f"sheets/{name}.pdf" for name in with_answers] + ["sheets.pdf"])


def test_a_selection_has_no_sheet_of_all(shipped: Book) -> None:
    """Building chapter 4 does not overwrite the sheets of the whole book."""
    assert list(build(shipped.select(Selection((4,))))) == ["sheets/04-training-models.pdf"]


def test_every_question_is_there_once_and_in_order(shipped: Book, shipped_sheets: dict[str, bytes]) -> None:
    """The text of a sheet is its codes and questions in reading order, found and copied as text."""
    for chapter in shipped.chapters:
        if not chapter.answers:
            continue
        text = words(text_of(shipped_sheets[f"sheets/{chapter.name}.pdf"]))
        places = []
        for answer in chapter.answers:
            question = words(plain([e for e in answer.question if e["t"] != "Math"]))
            assert text.count(question) == 1, answer.code
            places.append(text.index(question))
        assert places == sorted(places)


def test_the_gist_is_there(shipped: Book, shipped_sheets: dict[str, bytes]) -> None:
    """Each word of each gist's paragraphs is printed."""
    text = words(text_of(shipped_sheets["sheets.pdf"]))
    for answer in shipped.answers:
        for block in answer.gist:
            if block["t"] == "Para" and "Math" not in str(block):
                assert words(plain(block)) in text, answer.code


def test_words_in_tables_are_whole(shipped: Book, shipped_sheets: dict[str, bytes]) -> None:
    """A narrow column of a table does not break its words."""
    text = text_of(shipped_sheets["sheets.pdf"])
    tables = [block for answer in shipped.answers for block in answer.gist if block["t"] == "Table"]
    assert tables
    for element in walk(tables):
        if element["t"] == "Str":
            assert element["c"] in text


def test_pages_are_full_and_nothing_runs_over(shipped_sheets: dict[str, bytes]) -> None:
    """No ink outside the margins; each page says which it is of how many."""
    for name, pdf in shipped_sheets.items():
        document = pdfium.PdfDocument(pdf)
        for page in document:
            width, height = page.get_size()
            assert (round(width), round(height)) == (842, 595)
            image = page.render(scale=1).to_pil().convert("L")
            left, top, right, bottom = image.point(lambda value: 255 * (value < 200)).getbbox()
            assert left >= 20
            assert top >= 15
            assert right <= 842 - 20, name
            assert bottom <= 595 - 10, name
        if name != "sheets.pdf":
            count = len(document)
            for number, page in enumerate(document, 1):
                assert f"{number} / {count}" in page.get_textpage().get_text_bounded()


def test_only_bundled_fonts_all_embedded(shipped_sheets: dict[str, bytes]) -> None:
    """A sheet prints the same everywhere."""
    names = set()
    for data in shipped_sheets.values():
        pdf = pikepdf.open(io.BytesIO(data))
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                names.add(str(item.FontName).split("+")[1])
                assert "/FontFile2" in item or "/FontFile3" in item
    assert names
    assert all(name.startswith(("Source-Sans-3", "Source-Code-Pro", "STIX-Two-Math")) for name in names), names


def test_metadata(shipped: Book, shipped_sheets: dict[str, bytes]) -> None:
    """Title, authors, language, date and bookmarks are set."""
    pdf = pikepdf.open(io.BytesIO(shipped_sheets["sheets/04-training-models.pdf"]))
    assert str(pdf.docinfo.Title) == f"4 Training Models – {shipped.title}"
    assert str(pdf.docinfo.Author) == "; ".join(shipped.authors)
    assert str(pdf.docinfo.CreationDate) == shipped.released.strftime("D:%Y%m%d%H%M%S+00'00")
    assert str(pdf.Root.Lang) == "en-US"
    with pdf.open_outline() as outline:
        [chapter] = outline.root
        assert chapter.title == "4 Training Models"
        assert len(chapter.children) == len(next(c for c in shipped.chapters if c.number == 4).answers)


def test_the_exercises_are_at_the_foot(shipped_sheets: dict[str, bytes]) -> None:
    """A sheet says which exercises are answered elsewhere, and where."""
    text = text_of(shipped_sheets["sheets/05-support-vector-machines.pdf"])
    assert "Exercises 8–10: the notebooks of handson-ml2, https://github.com/ageron/handson-ml2" in text


def test_a_long_chapter_takes_more_pages(make_book: MakeBook) -> None:
    """No answer is lost or split; the type does not shrink below its limit."""
    chapter = "\n".join(
        f"## Question {i}? {{#q-{i}}}\n\n::: gist\nGist {i}. {'Some more words. ' * 25}\n:::\n\nText.\n"
        for i in range(60)
    )
    pdf = build(read_book(make_book(chapter)).book)["sheets/01-first-steps.pdf"]
    document = pdfium.PdfDocument(pdf)
    assert len(document) > 1
    text = words(text_of(pdf))
    assert all(f"Gist{i}." in text for i in range(60))
    starts = [re.findall(r"Gist (\d+)\.", page.get_textpage().get_text_bounded()) for page in document]
    assert [int(n) for page in starts for n in page] == list(range(60))


def test_a_gist_that_is_higher_than_a_column(make_book: MakeBook) -> None:
    """It is an error with its line, instead of text that is cut off."""
    chapter = f"## Why? {{#why}}\n\n::: gist\n{'Words. ' * 2000}\n:::\n\nText.\n"
    with pytest.raises(ContentError, match=r"01-first-steps\.md:6: error\[too-high\]: the gist of 1\.1"):
        build(read_book(make_book(chapter)).book)


def test_a_character_that_no_font_has(make_book: MakeBook) -> None:
    """A glyph that would print as an empty box is an error with its line."""
    with pytest.raises(
        ContentError, match=r"01-first-steps\.md:9: error\[glyph\]: no font prints \U000130b8 \(U\+130B8"
    ):
        build(read_book(make_book(ANSWER.replace("What a", "\U000130b8"))).book)


WIDE = (
    "$$" + " + ".join(f"a_{{{i}}}" for i in range(40)) + "$$",
    "```\n" + "x" * 120 + "\n```",
    "`" + "x" * 120 + "`",
    "x" * 120,
    "| a | b | c |\n|---|---|---|\n| " + " | ".join(["x" * 40] * 3) + " |",
    "$" + "+".join("abcdefghij" * 6) + "$",
)


@pytest.mark.parametrize("wide", WIDE)
def test_nothing_runs_out_of_its_column(make_book: MakeBook, wide: str) -> None:
    """What is too wide is broken or made smaller, never cut off or printed over the next column."""
    gist = f"::: gist\nBefore.\n\n{wide}\n\nAfter.\n:::"
    chapter = "\n\n".join(f"## Why {i}? {{#why-{i}}}\n\n{gist if i == 1 else GIST}\n\nText." for i in range(3))
    [pdf, _] = build(read_book(make_book(chapter)).book).values()
    image = pdfium.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L")
    gutter = image.crop((round(2 * 72 / 25.4 * 97.9), 140, round(2 * 72 / 25.4 * 100.6), 1100))
    assert gutter.getextrema()[0] > 250


def test_titles_are_text(make_book: MakeBook) -> None:
    """Nothing in a title is taken for HTML."""
    front = "---\ntitle: \"A <b> & 'B'\"\nnumber: 1\n---\n\n"
    pdf = build(read_book(make_book(front=front)).book)["sheets/01-first-steps.pdf"]
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
    """Even a template cannot make WeasyPrint fetch what lies elsewhere."""
    folder = make_book(**{"../secret.png": b"x"})
    with pytest.raises(BuildError):
        Printer(folder, {}).write(f'<img src="{address}" alt="x">')


def test_css_that_weasyprint_does_not_know(make_book: MakeBook) -> None:
    """A slip in a style sheet fails the build instead of being ignored."""
    with pytest.raises(BuildError, match="colour"):
        Printer(make_book(), {}).write("<p style='colour: red'>x")


def test_other_books(make_book: MakeBook) -> None:
    """A title in Greek or Cyrillic, an author more, a picture in a gist: all print."""
    book = BOOK.replace("A Small Book", "Ένα βιβλίο, Книга").replace("[The Crib contributors]", "[A, B]")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="90"><text x="9" y="40">Inside</text></svg>'
    chapter = ANSWER.replace(":::\n\nWhat", "![Alt](figures/x.svg)\n:::\n\nWhat")
    files = build(read_book(make_book(chapter, book=book, **{"figures/x.svg": svg})).book)
    text = text_of(files["sheets.pdf"])
    assert "Inside" in text
    assert str(pikepdf.open(io.BytesIO(files["sheets.pdf"])).docinfo.Title) == "Ένα βιβλίο, Книга"
