"""The tag tree of PDFs, read with pikepdf: the elements read aloud, their roles and their order."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2 as pdfium
import pytest

from crib.audit.pdf import audit_pdf
from crib.outputs.sheets import jobs as sheets
from crib.print.pdf.printer import Printer
from crib.problems import BuildError
from crib.render.templates import Templates
from tests.conftest import ROOT
from tests.pdfs import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book

pytestmark = pytest.mark.usefixtures("uncached")

SQUARE = (
    "data:image/svg+xml,"
    "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20'/></svg>"
)

Tree = list[Any]
"""Tags as a test writes them: a name, or a tuple of the name and the tags within."""


def printed(body: str, style: str = "") -> bytes:
    """Return a PDF of *body* on small pages."""
    page = f"<style>@page {{ size: 80mm 60mm; margin: 8mm }} h1 {{ bookmark-level: 1 }} {style}</style>"
    return Printer(ROOT, {}).write_pdf(
        f'<!DOCTYPE html><html lang="en"><head><title>T</title>{page}</head><body>{body}'
    )


@contextmanager
def elements(pdf: bytes) -> Iterator[list[Any]]:
    """Open the kids of the document tag of *pdf*."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        [document] = opened.Root.StructTreeRoot.K
        assert document.S == "/Document"
        yield list(document.K)


def tree(kids: Any) -> Tree:
    """Return *kids* as a test writes them, without marked content."""
    shown: Tree = []
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            inner = tree(kid.K)
            name = str(kid.S)[1:]
            shown.append((name, *inner) if inner else name)
    return shown


def read(pdf: bytes) -> str:
    """Return the text of *pdf* in the order of its tags, from the characters of each piece of marked content."""
    pieces = spoken(pdf)
    said: list[str] = []

    def walk(element: Any, page: int) -> None:
        page = numbers.get(element.Pg.objgen, page) if "/Pg" in element else page
        for kid in element.K:
            if isinstance(kid, int):
                said.append(pieces.get((page, kid), ""))
            elif kid.get("/Type") == "/MCR":
                said.append(pieces.get((numbers[kid.Pg.objgen], int(kid.MCID)), ""))
            elif "/S" in kid:
                walk(kid, page)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        numbers = {page.objgen: number for number, page in enumerate(opened.pages)}
        walk(opened.Root.StructTreeRoot.K[0], 0)
    return "".join(said)


def spoken(pdf: bytes) -> dict[tuple[int, int], str]:
    """Return the characters of marked content by page and number, as pdfium reads them."""
    raw = pdfium.raw
    pieces: dict[tuple[int, int], str] = {}
    for number, page in enumerate(pdfium.PdfDocument(pdf)):
        text = page.get_textpage()
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            mark = raw.FPDFPageObj_GetMarkedContentID(item.raw)
            size = raw.FPDFTextObj_GetText(item.raw, text.raw, None, 0)
            buffer = (raw.FPDF_WCHAR * (size // 2))()
            raw.FPDFTextObj_GetText(item.raw, text.raw, buffer, size)
            pieces[number, mark] = pieces.get((number, mark), "") + bytes(buffer).decode("utf-16-le").rstrip("\0")
    return pieces


ELEMENTS = {
    "<section><h1>A</h1><p>B <b>c</b> <em>d</em></p></section>": [("Sect", "H1", "P")],
    "<div><header>Text <i>in</i> blocks</header>Other</div>": ["P", "P"],
    "<p>A <code>b</code><pre><code>c\nd</code></pre>": [("P", "Code"), ("P", "Code")],
    "<ul><li>a<li><p>b</p><ol><li>c</ol></ul>": [
        ("L", ("LI", "Lbl", "LBody"), ("LI", "Lbl", ("LBody", "P", ("L", ("LI", "Lbl", "LBody")))))
    ],
    "<dl><dt>a<dd>b<dt>c<dd>d</dl>": [("L", ("LI", "Lbl", "LBody"), ("LI", "Lbl", "LBody"))],
    "<blockquote>a<p>b</p></blockquote>": [("BlockQuote", "P", "P")],
    f'<figure><img src="{SQUARE}" alt="A square"><figcaption>c</figcaption></figure>': [("Div", "Figure", "Caption")],
    f'<p>a <img src="{SQUARE}" alt="A square"> b</p>': [("P", "Figure")],
    f'<p>a <img class="math" src="{SQUARE}" alt="x"> b</p>': [("P", "Formula")],
    "<table><caption>a</caption><thead><tr><th>b<th>c</thead><tbody><tr><td><td>d</tbody></table>": [
        ("Table", "Caption", ("THead", ("TR", "TH", "TH")), ("TBody", ("TR", "TD", "TD")))
    ],
    '<p>a <a href="#b">b</a><p id="b">c': [("P", "Link"), "P"],
    '<p>a <span aria-label="two dots">••</span>': [("P", "Span")],
    '<p>a <span lang="fr">mot</span><p lang="fr">mot': [("P", "Span"), "P"],
    '<ol role="doc-toc"><li><a href="#a">b</a><ol><li><a href="#a">c</a></ol></ol><h1 id="a">a</h1>': [
        (
            "TOC",
            ("TOCI", "Lbl", ("Reference", "Link"), ("TOC", ("TOCI", "Lbl", ("Reference", "Link")))),
        ),
        "H1",
    ],
    '<p>a<span style="float:footnote">b</span> c': [("P", "Reference", ("Note", "Lbl"))],
    '<p>a<a role="doc-noteref">1</a><aside role="doc-footnote">b</aside>': [("P", "Reference"), "Note"],
    '<div aria-hidden="true">a<p>b</div><hr><div></div><p>c</p>': ["P"],
    f'<p>a <img src="{SQUARE}" alt=""> <span aria-hidden="true">•</span>': ["P"],
}


@pytest.mark.parametrize(("html", "tags"), ELEMENTS.items(), ids=range(len(ELEMENTS)))
def test_elements_become_standard_tags(html: str, tags: Tree) -> None:
    """Each has its standard tag, and there are no others."""
    pdf = printed(html)
    with elements(pdf) as found:
        assert tree(found) == tags
    findings = {finding.text for finding in audit_pdf(pdf).findings}
    assert findings <= {"no bookmarks"}


LONG = "Some words that go on and on, over the end of the line. " * 12


@pytest.mark.parametrize("style", ["", "body { columns: 2 }"])
def test_an_element_has_one_tag_wherever_it_goes_on(style: str) -> None:
    """A paragraph, link, list and table over several lines, columns and pages are one each, and are read in order."""
    rows = "".join(f"<tr><td>Row {i}<td>{i}" for i in range(12))
    body = (
        f'<h1>Title</h1><p>{LONG}<a href="https://example.org">{LONG}</a></p><ul><li>{LONG}</li></ul>'
        f"<table><thead><tr><th>Head<th>Number</thead><tbody>{rows}</tbody></table>"
    )
    pdf = printed(body, style)
    pages = len(pdfium.PdfDocument(pdf))
    assert pages > 3
    with elements(pdf) as (heading, paragraph, _, table):
        assert tree([heading, paragraph]) == ["H1", ("P", "Link")]
        assert len(table.K) == 2, "what repeats on each page is read once"
        assert [row.S for row in table.K[1].K] == ["/TR"] * 12
    words = "".join(read(pdf).split())
    assert words == "".join(f"Title{LONG * 2}•{LONG}HeadNumber{''.join(f'Row{i}{i}' for i in range(12))}".split())
    assert not audit_pdf(pdf).findings


def test_margins_are_not_read() -> None:
    """Running heads and page numbers are artifacts on every page (WeasyPrint#1836)."""
    style = "@page { @top-center { content: 'Running head' } @bottom-center { content: counter(page) } }"
    pdf = printed(f"<h1>A</h1><p>{LONG}", style)
    assert "Running head" in pdfium.PdfDocument(pdf)[1].get_textpage().get_text_bounded()
    assert "Running" not in read(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert all(page.Contents.read_bytes().count(b"/Type /Pagination") >= 2 for page in opened.pages)
    assert not audit_pdf(pdf).findings


def test_tags_say_more_than_their_names() -> None:
    """Scopes and spans of cells, alternatives, languages, numberings, and bounding boxes of pictures."""
    pdf = printed(
        '<table><tr><th colspan="2">a<th scope="row">b<tr><td rowspan="2">c<td>d<td>e<tr><td>f<td>g</table>'
        '<ol style="list-style: lower-alpha"><li>a</ol><p lang="fr">mot '
        f'<span aria-label="hard">••</span> <img src="{SQUARE}" alt="Carré – θ">'
    )
    with elements(pdf) as (table, ordered, paragraph):
        first, second, _ = table.K[0].K
        assert [dict(cell.A) for cell in first.K] == [
            {"/O": "/Table", "/Scope": "/Column", "/ColSpan": 2},
            {"/O": "/Table", "/Scope": "/Row"},
        ]
        assert [dict(cell.get("/A", {})) for cell in second.K] == [{"/O": "/Table", "/RowSpan": 2}, {}, {}]
        assert ordered.A.ListNumbering == "/LowerAlpha"
        assert str(paragraph.Lang) == "fr"
        span, figure = (kid for kid in paragraph.K if isinstance(kid, pikepdf.Dictionary))
        assert (str(span.Alt), str(figure.Alt)) == ("hard", "Carré – θ")
        left, bottom, right, top = map(float, figure.A.BBox)
        assert (right - left, top - bottom) == pytest.approx((30, 15), abs=0.1)
    [page] = pdfium.PdfDocument(pdf)
    [picture] = [item for item in page.get_objects() if item.type == pdfium.raw.FPDF_PAGEOBJ_PATH][-1:]
    assert picture.get_bounds() == pytest.approx((left, bottom, right, top), abs=1)


def test_a_picture_without_words_for_it() -> None:
    """It fails the build: an empty `alt` means decoration, a missing one nothing."""
    with pytest.raises(BuildError, match="has no alternative text"):
        printed(f'<p><img src="{SQUARE}">')


@pytest.mark.parametrize("theme", ["color", "ink", "large"])
def test_a_sheet_has_no_findings(shipped: Book, theme: str) -> None:
    """It is tagged, titled and in order in each theme; the same source gives the same bytes."""
    [chapter] = [chapter for chapter in shipped.chapters if chapter.number == 10]
    few = replace(chapter, answers=chapter.answers[:4])
    book = replace(shipped, chapters=(few,), print=replace(shipped.print, theme=theme))
    files = made(sheets.jobs(book, Templates()))
    for name, pdf in files.items():
        report = audit_pdf(pdf)
        assert not report.findings, f"{name}: {report}"
        assert report.tags["Formula"]
    if theme == "color":
        assert made(sheets.jobs(book, Templates())) == files
