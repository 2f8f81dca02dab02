"""The theme `card`: answers in boxes, tinted by topic."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, islice
from math import dist
from operator import mul
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pytest
from markupsafe import Markup
from PIL import ImageStat

from crib.audit.pdf import audit_pdf
from crib.home import own_folder
from crib.outputs.sheets import jobs as sheets
from crib.print.chapter_html import AnswerHtml
from crib.print.fit.topics import topics_of
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import write_book
from tests.outputs.epub.test_epub import contrast
from tests.pdfs import made, strange_fonts, text_of, texts_of
from tests.pictures import looks_like

if TYPE_CHECKING:
    from tests.conftest import MakeBook

Matrix = list[list[float]]
LEVELS = {"recall": "know", "explain": "say", "derive": "work out"}
MARKS = "●▲■◆▼"
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
"""Machado, Oliveira and Fernandes 2009, for linear RGB: https://doi.org/10.1109/TVCG.2009.113."""

EVERYTHING = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
TO_XYZ = [[0.4339, 0.3762, 0.1899], [0.2126, 0.7152, 0.0722], [0.0177, 0.1095, 0.8728]]
"""Linear RGB to XYZ relative to the white of D65."""


def entry(key: str, tags: str = "", level: str = "") -> AnswerHtml:
    """Return an answer with these tags and this level."""
    nothing: dict[str, Any] = dict.fromkeys(("question", "choices", "right", "gist", "body", "hint"), Markup())
    return AnswerHtml(key=key, code=key, level=level, tags=tuple(tags.split()), see=(), file="", notes=(), **nothing)


@pytest.mark.parametrize(
    ("tags", "levels", "topics"),
    [
        (["a", "a", "b", "b"], "", "1122"),
        (["b x", "b x", "a x", "a x"], "", "1122"),  # all have x
        (["a b", "a b", "b", "a", "a", "c"], "", "110110"),  # b is on one answer without a
        (["a", "a", "", ""], "", "1100"),
        (["a", "a", "a"], "recall explain explain", "0"),  # nothing divides it
        (["", "", "", ""], "recall recall explain explain", "1122"),
        (["a", "b", "c", "d"], "explain recall recall explain", "1221"),
        (["", "", ""], "", "0"),
        (list("aabbccddeeff"), "", "112233445500"),
    ],
)
def test_tags_divide_a_sheet_or_else_levels(tags: list[str], levels: str, topics: str) -> None:
    """Topics are numbered in reading order; no tag of all answers or of one is a topic, and five are the most."""
    padded = [*levels.split(), *[""] * len(tags)]
    entries = [entry(str(i), tag, level) for i, (tag, level) in enumerate(zip(tags, padded, strict=False))]
    found = topics_of(entries, LEVELS)
    numbers = [found[each.key].number if each.key in found else 0 for each in entries]
    assert numbers == [*map(int, topics)] or (topics == "0" and not any(numbers))
    assert all(topic.name in tags[int(key)].split() or topic.name in LEVELS.values() for key, topic in found.items())


def colors(name: str) -> dict[str, list[str]]:
    """Return the colors of custom properties in a style sheet of ours, in order."""
    css = (own_folder() / name).read_text("utf-8")
    found: dict[str, list[str]] = {}
    for variable, color in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", css):
        found.setdefault(variable, []).append("#" + color[1:] * (2 if len(color) == 4 else 1))
    return found


CARD = colors("sheets/card.css")


def test_all_text_can_be_read_on_each_tint() -> None:
    """Text has a contrast of 4.5:1 or more on each tint, and so have marks on their own tint."""
    texts = colors("print/color.css")
    names = ("ink", "mute", "accent", "warning", "keyword", "string", "comment", "literal")
    assert len(CARD["tint"]) == len(MARKS) + 1
    assert min(contrast(tint, texts[name][0]) for tint in CARD["tint"] for name in names) >= 4.5
    assert min(map(contrast, CARD["tint"][1:], CARD["bar"][1:])) >= 4.5


@pytest.mark.parametrize("eyes", [EVERYTHING, DEUTERANOPIA, PROTANOPIA], ids=["all", "deuteranopia", "protanopia"])
def test_tints_can_be_told_apart(eyes: Matrix) -> None:
    """Tints differ for everyone: a difference of 2.3 is just noticeable (CIE 1976), theirs is more than twice that."""
    assert min(dist(seen(a, eyes), seen(b, eyes)) for a, b in combinations(CARD["tint"], 2)) > 5


def test_similar_tints_would_be_found() -> None:
    """Pale red and pale green are nearly the same to many."""
    red, green = "#f6dcd6", "#e2e4d4"
    assert dist(seen(red, EVERYTHING), seen(green, EVERYTHING)) > 10
    assert dist(seen(red, DEUTERANOPIA), seen(green, DEUTERANOPIA)) < 5


def seen(color: str, eyes: Matrix) -> tuple[float, float, float]:
    """Return *color* in CIE L*a*b*, as *eyes* see it."""
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    x, y, z = (share ** (1 / 3) for share in times(TO_XYZ, [max(0, share) for share in times(eyes, linear)]))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)  # as for all light colors


def times(matrix: Matrix, vector: list[float]) -> list[float]:
    """Return the product of *matrix* and *vector*."""
    return [sum(map(mul, row, vector)) for row in matrix]


CHAPTER = "\n".join(
    f'## What is {i}? {{#what-{i} tags="{tags}" level=explain}}\n\n::: gist\nThis is **{i}**, as $x = {i}$.\n:::\n'
    for i, tags in enumerate(["all one", "all two", "all one", "all", "all two", "all three", "all three", "all"])
)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a sheet with three topics."""
    book = read_book(write_book(tmp_path_factory.mktemp("book"), CHAPTER)).book
    jobs = sheets.jobs(replace(book, print=replace(book.print, theme="card")), Templates())
    [pdf] = made(islice(jobs, 1)).values()
    return pdf


def test_topics_have_marks_and_a_legend(sheet: bytes) -> None:
    """Colors are optional: boxes have the marks of their topics, explained in the legend."""
    text = text_of(sheet)
    assert [text.count(mark) for mark in MARKS] == [3, 3, 3, 0, 0]
    assert re.search(r"● one\s+▲ two\s+■ three", text)
    assert not audit_pdf(sheet).findings
    assert not strange_fonts(sheet)


def test_boxes_take_little_ink(sheet: bytes) -> None:
    """Even a page of boxes reflects most of the light."""
    gray = pdfium.PdfDocument(sheet)[0].render(scale=2).to_pil().convert("L")
    assert ImageStat.Stat(gray).mean[0] / 255 > 0.85


def test_it_looks_as_it_did(sheet: bytes) -> None:
    """The pixels of a page of boxes are unchanged."""
    assert looks_like("sheet-card", pdfium.PdfDocument(sheet)[0].render(scale=60 / 72).to_pil())


def test_no_page_has_only_the_legend(make_book: MakeBook) -> None:
    """Eight answers fill eight pages at most."""
    book = read_book(make_book(CHAPTER)).book
    jobs = sheets.jobs(replace(book, print=replace(book.print, theme="card")), Templates(), 20)
    [pdf] = made(islice(jobs, 1)).values()
    assert ["This is" in text for text in texts_of(pdf)] == [True] * 8


def test_long_topics_stay_in_their_column(make_book: MakeBook) -> None:
    """The name of a topic is broken where a column is too narrow for it."""
    topic = "-".join(["very"] * 30)
    book = read_book(make_book(CHAPTER.replace("all two", f"all {topic}"))).book
    [pdf] = made(islice(sheets.jobs(replace(book, print=replace(book.print, theme="card")), Templates()), 1)).values()
    text = pdfium.PdfDocument(pdf)[0].get_textpage()
    rights = [text.get_charbox(i)[2] for i in range(text.count_chars())]
    [first, *_] = [text.get_charbox(i)[0] for i in range(text.count_chars()) if text.get_text_range(i, 1) == "●"]
    assert max(rights) < pdfium.PdfDocument(pdf)[0].get_width() - 10
    assert first < max(rights)


@pytest.mark.parametrize("paper", ["A3", "Letter"])
def test_posters_have_boxes(make_book: MakeBook, paper: str) -> None:
    """Posters and other paper sizes have boxes."""
    book = read_book(make_book(CHAPTER)).book
    printed = replace(book, print=replace(book.print, theme="card", paper=paper))
    [pdf] = made(islice(sheets.jobs(printed, Templates()), 1)).values()
    assert text_of(pdf).count("●") == 3
