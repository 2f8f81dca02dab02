"""Unprintable content is reported with its answer, template or style sheet."""

from __future__ import annotations

import pickle
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest

from crib.print.chapter_html import drawings_of, render_chapter
from crib.print.pdf.print_setup import PrintSetup
from crib.print.pdf.shrunk_formulas import shrunk_formulas
from crib.problems import BuildError, ContentError
from crib.render.templates import Templates
from crib.source import read_book

if TYPE_CHECKING:
    from pathlib import Path

    from crib.print.chapter_html import AnswerHtml
    from crib.print.pdf.printer import Printer
    from tests.conftest import MakeBook

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><title>Answers</title><style>
@page { size: 80mm 120mm; margin: 10mm } .text { font-size: 10pt } h1 { bookmark-level: 1 }
</style></head>
<body><h1>Answers</h1>
{% for entry in entries %}<section class="text" data-name="{{ entry.key }}">{{ entry.body }}</section>{% endfor %}
</body></html>
"""
NAMES = ("first", "second", "third")


def chapter(bodies: tuple[str, str, str]) -> str:
    """Return a chapter of three answers."""
    return "".join(
        f"## What is {name}? {{#{name}}}\n\n::: gist\nA gist.\n:::\n\n{body}\n\n"
        for name, body in zip(NAMES, bodies, strict=True)
    )


def svg(inside: str, width: int = 30, height: int = 20) -> str:
    """Return a picture."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{inside}</svg>'


@dataclass
class Printing:
    """Answers of a small book, printed with a template of its own."""

    press: PrintSetup
    drawings: dict[str, str]
    entries: tuple[AnswerHtml, ...]

    @property
    def printer(self) -> Printer:
        """A new printer."""
        return self.press.printer(self.drawings, self.entries)

    def write(self) -> bytes:
        """Return the PDF."""
        return self.printer.write_pdf(self.press.html("page.html.j2", entries=self.entries))


def printing(make_book: MakeBook, folder: Path, bodies: tuple[str, str, str], **files: str) -> Printing:
    """Return three answers to print; *files* are pictures of the book, or templates below `templates/`."""
    templates = folder / "templates"
    templates.mkdir(exist_ok=True)
    own = {name: text for name, text in files.items() if name.endswith((".css", ".j2"))}
    for name, text in {"page.html.j2": PAGE, **own}.items():
        (templates / name).parent.mkdir(exist_ok=True)
        (templates / name).write_text(text)
    pictures = {name: text for name, text in files.items() if name not in own}
    book = read_book(make_book(chapter(bodies), **pictures)).book
    section = render_chapter(book, Templates(templates))
    press = PrintSetup.of(book, Templates(templates))
    return Printing(press, drawings_of([section]), section.entries)


# Warnings


def test_an_answer_that_cannot_be_printed(make_book: MakeBook, tmp_path: Path) -> None:
    """A letter missing from all fonts, hidden in a picture, is reported with each of its answers, in any process."""
    bodies = ("![Alt](a.svg)", "Nothing.", "![Alt](b.svg)")
    pictures = {"a.svg": svg('<text y="9">日</text>'), "b.svg": svg('<text y="9">月</text>')}
    job = printing(make_book, tmp_path, bodies, **pictures)
    with pytest.raises(ContentError) as caught:
        job.write()
    first, third = pickle.loads(pickle.dumps(caught.value)).problems
    assert [first.answer, third.answer] == ["first", "third"]
    assert first.file.endswith("01-first-steps.md")
    assert "U+65E5" in first.text
    assert "U+6708" in third.text
    assert third.hint == "it is in the answer 1.3"


def test_a_template_that_cannot_be_printed(make_book: MakeBook, tmp_path: Path) -> None:
    """An unprintable template is reported by name."""
    job = printing(
        make_book, tmp_path, ("A", "B", "C"), **{"page.html.j2": PAGE.replace("<h1", "<h1 style='colour:red'")}
    )
    with pytest.raises(BuildError, match=r"^page\.html\.j2: error\[print\]: Ignored `colour"):
        job.write()


def test_a_style_sheet_that_cannot_be_read(make_book: MakeBook, tmp_path: Path) -> None:
    """It is reported by name, before anything is laid out."""
    job = printing(make_book, tmp_path, ("A", "B", "C"), **{"print/print.css": "p { colour: red }"})
    with pytest.raises(BuildError, match=r"templates/print/print\.css: error\[print\]: Ignored `colour"):
        job.write()


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<image href="file:///etc/hostname" width="9" height="9"/>',
        '<image href="../secret.png" width="9" height="9"/>',
        '<image href="https://example.org/x.png" width="9" height="9"/>',
        '<style>@import url(file:///etc/hostname);</style><rect width="9" height="9"/>',
    ],
)
def test_a_picture_that_wants_other_files(make_book: MakeBook, tmp_path: Path, inside: str) -> None:
    """A picture gets no other file, even if it passed the check of the book; it fails the build, like a broken one."""
    job = printing(make_book, tmp_path, ("![Alt](x.svg)", "B", "C"), **{"x.svg": svg("<rect width='9' height='9'/>")})
    job.write()
    (tmp_path / "content" / "x.svg").write_text(svg(inside) if inside else "nothing")
    with pytest.raises(ContentError, match=r"01-first-steps\.md: error\[print\](?s:.*)answer 1\.1"):
        job.write()


def test_lists_start_where_their_writer_said(make_book: MakeBook, tmp_path: Path) -> None:
    """Lists start with the letter or number of their first item."""
    job = printing(make_book, tmp_path, ("c. Third\nd. Fourth", "5. Fifth\n6. Sixth", "i. First\nii. Second"))
    text = pdfium.PdfDocument(job.write())[0].get_textpage().get_text_bounded()
    assert re.findall(r"(\w+)\. ", text) == ["c", "d", "5", "6", "i", "ii"]


# Formulas


def terms(count: int) -> str:
    """Return a formula of *count* terms."""
    return " + ".join(f"a_{{{i}}}" for i in range(count))


def test_formulas_that_are_a_little_too_wide_are_scaled(make_book: MakeBook, tmp_path: Path) -> None:
    """Formulas in lines of their own and in text are scaled as a whole, down to four fifths of their size."""
    job = printing(make_book, tmp_path, (f"$${terms(9)}$$", f"${terms(9)}$", "$$x$$"))
    printer = job.printer
    document = printer.lay_out(job.press.html("page.html.j2", entries=job.entries))
    assert printer.shrunk_formulas(document) == []
    assert [0.8 < formula.ratio < 0.95 for formula in shrunk_formulas(document)] == [True, True]
    image = pdfium.PdfDocument(job.write())[0].render(scale=1).to_pil().convert("L")
    box = image.point(lambda shade: 255 * (shade < 128)).getbbox()
    assert box
    assert box[0] >= 10 / 25.4 * 72 - 1
    assert box[2] <= 70 / 25.4 * 72 + 1


def test_formulas_that_are_much_too_wide(make_book: MakeBook, tmp_path: Path) -> None:
    """Formulas much too wide are reported with their answers, not with others with room for the same formula."""
    wide = f"$${terms(20)}$$"
    bodies = (wide, f"${terms(14)}$", f"$$\\tiny {terms(14)}$$")
    job = printing(make_book, tmp_path, bodies)
    with pytest.raises(ContentError) as caught:
        job.write()
    first, second = caught.value.problems
    told = r"the formula `a_\{0\} \+ .*` is too wide: it would be printed at \d\d% of its size"
    assert re.fullmatch(told, first.text)
    assert "aligned" in first.hint
    assert [first.answer, second.answer] == ["first", "second"]


def test_a_formula_that_is_too_wide_in_one_answer_of_two(make_book: MakeBook, tmp_path: Path) -> None:
    """Only the answer with the too narrow column is reported."""
    page = PAGE.replace("<section", "<section style='{% if entry.key == \"second\" %}width: 30mm{% endif %}'")
    body = f"$${terms(7)}$$"
    job = printing(make_book, tmp_path, (body, body, body), **{"page.html.j2": page})
    with pytest.raises(ContentError) as caught:
        job.write()
    [problem] = caught.value.problems
    assert problem.answer == "second"


def test_a_formula_that_runs_out_of_a_table(make_book: MakeBook, tmp_path: Path) -> None:
    """Nothing scales it there, so it is an error and not cut off."""
    table = f"| a | b |\n|---|---|\n| words | ${terms(16)}$ |"
    job = printing(make_book, tmp_path, ("A", table, "C"))
    with pytest.raises(ContentError, match=r"error\[wide-formula\]: .* it overflows its column") as caught:
        job.write()
    assert [problem.answer for problem in caught.value.problems] == ["second"]


def test_a_formula_of_a_template(make_book: MakeBook, tmp_path: Path) -> None:
    """It belongs to no answer: the error names the template."""
    job = printing(make_book, tmp_path, (f"$${terms(20)}$$", "B", "C"))
    printer = job.press.printer(job.drawings)
    with pytest.raises(BuildError, match=r"page\.html\.j2: error\[print\]: the formula"):
        printer.write_pdf(job.press.html("page.html.j2", entries=job.entries))


# Figures


@pytest.mark.parametrize(("width", "height"), [(3000, 200), (200, 3000), (3000, 3000), (40, 40)])
def test_figures_fit(make_book: MakeBook, tmp_path: Path, width: int, height: int) -> None:
    """Never wider than their column, nor higher than their page with a caption; small ones stay as they are."""
    picture = svg(f'<rect width="{width}" height="{height}"/>', width, height)
    job = printing(make_book, tmp_path, ('![Alt](x.svg "A caption")', "B", "C"), **{"x.svg": picture})
    [page] = [page for page in pdfium.PdfDocument(job.write()) if "A caption" in page.get_textpage().get_text_bounded()]
    raw = pdfium.raw.FPDF_PAGEOBJ_PATH
    [(left, bottom, right, top)] = [each.get_bounds() for each in page.get_objects(filter=[raw])]
    sides = [(right - left) / 0.75, (top - bottom) / 0.75]
    assert sides[0] / sides[1] == pytest.approx(width / height, rel=0.02)
    most = (0.9 * 60 / 25.4 * 96, 0.75 * 100 / 25.4 * 96)
    scale = min(1, most[0] / width, most[1] / height)
    assert sides == pytest.approx([width * scale, height * scale], abs=1)
