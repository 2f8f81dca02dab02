"""A book in a language that is read from right to left, with a font of its own: everything is mirrored but code."""

from __future__ import annotations

import shutil
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2 as pdfium
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection

from crib.home import own_folder
from crib.outputs.anki.jobs import Edition
from crib.outputs.book import jobs as book
from crib.outputs.pocket import jobs as pocket
from crib.outputs.quiz import jobs as quiz
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import BOOK, write_book
from tests.pdfs import made

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

LETTERS = "אבגדהוזחטיכ"
CHAPTER = """\
## אא {#first level=explain}

::: gist
בב **גג** דד
:::

7. הה

| וו | זז |
|--|--|
| חח | טט |

```python
a = 1
```

## ההה {#second answer="טט"}
"""


def write_font(folder: Path) -> Path:
    """Write a collection of two equal fonts to `fonts/` in *folder*, with boxes for LETTERS and a kana."""
    font, pen = FontBuilder(1000), TTGlyphPen(None)
    for draw, point in ((pen.moveTo, (50, 0)), (pen.lineTo, (50, 600)), (pen.lineTo, (450, 0))):
        draw(point)
    pen.closePath()
    letters = {ord(letter): f"u{ord(letter):04X}" for letter in f"{LETTERS}の"}
    names = [".notdef", "space", *letters.values()]
    font.setupGlyphOrder(names)
    font.setupCharacterMap({0x20: "space", **letters})
    font.setupGlyf({**dict.fromkeys(names, TTGlyphPen(None).glyph()), **dict.fromkeys(letters.values(), pen.glyph())})
    font.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular", "psName": "Boxes-Regular"})
    font.setupOS2(sTypoAscender=900, sTypoDescender=-100, usWinAscent=900, usWinDescent=100)
    font.setupPost()
    collection = TTCollection()
    collection.fonts = [font.font, font.font]
    (folder / "fonts").mkdir(parents=True)
    collection.save(folder / "fonts/boxes.ttc")
    return folder


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Return templates with the font, and English labels for a book in Hebrew."""
    folder = write_font(tmp_path_factory.mktemp("templates"))
    (folder / "labels").mkdir()
    shutil.copy(own_folder() / "labels/en.yaml", folder / "labels/he.yaml")
    return Templates(folder)


@pytest.fixture(scope="module")
def hebrew(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book in Hebrew, of boxes."""
    settings = BOOK.replace("en-US", "he").replace("A Small Book", "יכ")
    front = "---\ntitle: יכ\nnumber: 1\n---\n\n"
    return read_book(write_book(tmp_path_factory.mktemp("hebrew"), CHAPTER, front=front, book=settings)).book


def lefts(page: pdfium.PdfPage, *texts: str) -> list[float]:
    """Return the left edge of the first character of each of *texts*, at its first place on *page*."""
    text = page.get_textpage()
    found = [text.search(each).get_next() for each in texts]
    assert all(found), texts
    return [text.get_charbox(index)[0] for index, _ in found]


def is_mirrored(page: pdfium.PdfPage, *texts: str) -> bool:
    """Tell whether each of *texts* is left of the one before."""
    return all(left > right for left, right in pairwise(lefts(page, *texts)))


def test_sheet(hebrew: Book, templates: Templates) -> None:
    """Codes are at the right, bold words stay in their place in a line, and the legend is at the left."""
    pdf, *_ = made(sheets.jobs(hebrew, templates)).values()
    [page] = pdfium.PdfDocument(pdf)
    assert is_mirrored(page, "1.1", "א", "explain")
    assert is_mirrored(page, "ב", "ג", "ד")


def test_book(hebrew: Book, templates: Templates) -> None:
    """It is bound at the right: page 1 is a left one. Lists and tables begin at the right, and code at the left."""
    [pdf] = made(book.jobs(hebrew, templates)).values()
    pages = pdfium.PdfDocument(pdf)
    second = next(i for i, page in enumerate(pages) if "a = 1" in page.get_textpage().get_text_range())
    opener, answers = pages[second - 1], pages[second]
    middle = answers.get_width() / 2
    for page, number, is_left in ((opener, "1", True), (answers, "2", False)):
        text = page.get_textpage()
        last = text.get_text_range().rstrip().rindex(number)
        assert (text.get_charbox(last)[0] < middle) == is_left
    assert is_mirrored(answers, "1.1", "א")
    assert is_mirrored(answers, "7", "ה")
    assert is_mirrored(answers, "ו", "ז")
    assert lefts(answers, "a =")[0] < middle < lefts(answers, "א")[0]


def test_quiz(hebrew: Book, templates: Templates) -> None:
    """Numbers are at the right of questions, and codes at the left."""
    pdf, *_ = made(quiz.jobs(hebrew, templates)).values()
    assert is_mirrored(pdfium.PdfDocument(pdf)[0], "א", "1.1")


def test_pocket(hebrew: Book, templates: Templates) -> None:
    """Folded, its pages are turned from left to right."""
    [pdf] = made(pocket.jobs(hebrew, templates)).values()
    [page] = pdfium.PdfDocument(pdf)
    assert is_mirrored(page, "א", "ההה")


def test_notes(hebrew: Book, templates: Templates) -> None:
    """Each field has the direction of the book, but for the answer to type; code has its own."""
    notes = Edition(hebrew, templates).package.decks[1].notes
    first, second = (dict(zip((field.name for field in note.type.fields), note.fields, strict=True)) for note in notes)
    assert first["Question"].startswith('<div dir="rtl"')
    assert '<pre dir="ltr"' in first["Answer"]
    assert second["Typed"] == "טט"


def test_a_kana_of_the_font_for_formulas(tmp_path: Path, templates: Templates) -> None:
    """The font for formulas has a single kana: the user's font prints it, as all others."""
    written = write_book(tmp_path / "content", "## の?\n\nの\n", front="")
    pdf, *_ = made(sheets.jobs(read_book(written).book, templates)).values()
    document = pikepdf.open(BytesIO(pdf))
    items = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
    fonts = {str(item.FontName).partition("+")[2] for item in items if item.get("/Type") == "/FontDescriptor"}
    assert any(font.startswith("user-fonts") for font in fonts)
    assert not any(font.startswith("STIX") for font in fonts)
