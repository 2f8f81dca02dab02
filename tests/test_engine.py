"""WeasyPrint is quicker, and does the same."""

from __future__ import annotations

from io import StringIO
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest

from crib.press.engine import html_class, may_have_notes, weasyprint
from crib.press.printer import Printer, Style

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """<html lang="en"><title>All</title><body>
<ol start="3"><li>one</li><li>two &amp; <b class='x'>three</b></li></ol><table><tr><th>a<td>b</table><q>said</q><pre>a
 b</pre><p id="p">An <a href="#p">answer</a></p>"""


def test_what_has_no_notes_looks_the_same() -> None:
    """What is left out of WeasyPrint's style sheet shows nowhere."""
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
    printer = Printer(tmp_path, {}, Style((tmp_path / "a.css",), (tmp_path,)))
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
    """Marks of notes are left out only where nobody can ask for them."""
    assert may_have_notes(text) is told


@pytest.mark.parametrize("characters", [("&", "<", "\0"), (">", '"', "'", "\0"), "-", "]", "^-]\\"])
@pytest.mark.parametrize("among", [True, False])
def test_runs_of_characters(characters: tuple[str, ...], among: bool) -> None:  # noqa: FBT001
    """The parser finds where the next of some characters stands, or the first that is none of them."""
    weasyprint()
    from tinyhtml5.inputstream import HTMLUnicodeInputStream  # type: ignore[import-untyped]

    for text in ("plain text", "a&b", "<<a>", "--]]a^", "\\\\-a", "'\"x"):
        stream = HTMLUnicodeInputStream(StringIO(text))
        stream.read_chunk()
        run = stream.chars_until(characters, among)
        assert run == "".join(takewhile(lambda each: (each in characters) is among, text))
