"""Captions of tables, and long descriptions of figures: beside them on screens, spoken in their place in PDFs."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pikepdf
import pytest

from crib.audit.pdf import audit_pdf
from crib.outputs.book import jobs as book
from crib.outputs.cards import jobs as cards
from crib.outputs.quiz import jobs as quiz
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import BOOK, MakeBook
from tests.decks import imported
from tests.epubs import H, build, by_id, epubcheck, text
from tests.pdfs import made, text_of, words

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30"/></svg>'
CHAPTER = """\
## What is drawn? {#drawn}

::: gist
![A bar](figures/x.svg "The bar")

::: description
The bar is *three* times as wide as high.
:::

It is a "bar".
:::

![The bar](figures/x.svg "Once more")

::: description
It says "wide" of $w < 9$.

| Side | Length |
|:--|:--|
| width | `90` |
:::

- ![A bar in a list](figures/x.svg)

  ::: description
  See [above](#drawn).

      w = 90
  :::

::: hint
![No long words](figures/x.svg)
:::
"""
SPOKEN = [
    "A bar\nThe bar is three times as wide as high.",
    "The bar\nIt says “wide” of w < 9.\nSide, Length\nwidth, 90",
    "A bar in a list\nSee above.\nw = 90",
]


@pytest.fixture
def described(make_book: MakeBook) -> Book:
    """Return a book of one answer with a figure in its gist, its body and a list."""
    reading = read_book(make_book(CHAPTER, **{"figures/x.svg": SVG}))
    assert reading.problems == ()
    return reading.book


def test_the_e_book_folds_them_behind_their_figures(described: Book, tmp_path: Path) -> None:
    """Each picture refers to its description right after the figure; epubcheck finds nothing."""
    opened = build(described)
    page = opened.page("answers/01-first-steps")
    blocks = [block for parent in page.iter() for block in parent]
    found = []
    for picture in page.iter(f"{H}img"):
        if name := picture.get("aria-details"):
            details = by_id(page, name)
            assert details.tag == f"{H}details"
            figure = blocks[blocks.index(details) - 1]
            assert picture in figure.iter()
            found.append(text(details).removeprefix("Description of the figure "))
    assert found[0] == "The bar is three times as wide as high."
    assert re.fullmatch(r"It says “wide” of w ?< ?9 ?. Side Length width 90", found[1])
    assert found[2] == "See above. w = 90"
    assert len(found) == len(list(page.iter(f"{H}summary")))
    assert epubcheck(opened.data, tmp_path) == set()
    assert "longDescription" in opened.metadata("schema:accessibilityFeature")


def test_cards_fold_them_without_javascript(described: Book, tmp_path: Path) -> None:
    """The back of a card has them as Anki renders it; its front has none."""
    deck = imported(described, tmp_path)
    [card] = deck.cards
    front, back = card.question(), card.answer()
    names = re.findall('aria-details="(.*?)"', back)
    assert names == re.findall('<details class="description" id="(.*?)"><summary>Description of the figure<', back)
    assert len(set(names)) == 3
    assert "three</em> times as wide" in back
    assert "<script" not in back
    assert "description" not in re.sub("(?s)<style>.*?</style>", "", front)


@pytest.mark.parametrize("output", [book, sheets, cards, quiz])
def test_pdfs_speak_them(described: Book, output: object) -> None:
    """Descriptions are read aloud with the picture, and not printed."""
    [pdf, *_] = made(output.jobs(described, Templates())).values()  # type: ignore[attr-defined]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        tags = [tag for tag in opened.objects if isinstance(tag, pikepdf.Dictionary) and tag.get("/S") == "/Figure"]
        spoken = [str(tag.Alt) for tag in tags]
    assert set(SPOKEN[: 3 if output is book else 1]) <= set(spoken)
    assert audit_pdf(pdf).findings == ()
    assert words("as wide as") not in words(text_of(pdf))


def test_another_language(make_book: MakeBook) -> None:
    """Its opening line, and the quotation marks in it, are in the book's language."""
    folder = make_book(CHAPTER, book=BOOK.replace("en-US", "fr"), **{"figures/x.svg": SVG})
    page = text(build(read_book(folder).book).page("answers/01-first-steps"))
    assert "Description de la figure It says « wide » of" in page


TABLE = """\
## What costs what? {#costs}

::: gist
| Way | Cost |
|:--|--:|
| train | $n^3$ |

: What a *way* costs
:::

1. In a list:

   | | Cost |
   |:--|--:|
   | `svd` | 3 |
   : Costs in
   two lines

A text: it has a colon.
"""
CAPTIONS = ["What a way costs", "Costs in two lines"]


@pytest.fixture
def tables(make_book: MakeBook) -> Book:
    """Return a book of one answer with two tables, and one more in its notation."""
    notation = b"| Sign | Meaning |\n|:--|:--|\n| $n$ | size |\n\n: All signs\n"
    reading = read_book(make_book(TABLE, **{"notation.md": notation}))
    assert reading.problems == ()
    return reading.book


def test_captions_of_tables_in_the_e_book(tables: Book, tmp_path: Path) -> None:
    """A caption is first in its table, without its colon, and nowhere else."""
    opened = build(tables)
    page = opened.page("answers/01-first-steps")
    found = [table[0] for table in page.iter(f"{H}table")]
    assert {caption.tag for caption in found} == {f"{H}caption"}
    assert list(map(text, found)) == CAPTIONS
    assert all(text(page).count(caption) == 1 for caption in CAPTIONS)
    assert text(next(opened.page("text/notation").iter(f"{H}caption"))) == "All signs"
    assert epubcheck(opened.data, tmp_path) == set()


def test_captions_of_tables_in_anki(tables: Book, tmp_path: Path) -> None:
    """Captions of tables are on the back of the card."""
    deck = imported(tables, tmp_path)
    [card] = deck.cards
    found = re.findall(r"<caption>(.*?)</caption>", card.answer())
    assert [re.sub("<.*?>", "", caption) for caption in found] == CAPTIONS


@pytest.mark.parametrize("output", [book, sheets, cards, quiz])
def test_captions_of_tables_in_pdfs(tables: Book, output: object) -> None:
    """Captions of tables are tagged as captions."""
    [pdf, *_] = made(output.jobs(tables, Templates())).values()  # type: ignore[attr-defined]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        tags = [tag for tag in opened.objects if isinstance(tag, pikepdf.Dictionary) and tag.get("/S") == "/Caption"]
        assert {str(tag.P.S) for tag in tags} == {"/Table"}
    assert audit_pdf(pdf).findings == ()
    assert words(CAPTIONS[0]) in words(text_of(pdf))
