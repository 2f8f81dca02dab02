"""WeasyPrint is quicker, and does the same."""

from __future__ import annotations

import ctypes
import gc
from io import StringIO
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest

from crib.print.pdf.print_setup import PrintSetup
from crib.print.pdf.printer import Printer
from crib.print.pdf.style_sheets import StyleSheets
from crib.print.pdf.weasyprint_loader import html_class, load_weasyprint, may_have_notes
from crib.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

TEXT = """<html lang="en"><title>All</title><body>
<ol start="3"><li>one</li><li>two &amp; <b class='x'>three</b></li></ol><table><tr><th>a<td>b</table><q>said</q><pre>a
 b</pre><p id="p">An <a href="#p">answer</a></p>"""


def test_what_has_no_notes_looks_the_same() -> None:
    """The rules left out of WeasyPrint's style sheet change no page."""
    full, lean = (
        html_class(notes=notes)(string=TEXT).write_pdf(pdf_identifier=b"1", uncompressed_pdf=True)
        for notes in (True, False)
    )
    assert lean == full


@pytest.mark.parametrize(
    ("html", "css"),
    [
        ('<p>One<span style="float: footnote">two</span>', ""),
        ("<p>One<span>two</span>", "span { float: footnote }"),
        ("<p>One<span>two</span>", "@import 'other.css'; p { margin: 0 }"),
    ],
)
def test_notes_of_a_template(tmp_path: Path, html: str, css: str) -> None:
    """A template of a user's may float them to the foot of a page."""
    (tmp_path / "a.css").write_text(css)
    (tmp_path / "other.css").write_text("span { float: footnote }")
    printer = Printer(tmp_path, {}, StyleSheets((tmp_path / "a.css",), (tmp_path,)))
    [page] = printer.lay_out(f"<html lang='en'><body>{html}").pages
    texts = [box.text for box in page._page_box.descendants() if hasattr(box, "text")]
    assert texts == ["One", "1", "1. ", "two"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('<aside role="doc-footnote">', False),
        ("<p class='note'>(noted)", False),
        ("p { float:footnote }", True),
        ("p { position: note(a) }", True),
        ("@import url(a.css)", True),
    ],
)
def test_what_may_have_notes(text: str, told: bool) -> None:  # noqa: FBT001
    """Marks of notes are left out only if nothing can use them."""
    assert may_have_notes(text) is told


@pytest.mark.parametrize("characters", [("&", "<", "\0"), (">", '"', "'", "\0"), "-", "]", "^-]\\"])
@pytest.mark.parametrize("among", [True, False])
def test_runs_of_characters(characters: tuple[str, ...], among: bool) -> None:  # noqa: FBT001
    """The parser finds the next of some characters, or the first other one."""
    load_weasyprint()
    from tinyhtml5.inputstream import HTMLUnicodeInputStream

    for text in ("plain text", "a&b", "<<a>", "--]]a^", "\\\\-a", "'\"x"):
        stream = HTMLUnicodeInputStream(StringIO(text))
        stream.read_chunk()
        run = stream.chars_until(characters, among)
        assert run == "".join(takewhile(lambda each: (each in characters) is among, text))


class _Mallinfo(ctypes.Structure):
    """The structure of glibc 2.33 and newer: allocated bytes are in `hblkhd` and `uordblks`."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()  # noqa: SIM905
    )


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc")
@pytest.mark.parametrize("sheet", ["sheets/sheets.css", "cards/cards.css", "book/book.css"])
def test_a_layout_leaves_nothing_behind(shipped: Book, sheet: str) -> None:
    """A process printing thousands of answers needs no more memory for each."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _Mallinfo
    printer = PrintSetup.of(shipped, Templates(), sheet).printer({})
    part = "<p>Some <b>words</b> and <code>1.0</code></p><ol><li>one</ol><ul><li>two</ul><table><td>a<td>1</table>"
    html = f'<html lang="en" class="color"><body><div class="text body">{part * 3}</div>'

    def taken() -> int:
        for _ in range(5):
            printer.write_part(html)
        gc.collect()
        told = mallinfo()
        return int(told.uordblks + told.hblkhd)

    taken()
    before = taken()
    assert taken() - before < 20_000
