"""Finishing, with pdfium: pages selected, in shades of gray, imposed on sheets."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from ctypes import byref, c_int
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from PIL import Image, ImageChops

from crib.audit.pdf import audit_pdf
from crib.print.pdf.finish_pdf import finish_pdf
from crib.print.pdf.print_setup import PrintSetup
from crib.print.pdf.printer import Printer
from crib.problems import BuildError
from crib.render.templates import Templates
from crib.selection import Finishing
from crib.source import read_book
from tests.conftest import ROOT, write_book
from tests.pdfs import texts_of
from tests.pictures import looks_like

MM = 72 / 25.4
COUNT = 18
MIDDLE = 148.5 * MM


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> PrintSetup:
    """Return the print setup of guides."""
    return PrintSetup.of(read_book(write_book(tmp_path_factory.mktemp("book"))).book, Templates())


def document(size: str, body: str) -> bytes:
    """Return the PDF of *body* on pages of this *size*."""
    style = f"<style>@page {{ size: {size}; margin: 20mm }} h1 {{ bookmark-level: 1; break-before: page }}</style>"
    return Printer(ROOT, {}).write_pdf(f'<!DOCTYPE html><html lang="en"><head><title>T</title>{style}</head>{body}')


def pages_of(size: str, count: int) -> bytes:
    """Return a PDF of *count* pages, each with its number, a link to the next, a footnote and a picture."""
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'><circle r='40' cx='50' cy='50'/></svg>"
    return document(
        size,
        "".join(
            f'<h1 id="n{i}">Page no{i}</h1><p><a href="#n{i % count + 1}">next</a>'
            '<span style="float: footnote">A note.</span></p>'
            f'<p><img alt="A disk" src="data:image/svg+xml,{svg}"></p>'
            for i in range(1, count + 1)
        ),
    )


@pytest.fixture(scope="module")
def upright() -> bytes:
    """Return a PDF of A4 pages."""
    return pages_of("A4", COUNT)


def numbers(page: Any) -> dict[int, tuple[float, float]]:
    """Return the position of each page number on *page*, in points from the lower left."""
    text = page.get_textpage()
    found = {}
    for match in re.finditer(r"no(\d+)", text.get_text_range()):
        left, bottom, _, _ = text.get_charbox(match.start())
        found[int(match[1])] = (left, bottom)
    return found


def links(page: Any) -> list[tuple[Any, int]]:
    """Return the rectangle of each link on *page*, and the index of its target page."""
    found = []

    start, link = c_int(0), pdfium_c.FPDF_LINK()
    while pdfium_c.FPDFLink_Enumerate(page, byref(start), byref(link)):
        rect = pdfium_c.FS_RECTF()
        pdfium_c.FPDFLink_GetAnnotRect(link, byref(rect))
        target = pdfium_c.FPDFLink_GetDest(page.pdf, link)
        found.append((rect, pdfium_c.FPDFDest_GetDestPageIndex(page.pdf, target)))
    return found


def test_a_booklet_folded_and_nested_has_its_pages_in_order(upright: bytes, press: PrintSetup) -> None:
    """Signatures of 16 pages on A4 in landscape: pages are in order once sheets are folded and nested."""
    pdf = pdfium.PdfDocument(finish_pdf(upright, "x.pdf", Finishing(impose="booklet", signature=16), press))
    sides = [numbers(page) for page in list(pdf)[2:]]
    assert len(sides) == 2 * (4 + 1)
    assert all((page.get_width(), page.get_height()) == pytest.approx((297 * MM, 210 * MM), abs=0.1) for page in pdf)

    def at(side: dict[int, tuple[float, float]], *, right: bool) -> list[int]:
        return [number for number, (x, _) in side.items() if (x > MIDDLE) == right]

    read: list[int] = []
    for sheets in (sides[:8], sides[8:]):
        for front, back in zip(sheets[::2], sheets[1::2], strict=True):
            read += at(front, right=True) + at(back, right=False)
        for front, back in zip(sheets[-2::-2], sheets[::-2], strict=True):
            read += at(back, right=True) + at(front, right=False)
    assert read == list(range(1, COUNT + 1))


def test_creep_moves_inner_pages_toward_the_fold(upright: bytes, press: PrintSetup) -> None:
    """Each sheet moves inner pages toward the fold by its thickness, equally at the left and at the right."""
    pdf = pdfium.PdfDocument(finish_pdf(upright, "x.pdf", Finishing(impose="booklet", signature=16), press))
    places = {number: x for page in list(pdf)[2:10] for number, (x, _) in numbers(page).items()}
    outer, inner = places[1] - MIDDLE, places[7] - MIDDLE
    assert outer - inner == pytest.approx(3 * 0.1 * MM, abs=0.02)
    outer, inner = MIDDLE - places[16], MIDDLE - places[10]
    assert outer - inner == pytest.approx(3 * 0.1 * MM, abs=0.02)


@pytest.mark.parametrize("impose", ["booklet", "2up", "4up"])
@pytest.mark.parametrize("size", ["A4", "Letter landscape"])
def test_imposed_pages_keep_tags_links_and_bookmarks(size: str, impose: str, press: PrintSetup) -> None:
    """Pages are forms, not pictures; links keep their places, and lead to the sheet with their target page."""
    source = pages_of(size, 6)
    imposed = finish_pdf(source, "x.pdf", Finishing(impose=impose), press)
    assert not audit_pdf(imposed).findings
    pdf = pdfium.PdfDocument(imposed)
    sheet_of = {number: index for index, page in enumerate(pdf) for number in numbers(page)}
    assert sorted(sheet_of) == [1, 2, 3, 4, 5, 6]
    for page in pdf:
        for rect, target in links(page):
            here = min(numbers(page).items(), key=lambda item: abs(item[1][0] - rect.left) + abs(item[1][1] - rect.top))
            assert page.get_textpage().get_text_bounded(rect.left, rect.bottom, rect.right, rect.top) == "next"
            assert target == sheet_of[here[0] % 6 + 1]
    assert sum(len(links(page)) for page in pdf) == 6
    if impose != "booklet":
        assert looks_like(f"{impose}-{size.lower().replace(' ', '-')}", pdf[2].render(scale=60 / 72).to_pil())
    with pikepdf.open(io.BytesIO(imposed)) as opened:
        forms = [form for page in opened.pages for form in page.Resources.get("/XObject", {}).values()]
        kinds = [str(form.Subtype) for form in forms if "/StructParents" in form]
        assert kinds == ["/Form"] * 6
        with opened.open_outline() as outline:
            marks = [str(mark.title) for mark in outline.root]
        assert marks == [f"Page no{i}" for i in range(1, 7)]


def test_a_guide_says_how_to_fold(upright: bytes, press: PrintSetup) -> None:
    """The guide is on a sheet of its own, to keep fronts as fronts, and gives the number of signatures."""
    first, second, *_ = texts_of(finish_pdf(upright, "x.pdf", Finishing(impose="booklet", signature=8), press))
    assert "3 signatures of 2 sheets, the last one of 1" in " ".join(first.split())
    assert "flipped on the short edge" in " ".join(first.split())
    assert not second
    [first, *_] = texts_of(finish_pdf(upright, "x.pdf", Finishing(impose="booklet"), press))
    assert "A4 paper" in first
    assert "Staple it in the fold" in first
    [first, *_] = texts_of(finish_pdf(pages_of("A5", 1), "x.pdf", Finishing(impose="booklet"), press))
    assert "210 × 148 mm paper" in " ".join(first.split())


@pytest.mark.parametrize(
    ("size", "impose", "edge", "paper"),
    [
        ("A4", "2up", "short", "A4"),
        ("A4 landscape", "2up", "long", "A4"),
        ("A4", "4up", "long", "A4"),
        ("Letter landscape", "4up", "short", "Letter"),
    ],
)
def test_a_guide_says_how_to_flip(size: str, impose: str, edge: str, paper: str, press: PrintSetup) -> None:
    """So that backs are upright; sheets in landscape are flipped on the short edge."""
    pdf = finish_pdf(pages_of(size, 3), "x.pdf", Finishing(impose=impose), press)
    first, second, *others = (" ".join(text.split()) for text in texts_of(pdf))
    assert f"both sides of {paper} paper, flipped on the {edge} edge" in first
    assert f"Each side has {impose[0]} pages" in first
    assert not second
    assert len(others) == (2 if impose == "2up" else 1)


@pytest.mark.parametrize(("ranges", "kept"), [(((3, 5), (9, 9)), [3, 4, 5, 9]), (((18, 18), (1, 1)), [1, 18])])
def test_some_pages(upright: bytes, press: PrintSetup, ranges: Any, kept: list[int]) -> None:
    """Selected pages keep their tags, and the links and bookmarks to them; the file has nothing of other pages."""
    finished = finish_pdf(upright, "x.pdf", Finishing(page_ranges=ranges), press)
    assert [list(numbers(page)) for page in pdfium.PdfDocument(finished)] == [[number] for number in kept]
    assert not audit_pdf(finished).findings
    assert sum(len(links(page)) for page in pdfium.PdfDocument(finished)) == sum(n % COUNT + 1 in kept for n in kept)
    with pikepdf.open(io.BytesIO(finished)) as opened:
        with opened.open_outline() as outline:
            assert [str(mark.title) for mark in outline.root] == [f"Page no{number}" for number in kept]
        assert sum(
            1 for each in opened.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Page"
        ) == len(kept)
        assert len(opened.Root.StructTreeRoot.IDTree.Names) == 2 * len(kept)
    assert len(finished) < len(upright)


def test_a_page_that_is_not_there(upright: bytes, press: PrintSetup) -> None:
    """The error gives the number of pages."""
    with pytest.raises(BuildError, match=r"error\[pages\]: quiz.pdf has 18 pages: there is no page 19\n  hint: "):
        finish_pdf(upright, "quiz.pdf", Finishing(page_ranges=((3, 19),)), press)


def picture(mode: str, kind: str) -> str:
    """Return a small picture as a data URI: a gradient from blue to orange, transparent at one side if it can be."""
    image = Image.linear_gradient("L").resize((60, 60))
    colored: Any = Image.merge(
        "RGB", (image, image.point([value // 3 for value in range(256)]), ImageChops.invert(image))
    )
    if mode == "RGBA":
        colored.putalpha(image.rotate(90))
    file = io.BytesIO()
    colored.convert(mode).save(file, kind)
    return f"data:image/{kind.lower()};base64,{b64encode(file.getvalue()).decode()}"


COLORS = f"""
<h1 style="color: #c00">Red</h1><p style="background: #ffd; border: 2mm dashed #06c">Blue</p>
<p style="height: 9mm; background: linear-gradient(90deg, red, yellow 30%, blue)">Gradient</p>
<p style="height: 9mm; background: radial-gradient(lime, rgba(0, 0, 255, .2))">Gradient</p>
<p><img alt="" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='99' height='40'%3E
%3ClinearGradient id='g'%3E%3Cstop stop-color='red'/%3E%3Cstop offset='1' stop-color='teal' stop-opacity='.5'/%3E
%3C/linearGradient%3E%3Crect width='99' height='40' fill='url(%23g)' stroke='purple'/%3E%3C/svg%3E">
<img alt="" src="{picture("RGB", "JPEG")}">
<img alt="" src="{picture("RGB", "PNG")}"> <img alt="" src="{picture("RGBA", "PNG")}">
<img alt="" src="{picture("P", "PNG")}"></p>"""

OTHER_SPACES = f"""
<h1 style="color: oklch(60% 0.2 150)">Green</h1><p style="background: device-cmyk(0 .9 .1 .2); color: lab(20% 40 0)">
Red</p><p><img alt="" src="{picture("CMYK", "JPEG")}"></p>"""


@pytest.mark.parametrize("body", [COLORS, OTHER_SPACES])
def test_no_color_is_left_in_gray(press: PrintSetup, body: str) -> None:
    """Text, boxes, borders, gradients and pictures are as dark as they were, in RGB and other color spaces."""
    source = document("A5", body)
    gray = finish_pdf(source, "x.pdf", Finishing(grayscale=True), press)
    before, after = (pdfium.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("RGB") for pdf in (source, gray))
    red, green, blue = after.split()
    assert not ImageChops.difference(red, green).getbbox()
    assert not ImageChops.difference(red, blue).getbbox()
    assert before.convert("HSV").getextrema()[1][1] > 200
    assert body != COLORS or looks_like("gray", after)
    off = ImageChops.difference(before.convert("L"), after.convert("L")).histogram()
    assert sum(off[24 if body == COLORS else 128 :]) < 0.001 * sum(off)  # pdfium only guesses at other color spaces
    with pikepdf.open(io.BytesIO(gray)) as opened:
        streams = [each for each in opened.objects if isinstance(each, pikepdf.Stream)]
        assert {str(each.ColorSpace) for each in streams if "/ColorSpace" in each} == {"/DeviceGray"}
        operators = {str(command.operator) for command in pikepdf.parse_content_stream(opened.pages[0])}
        assert not {"rg", "RG", "k", "K"} & operators
    assert not audit_pdf(gray).findings


def test_the_same_bytes_again(upright: bytes, press: PrintSetup) -> None:
    """Finishing the same PDF gives the same bytes."""
    finishing = Finishing(page_ranges=((1, 9),), grayscale=True, impose="booklet", signature=8)
    assert finish_pdf(upright, "x.pdf", finishing, press) == finish_pdf(upright, "x.pdf", finishing, press)


def test_booklets_look_as_ever(upright: bytes, press: PrintSetup) -> None:
    """The guide and the first sheet match the reference pictures."""
    pdf = pdfium.PdfDocument(finish_pdf(upright, "x.pdf", Finishing(impose="booklet"), press))
    for name, page in (("booklet-guide", pdf[0]), ("booklet", pdf[2])):
        assert looks_like(name, page.render(scale=60 / 72).to_pil())
