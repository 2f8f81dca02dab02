"""Checks of a PDF's accessibility: each mistake, made on purpose, is found, and nothing else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from crib.audit.pdf import audit_pdf
from crib.cli import main
from crib.engine.dist import Dist
from crib.print.pdf.printer import Printer
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SQUARE = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
)
BODY = f"""\
<h1>One</h1><p>Text <a href="https://example.org">link</a><span style="float:footnote">note</span></p>
<h2>Two</h2><p><img alt="A square" src="{SQUARE}"></p><ul><li>item</ul><blockquote>quote</blockquote>
<table><thead><tr><th>a<th>b</thead><tbody><tr><td>c<td>d</tbody></table>"""


@pytest.fixture(scope="module")
def sound() -> bytes:
    """Return a PDF without findings."""
    style = "<style>h1 { bookmark-level: 1 }</style>"
    return Printer(ROOT, {}).write_pdf(f'<!DOCTYPE html><html lang="en"><head><title>T</title>{style}</head>{BODY}')


def broken(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> list[str]:
    """Return the findings in *pdf* after *change*."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        data = io.BytesIO()
        opened.save(data)
    return list(map(str, audit_pdf(data.getvalue()).findings))


def tag(pdf: pikepdf.Pdf, role: str) -> Any:
    """Return the first tag with this *role*."""

    def walk(element: Any) -> Any:
        if element.get("/S") == f"/{role}":
            return element
        kids = (kid for kid in element.K if isinstance(kid, Dictionary) and "/S" in kid)
        return next((found for kid in kids if (found := walk(kid)) is not None), None)

    return walk(pdf.Root.StructTreeRoot.K[0])


def edit(thing: Any, **entries: Any) -> None:
    """Set entries of a dictionary; None removes one."""
    for name, value in entries.items():
        if value is None:
            del thing[f"/{name}"]
        else:
            thing[f"/{name}"] = value


def content(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    """Change the content of the first page."""
    data = pdf.pages[0].Contents.read_bytes()
    assert old in data
    pdf.pages[0].Contents = pdf.make_stream(data.replace(old, new, 1))


def untitled(pdf: pikepdf.Pdf) -> None:
    """Remove the metadata of a PDF."""
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        del metadata["dc:title"]
        del metadata["pdfuaid:part"]


def unembedded(pdf: pikepdf.Pdf) -> None:
    """Remove the file of a font, and the map from its glyphs to characters."""
    [descriptor, *_] = [item for item in pdf.objects if isinstance(item, Dictionary) and "/FontFile2" in item]
    edit(descriptor, FontFile2=None, FontName=Name.Lost)
    [font, *_] = [item for item in pdf.objects if isinstance(item, Dictionary) and "/ToUnicode" in item]
    edit(font, ToUnicode=None, BaseFont=Name.Mute)


def headless(pdf: pikepdf.Pdf) -> None:
    """Make plain cells of the head of a table."""
    for cell in tag(pdf, "THead").K[0].K:
        edit(cell, S=Name.TD)


MISTAKES: dict[str, tuple[Callable[[Any], object], list[str]]] = {
    "title": (untitled, ["no title", "not marked as PDF/UA-1"]),
    "language": (lambda pdf: edit(pdf.Root, Lang=None), ["no language"]),
    "marked": (lambda pdf: edit(pdf.Root, MarkInfo=None), ["not marked as tagged"]),
    "display": (
        lambda pdf: edit(pdf.Root, ViewerPreferences=None),
        ["readers show its file name instead of its title"],
    ),
    "bookmarks": (lambda pdf: edit(pdf.Root, Outlines=None), ["no bookmarks"]),
    "tabs": (
        lambda pdf: edit(pdf.pages[0].obj, Tabs=None),
        ["page 1: the tab order of links is not the order of tags"],
    ),
    "fonts": (
        unembedded,
        ["the font /Lost is not embedded", "the font /Mute has no mapping to characters (ToUnicode)"],
    ),
    "first heading": (lambda pdf: edit(tag(pdf, "H1"), S=Name.P), ["page 1: the first heading is an H2"]),
    "heading": (lambda pdf: edit(tag(pdf, "H2"), S=Name.H3), ["page 1: an H3 follows an H1"]),
    "role": (
        lambda pdf: edit(tag(pdf, "BlockQuote"), S=Name.NonStruct),
        ["page 1: NonStruct is not a standard tag"],
    ),
    "no list": (lambda pdf: edit(tag(pdf, "L"), S=Name.Div), ["page 1: LI in Div"]),
    "no row": (lambda pdf: edit(tag(pdf, "THead"), S=Name.L), ["page 1: L in Table", "page 1: TR in L"]),
    "block in a line": (
        lambda pdf: edit(tag(pdf, "Link"), S=Name.P),
        ["page 1: P in P", "page 1: a link without a tag"],
    ),
    "text": (
        lambda pdf: edit(tag(pdf, "H1"), S=Name.Sect),
        ["page 1: text directly in Sect", "page 1: the first heading is an H2"],
    ),
    "empty": (
        lambda pdf: edit(tag(pdf, "Lbl"), K=Array()),
        ["page 1: an empty Lbl", "page 1: marked content is neither in a tag nor an artifact"],
    ),
    "figure": (lambda pdf: edit(tag(pdf, "Figure"), Alt=None), ["page 1: a Figure without alternative text"]),
    "formula": (
        lambda pdf: edit(tag(pdf, "Figure"), S=Name.Formula, Alt=String(" ")),
        ["page 1: a Formula without alternative text"],
    ),
    "note": (lambda pdf: edit(tag(pdf, "Note"), ID=None), ["page 1: a Note without a unique ID"]),
    "scope": (lambda pdf: edit(tag(pdf, "TH"), A=None), ["page 1: a TH without a scope"]),
    "heads": (
        headless,
        ["page 1: a Table without a TH"],
    ),
    "row": (
        lambda pdf: edit(tag(pdf, "TH"), A=Dictionary(O=Name.Table, Scope=Name.Column, ColSpan=2)),
        ["page 1: a Table with rows of different lengths"],
    ),
    "link": (
        lambda pdf: edit(tag(pdf, "Link"), K=tag(pdf, "Link").K[1]),
        ["page 1: a Link without a link annotation", "page 1: a link without a tag"],
    ),
    "contents": (
        lambda pdf: edit(pdf.pages[0].Annots[0], Contents=None),
        ["page 1: a link without a description"],
    ),
    "link's tag": (
        lambda pdf: edit(pdf.pages[0].Annots[0], StructParent=99),
        ["page 1: a link without a reference to its tag"],
    ),
    "drawn": (
        lambda pdf: content(pdf, b"/Span", b"0 0 9 9 re f /Span"),
        ["page 1: content is neither in a tag nor an artifact"],
    ),
    "artifact": (
        lambda pdf: content(pdf, b"BDC", b"BDC /Artifact BMC EMC"),
        ["page 1: an artifact in a tag, or a tag in an artifact"],
    ),
    "mark": (
        lambda pdf: content(pdf, b"/MCID 0", b"/MCID 77"),
        [
            "page 1: a tag refers to content that is not on the page",
            "page 1: marked content is neither in a tag nor an artifact",
        ],
    ),
    "twice": (
        lambda pdf: edit(tag(pdf, "H2"), K=tag(pdf, "H1").K),
        [
            "page 1: marked content is in two tags",
            "page 1: marked content is neither in a tag nor an artifact",
            "page 1: marked content lacks a reference to its tag",
        ],
    ),
    "tree": (
        lambda pdf: edit(pdf.Root.StructTreeRoot, ParentTree=None),
        ["page 1: a link without a reference to its tag", "page 1: marked content lacks a reference to its tag"],
    ),
}


def test_a_sound_pdf(sound: bytes) -> None:
    """A sound PDF has no findings; the report counts the checked tags."""
    assert str(audit_pdf(sound)) == "no findings (1 pages, 2 headings, 1 tables, 1 figures, 0 formulas, 1 links)"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_found(sound: bytes, mistake: str) -> None:
    """Each change to a sound PDF gives the findings it should, and no more."""
    change, findings = MISTAKES[mistake]
    assert broken(sound, change) == findings


def test_no_tags(sound: bytes) -> None:
    """A PDF without tags has this one finding, and none about rules for tags."""
    findings = broken(sound, lambda pdf: edit(pdf.Root, StructTreeRoot=None))
    assert "no tags" in findings


def test_what_is_no_pdf() -> None:
    """It is reported, without a traceback."""
    [finding] = audit_pdf(b"Not a PDF.").findings
    assert str(finding).startswith("unreadable")


def test_the_report(sound: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each built PDF has its findings, with status 1 if there are any; the end lists unchecked rules."""
    dist = Dist(tmp_path)
    with dist.open():
        dist.stage("a.pdf", sound)
        dist.publish({"a.pdf": "sheets"}, {}, replaced=())
    assert report(tmp_path) == 0
    fine = capsys.readouterr().out
    assert fine.startswith("a.pdf: no findings (1 pages, ")
    assert "Not validated: " in fine
    (tmp_path / "a.pdf").write_bytes(b"Not a PDF.")
    assert report(tmp_path) == 1
    told = capsys.readouterr()
    assert told.out.startswith("a.pdf: 1 findings (0 pages")
    assert told.err == "error: 1 findings in 1 files\n"


def test_nothing_to_report_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without built files, the message gives the command to run first."""
    assert report(tmp_path) == 1
    assert "`crib all`" in capsys.readouterr().err


def report(out: Path) -> int:
    """Run the command and return its status."""
    with pytest.raises(SystemExit) as stopped:
        main(["a11y", "--out", str(out)])
    return int(stopped.value.code or 0)
