"""Merged parts equal one run over all their pages."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from itertools import chain
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from crib.audit.pdf import audit_pdf
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.printer import Printer
from crib.problems import BuildError
from tests.conftest import ROOT
from tests.pdfs import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMULA = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="2ex" height="2ex" viewBox="0 -900 900 900">'
    '<g fill="currentColor" transform="scale(1,-1)"><path d="M0 0H900V900Z"/></g></svg>'
)
PICTURE = '<img src="data:image/png;base64,{}" alt="A gray square">'
STYLE = """
@page { size: 80mm 90mm; margin: 8mm }
article { break-before: page } h1 { bookmark-level: 1 } h2 { bookmark-level: 2 } h3 { bookmark-level: 3 }
body { font-family: "Source Sans 3" } code { font-family: "Source Code Pro" } .math { height: 1em }
"""


def picture(size: int) -> str:
    """Return a transparent picture."""
    file = io.BytesIO()
    Image.new("RGBA", (size, size), (90, 90, 90, 120)).save(file, "PNG")
    return PICTURE.format(b64encode(file.getvalue()).decode())


SHOWN = f'{picture(9)}<p>A formula <img class="math" src="math:a" alt="a"></p>'
NOTE = '<aside role="doc-footnote" id="n{}">A note.</aside>'
FAINT = (
    "<img alt='A faint square' "
    "src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='{0}' height='{0}'>"
    "<g opacity='.5'><rect width='{0}' height='{0}'/></g></svg>\">"
)
"""Contents with an object of their own in WeasyPrint, named the same in other parts."""
TABLE = "<table><thead><tr><th>a<th>b</thead><tbody><tr><td>c<td>d</tbody></table>"
PAGES = (
    '<h1 id="one">One</h1><p>To <a href="#three">three</a>, to <a href="#two">two</a>.',
    f'<h2>Below one</h2><p>A note<a role="doc-noteref" href="#n1">1</a>.{NOTE.format(1)}{SHOWN}',
    f"<h3>Below that</h3>{SHOWN}{TABLE}{FAINT.format(20)}<p>Naïve façade <code>while i != j: é</code>",
    f'<h2 id="two">Two</h2><p lang="fr">Où est «&nbsp;é&nbsp;»? <a href="https://example.org/x">elsewhere</a>{picture(7)}',
    (
        '<h1 id="three">Three</h1><p>Back <a href="#one">to one</a><a role="doc-noteref" href="#n2">2</a>.</p>'
        f"{NOTE.format(2)}{FAINT.format(30)}<p><b>ĳ ﬁ Ω</b> <code>x[i]</code>"
    ),
)
"""The text on each page."""
SPLITS = ((1, 1, 1, 1, 1), (2, 3), (3, 1, 1))
"""Number of pages of each part."""


def html(pages: Sequence[str]) -> str:
    """Return a document of *pages*."""
    body = "".join(f"<article>{page}</article>" for page in pages)
    return f'<!DOCTYPE html><html lang="en"><head><title>Five pages</title><style>{STYLE}</style></head><body>{body}'


@pytest.fixture(scope="module")
def printer() -> Printer:
    """Return a printer with the formula."""
    return Printer(ROOT, {"a": FORMULA})


@pytest.fixture(scope="module")
def whole(printer: Printer) -> bytes:
    """Return the PDF of a single run."""
    return printer.write_pdf(html(PAGES))


@pytest.fixture(scope="module", params=SPLITS, ids=str)
def joined(request: pytest.FixtureRequest, printer: Printer) -> bytes:
    """Return the merged PDF of parts."""
    return merge_pdf(*parts(printer, request.param))


def parts(printer: Printer, split: Sequence[int]) -> Iterator[bytes]:
    """Yield parts with these numbers of pages."""
    ends = [sum(split[: i + 1]) for i in range(len(split))]
    for start, end in zip([0, *ends], ends, strict=False):
        yield printer.write_part(html(PAGES[start:end]))


def test_pages_look_the_same(whole: bytes, joined: bytes) -> None:
    """Every pixel is the same, and so is the text."""
    assert pixels(joined) == pixels(whole)
    assert texts_of(joined) == texts_of(whole)


def test_tags_are_the_same(whole: bytes, joined: bytes) -> None:
    """Tags say the same of the same content on the same pages, and every note has a name of its own."""
    assert Reading(joined).tags() == Reading(whole).tags()
    assert audit_pdf(joined).findings == audit_pdf(whole).findings == ()
    assert len(set(Reading(joined).notes())) == len(Reading(whole).notes()) == 2


def test_bookmarks_nest_across_parts(whole: bytes, joined: bytes) -> None:
    """The first bookmarks of a part go below a higher level of the part before."""
    bookmarks = Reading(joined).bookmarks()
    assert bookmarks == Reading(whole).bookmarks()
    assert [(level, title) for level, title, *_ in bookmarks] == [
        (0, "One"),
        (1, "Below one"),
        (2, "Below that"),
        (1, "Two"),
        (0, "Three"),
    ]


def test_bookmarks_are_open_or_closed_as_in_their_parts(printer: Printer) -> None:
    """Bookmarks are open or closed as in their parts, even if their kids are in another part."""
    style = "<style>h1 { bookmark-state: closed }</style>"
    pages = [f"<h1 id='{i}'>A</h1>{style}<h2>B</h2><h3>C</h3>" for i in range(2)]
    merged = Reading(merge_pdf(*(printer.write_part(html([page])) for page in pages)))
    assert merged.bookmarks() == Reading(printer.write_pdf(html(pages))).bookmarks()
    assert [(level, closed) for level, *_, closed in merged.bookmarks()] == [(0, True), (1, False), (2, False)] * 2


def test_links_lead_to_the_same_places(whole: bytes, joined: bytes) -> None:
    """Links lead to places in the same part, an earlier or a later one."""
    links = Reading(joined).links()
    assert links == Reading(whole).links()
    assert [place if isinstance(place, str) else place[0] for _, place, _ in links] == [
        *(4, 3, 1),
        "https://example.org/x",
        *(0, 4),
    ]


def test_it_says_the_same_of_itself(whole: bytes, joined: bytes) -> None:
    """The merged PDF has the same title, language, standard and other metadata."""
    assert Reading(joined).about() == Reading(whole).about()


def test_what_parts_share_is_there_once(whole: bytes, joined: bytes) -> None:
    """Pictures, formulas' glyphs and fonts, with all glyphs of the parts."""
    assert Reading(joined).counts() == Reading(whole).counts()
    assert Reading(joined).fonts() == Reading(whole).fonts()


def test_glyphs_of_one_width_are_of_a_font_of_fixed_pitch(printer: Printer) -> None:
    """Fonts with glyphs of a single width are monospaced, even if no part has two glyphs."""
    pages = [f"<h1 id='{letter}'>A</h1><p><a href='#i'>i</a>{SHOWN}<code>{letter}</code>" for letter in "iw"]
    merged = Reading(merge_pdf(*(printer.write_part(html([page])) for page in pages)))
    assert merged.fonts() == Reading(printer.write_pdf(html(pages))).fonts()


@pytest.mark.usefixtures("uncached")
def test_the_same_parts_give_the_same_bytes(printer: Printer, joined: bytes) -> None:
    """Equal parts give equal bytes, and parts are reproducible."""
    again = [merge_pdf(*parts(printer, split)) for split in SPLITS]
    assert joined in again
    assert len(set(again)) == len(SPLITS)


def test_qpdf_finds_nothing_wrong(joined: bytes) -> None:
    """Neither in the cross-reference stream nor in any object."""
    assert pikepdf.open(io.BytesIO(joined)).check_pdf_syntax() == []


def test_text_may_look_like_a_reference(printer: Printer) -> None:
    """Titles, alternative texts and links may look like references, with or without parentheses around."""
    look = r"see 5 0 R (7 0 R) \ ) 3 0 R ( é 1 0 R"
    shown = f"<h1 id='NAME'>{look}</h1><p><a href='https://example.org/1 0 R'>{SHOWN}</a><a href='#a 1 0 R'>b</a>"
    pages = [shown.replace('alt="A', f'alt="{look}').replace("NAME", name) for name in ("a 1 0 R", "(2 0 R")]
    merged, single = merge_pdf(*(printer.write_part(html([page])) for page in pages)), printer.write_pdf(html(pages))
    assert Reading(merged).tags() == Reading(single).tags()
    assert Reading(merged).bookmarks() == Reading(single).bookmarks()
    assert Reading(merged).links() == Reading(single).links()


def test_a_link_that_leads_to_no_part_is_told(printer: Printer) -> None:
    """Links to missing anchors are reported."""
    with pytest.raises(BuildError, match=re.escape("error[print]: no part has the anchor #three")):
        merge_pdf(*parts(printer, (2,)))


def test_a_name_that_two_parts_have_is_told(printer: Printer) -> None:
    """A name in two parts is reported, like a duplicate in a single run."""
    [part] = parts(printer, (1,))
    with pytest.raises(BuildError, match=re.escape("error[print]: two parts have the anchor #one")):
        merge_pdf(part, part)


def test_a_font_that_other_parts_know_otherwise_stays_as_it_is(printer: Printer, whole: bytes) -> None:
    """With different widths, each part keeps its own subset, and pages look the same."""
    changed = [_wider(part) if i else part for i, part in enumerate(parts(printer, (3, 2)))]
    assert texts_of(merge_pdf(*changed)) == texts_of(whole)
    assert Reading(merge_pdf(*changed)).counts()["fonts"] > Reading(whole).counts()["fonts"]


def _wider(part: bytes) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(part)) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            font.DescendantFonts[0].W[1][0] += 1
        pdf.save(file)
    return file.getvalue()


def pixels(pdf: bytes) -> list[bytes]:
    """Return each page rendered at 100 dpi."""
    return [bytes(page.render(scale=100 / 72).buffer) for page in pdfium.PdfDocument(pdf)]


class Reading:
    """A PDF as plain, comparable data."""

    def __init__(self, data: bytes) -> None:
        self._pdf = pikepdf.open(io.BytesIO(data))
        self._numbers = {page.objgen: number for number, page in enumerate(self._pdf.pages)}
        names = pikepdf.NameTree(self._pdf.Root.Names.Dests)
        self._places = {name: self._place(place) for name, place in names.items()}

    def tags(self) -> Any:
        """Return the tag tree: roles, entries, marked content by page and number, and links."""
        [document] = self._pdf.Root.StructTreeRoot.K
        return self._tag(document, -1)

    def _tag(self, tag: Any, page: int) -> Any:
        page = self._numbers[tag.Pg.objgen] if "/Pg" in tag else page
        said = {key: _plain(value) for key, value in tag.items() if key in ("/A", "/Alt", "/Lang")}
        return str(tag.S), "/ID" in tag, said, [self._kid(kid, page) for kid in tag.K]

    def _kid(self, kid: Any, page: int) -> Any:
        if isinstance(kid, int):
            return page, kid
        match kid.get("/Type"):
            case "/MCR":
                return self._numbers[kid.Pg.objgen], kid.MCID
            case "/OBJR":
                return self._numbers[kid.Pg.objgen], self._link(kid.Obj)
        return self._tag(kid, page)

    def notes(self) -> list[str]:
        """Return the names of notes; the name tree leads to each."""
        names = pikepdf.NameTree(self._pdf.Root.StructTreeRoot.IDTree)
        assert all(str(tag.ID) == name for name, tag in names.items())
        return list(names.keys())

    def bookmarks(self) -> list[Any]:
        """Return depth, title, place and state of each bookmark."""
        with self._pdf.open_outline() as outline:
            return list(self._bookmarks(outline.root, 0))

    def _bookmarks(self, items: Any, depth: int) -> Iterator[Any]:
        for item in items:
            yield depth, item.title, self._place(item.destination), item.is_closed
            yield from self._bookmarks(item.children, depth + 1)

    def links(self) -> list[Any]:
        """Return text and target of each link, page by page."""
        return [self._link(link) for page in self._pdf.pages for link in page.get("/Annots", ())]

    def _link(self, link: Any) -> Any:
        place = self._places[str(link.Dest)] if "/Dest" in link else str(link.A.URI)
        return str(link.Contents), place, _plain(link.Rect)

    def _place(self, place: Any) -> tuple[Any, ...]:
        page, *where = place
        return self._numbers[page.objgen], *map(str, where)

    def about(self) -> Any:
        """Return the metadata of the whole file."""
        keys = ("/Lang", "/MarkInfo", "/ViewerPreferences")
        metadata = self._pdf.Root.Metadata.read_bytes()
        return self._pdf.pdf_version, metadata, _plain(self._pdf.docinfo), [_plain(self._pdf.Root[key]) for key in keys]

    def counts(self) -> dict[str, int]:
        """Return the number of objects shareable between parts."""
        streams = [item for item in self._pdf.objects if isinstance(item, pikepdf.Stream)]
        plain = [item for item in streams if item.get("/Subtype") == "/Form" and "/Resources" not in item]
        images = [item for item in streams if item.get("/Subtype") == "/Image"]
        return {"fonts": len(self._fonts()), "glyphs": len(plain), "images": len(images)}

    def _fonts(self) -> list[Any]:
        return [item for item in self._pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item]

    def fonts(self) -> Any:
        """Return the fonts by name: the type of each, the widths of its glyphs, and their characters."""
        fonts = chain.from_iterable(page.Resources.Font.values() for page in self._pdf.pages)
        return {str(font.BaseFont): self._font(font, *font.DescendantFonts) for font in fonts}

    def _font(self, font: Any, descendant: Any) -> Any:
        described = {key: _plain(value) for key, value in descendant.FontDescriptor.items() if key != "/FontFile2"}
        stands_for = dict(re.findall(rb"<(\w{4})> <(\w+)>", font.ToUnicode.read_bytes()))
        return described, _plain(descendant.W), stands_for


def _plain(value: Any) -> Any:
    """Return *value* in a canonical form."""
    if isinstance(value, pikepdf.Array):
        return [_plain(each) for each in value]
    if isinstance(value, pikepdf.Dictionary):
        return {key: _plain(each) for key, each in value.items()}
    return float(value) if not isinstance(value, (str, pikepdf.String, pikepdf.Name)) else str(value)
