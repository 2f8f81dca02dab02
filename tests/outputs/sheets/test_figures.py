"""Figures marked for cheat sheets."""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2 as pdfium
import pytest

from crib.audit.pdf import audit_pdf
from crib.outputs.pocket import jobs as pocket
from crib.outputs.sheets import jobs as sheets
from crib.print.flavor import PrintFlavor
from crib.render.fragments import render_answers
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import write_book
from tests.pdfs import made, strange_fonts, text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="240" height="150" font-family="Source Sans 3" font-size="{}">
<text x="9" y="40">inside</text></svg>"""
ANSWERS = 12


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Return a function that prints answers with one figure each, marked or not, on a sheet."""

    def printed(mark: str, pages: int | None = None, *, label: float = 10, answers: int = ANSWERS) -> bytes:
        text = "".join(
            f"## Why {i}? {{#why-{i}}}\n\n::: gist\n{'In short, because. ' * 12}\n:::\n\nMore.\n\n"
            f'![A drawing](figures/a%20%26%20b.svg "Caption {i}. $\\theta^{i}$"){mark}\n\n'
            for i in range(answers)
        )
        folder = write_book(tmp_path_factory.mktemp("book"), text)
        (folder / "figures").mkdir()
        (folder / "figures/a & b.svg").write_text(SVG.format(label), encoding="utf-8")
        [pdf] = made(islice(sheets.jobs(read_book(folder).book, Templates(), pages), 1)).values()
        return pdf

    return printed


def heights(pdf: bytes, words: str) -> set[float]:
    """Return the heights of the first letter of *words* wherever they are in *pdf*, in points."""
    found = set()
    for page in pdfium.PdfDocument(pdf):
        text = page.get_textpage()
        search = text.search(words)
        while place := search.get_next():
            _, bottom, _, top = text.get_charbox(place[0], loose=True)
            found.add(round(top - bottom, 1))
    return found


def test_figures_fill_columns(sheet: Callable[..., bytes]) -> None:
    """Figures are below their gists, on more pages than the gists need, with captions and tagged alternative texts."""
    plain, figured = sheet("", 3), sheet("{sheet=true}", 3)
    assert len(texts_of(plain)) == len(texts_of(figured)) == 3
    assert heights(plain, "In short") == heights(figured, "In short")
    assert "Caption" not in text_of(plain)
    text = text_of(figured)
    assert all(text.index(f"Why {i}?") < text.index(f"Caption {i}.") for i in range(ANSWERS))
    assert not audit_pdf(figured).findings
    assert not strange_fonts(figured)
    with pikepdf.open(io.BytesIO(figured)) as pdf:
        tags = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        assert [str(tag.Alt) for tag in tags] == ["A drawing"] * ANSWERS


def test_figures_take_only_room_that_is_there(sheet: Callable[..., bytes]) -> None:
    """Type is as large, and pages are as many, as without them; not all figures are printed."""
    plain, figured = sheet("", 1), sheet("{sheet=true}", 1)
    assert len(texts_of(figured)) == 1
    assert heights(figured, "In short") == heights(plain, "In short")
    assert 0 < text_of(figured).count("Caption") < ANSWERS


@pytest.mark.parametrize("label", [4, 10, 20])
def test_labels_can_be_read(sheet: Callable[..., bytes], label: float) -> None:
    """Labels have 6.5 points or more; figures with smaller ones are larger than in the book."""
    pdf = sheet("{sheet=true}", 3, label=label, answers=6)
    [text], labels = heights(pdf, "In short"), heights(pdf, "inside")  # that of 12 points, the largest
    assert min(labels) * 12 / text >= 6.5 - 0.1


@pytest.mark.parametrize(("sentences", "pages"), [(1, None), (40, 2)])
def test_without_a_gist_a_figure_is_printed_once(tmp_path: Path, sentences: int, pages: int | None) -> None:
    """In a short answer, which is its own gist, or below the first part of a long one."""
    body = "\n\n".join(["So it is, because it always was, and will be for a long time."] * sentences)
    text = f'## Why? {{#why}}\n\n{body}\n\n![A](figures/x.svg "Caption."){{sheet=true}}\n'
    folder = write_book(tmp_path / "book", text)
    (folder / "figures").mkdir()
    (folder / "figures/x.svg").write_text(SVG.format(10), encoding="utf-8")
    [pdf] = made(islice(sheets.jobs(read_book(folder).book, Templates(), pages), 1)).values()
    assert text_of(pdf).count("Caption.") == 1


def test_only_sheets_know_the_mark(tmp_path: Path) -> None:
    """Booklets have gists alone, and text in any medium is as without the mark."""
    text = '## Why? {#why}\n\n::: gist\nSo.\n:::\n\n![A](figures/a%20%26%20b.svg "Caption."){sheet=true}\n'
    folder = write_book(tmp_path / "book", text)
    (folder / "figures").mkdir()
    (folder / "figures/a & b.svg").write_text(SVG.format(10), encoding="utf-8")
    book = read_book(folder).book
    [pdf] = made(pocket.jobs(book, Templates())).values()
    assert "Caption" not in text_of(pdf)
    [fragments] = render_answers(book.answers, PrintFlavor(book, Templates().labels(book))).values()
    assert "figures/a%20%26%20b.svg" in fragments.body
    assert "sheet" not in fragments.body
