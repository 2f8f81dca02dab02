"""Printed lines of code longer than their column."""

from __future__ import annotations

from html import unescape
from itertools import groupby, pairwise
from typing import Any

import pytest

from crib.home import own_folder
from crib.print.code_lines import with_breaks, with_lines
from crib.print.pdf.printer import Printer
from crib.print.pdf.style_sheets import StyleSheets
from crib.render.code_blocks import code_html
from tests.pdfs import text_of

CODE = '''def build_model(n_hidden=1, n_neurons=30, input_shape=[8], activation=keras.activations.selu):
    """Build a model that is described
    on two lines."""
    model = keras.models.Sequential([keras.layers.InputLayer(input_shape=input_shape), keras.layers.Dense(1)])

    return model  # a < b & c
'''
WIDTH = 330


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Printer:
    """Return a printer with the style of all printed pages."""
    folder = own_folder()
    styles = (folder / "print" / "print.css", folder / "print" / "color.css")
    return Printer(tmp_path_factory.mktemp("code"), {}, StyleSheets(styles, (folder,)))


def page_of(code: str, language: str = "python") -> str:
    """Return a narrow page with *code*."""
    css = f"@page {{ size: {WIDTH}px 700px; margin: 0 }} body {{ font-size: 12px }}"
    block = with_lines(code_html(code.rstrip("\n"), language), 36)
    return f"<html lang='en'><title>Code</title><style>{css}</style><body class='text'>{block}"


def words_of(printer: Printer, html: str) -> list[Any]:
    """Return the boxes of text of *html*."""
    [page] = printer.lay_out(html).pages
    return [box for box in page._page_box.descendants() if getattr(box, "text", "").strip()]


@pytest.mark.parametrize(
    ("letters", "size", "lines"), [(40, 7.74, 2), (51, 7.74, 2), (53, 7.5, 2), (56, 7.1, 2), (58, 7.74, 4)]
)
@pytest.mark.parametrize("language", ["python", ""])
def test_code_gets_smaller_before_it_is_broken(
    printer: Printer, letters: int, size: float, lines: int, language: str
) -> None:
    """Down to 7 points, the smallest type of the theme; if that is not enough, lines are broken in the usual size."""
    words = words_of(printer, page_of(f"name = '{'a' * (letters - 13)}' + 1\nb = 2", language))
    [points] = {word.style["font_size"] * 0.75 for word in words}
    assert points == pytest.approx(size, abs=0.06)
    assert len({word.position_y for word in words}) == lines
    assert max(word.position_x + word.width for word in words) < WIDTH


@pytest.mark.parametrize("language", ["python", ""])
def test_long_lines_are_broken_at_spaces_or_punctuation(printer: Printer, language: str) -> None:
    """No word is broken, nothing leaves the column, and continued lines are indented."""
    words = words_of(printer, page_of(CODE, language))
    assert max(word.position_x + word.width for word in words) < WIDTH
    lines = ["".join(word.text for word in line) for _, line in groupby(words, lambda word: word.position_y)]
    assert "".join("".join(lines).split()) == "".join(CODE.split())
    assert len(lines) > len(CODE.split("\n"))
    for end, start in pairwise(line.split() for line in lines):
        assert end[-1] + start[0] not in CODE or not end[-1][-1].isalnum()


def test_a_word_longer_than_its_column_is_broken_anywhere(printer: Printer) -> None:
    """A word longer than its column is broken, not cut off."""
    words = words_of(printer, page_of("a" * 150, ""))
    assert len(words) > 2
    assert max(word.position_x + word.width for word in words) < WIDTH


def test_long_inline_code_fills_its_lines(printer: Printer) -> None:
    """It begins on the line of the text before it, and ends each line at punctuation."""
    code = with_breaks('<code class="long">keras.models.Sequential([keras.layers.Dense(n_neurons)])</code>')
    css = f"@page {{ size: {WIDTH}px 700px; margin: 0 }} body {{ font-size: 12px; margin: 0 }}"
    words = words_of(printer, f"<html lang='en'><style>{css}</style><body class='text'><p>Use {code} here.")
    lines = [
        "".join(word.text for word in line)
        for _, line in groupby(words, lambda word: round(word.position_y + word.baseline))
    ]
    assert lines == ["Use keras.models.Sequential([keras.layers.Dense(", "n_neurons)]) here."]


@pytest.mark.parametrize("code", [" " * 200 + "x", "x" + " " * 200, " " * 300, f"x = '{' ' * 150}'\n y"])
def test_spaces_may_be_longer_than_a_column(printer: Printer, code: str) -> None:
    """Long runs of spaces are printed as one line or several."""
    assert words_of(printer, page_of(code)) or not code.strip()


def test_code_is_copied_without_marks(printer: Printer) -> None:
    """The text of the file has the code's own characters only: marks and breaks are no text."""
    text = text_of(printer.write_pdf(page_of(CODE)))
    assert "".join(text.split()) == "".join(CODE.split())


def test_continued_lines_are_marked(printer: Printer) -> None:
    """The rest of a broken line has a mark; it is drawn below the first line."""
    [page] = printer.lay_out(page_of("x = 1\n" + "long = " * 18, "")).pages
    marks = [box for box in page._page_box.descendants(placeholders=True) if box.element_tag == "span::before"]
    assert [round(mark.height / mark.style["font_size"], 1) for mark in marks] == [0, 2.6]


def test_code_that_fits_is_left_alone() -> None:
    """Short lines have no elements of their own."""
    html = code_html("a = 1\nb = 2", "python")
    assert with_lines(html, 36) == html


def test_elements_across_lines_are_closed_on_each() -> None:
    """A string of several lines is colored on each of them, and every line is a tree of its own."""
    html = with_lines(code_html(CODE, "python"), 36)
    lines = html.split('<span class="line"')[1:]
    assert len(lines) == len(CODE.rstrip("\n").split("\n"))
    for line in lines:
        assert line.count("<span") + 1 == line.count("</span>")
    assert [line.count('"hl-sd"') for line in lines] == [0, 1, 1, 0, 0, 0]
    assert unescape(html).count("a < b & c") == 1
