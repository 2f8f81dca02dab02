"""The printed book, opened and rendered with pdfium."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import partial
from itertools import product
from pickle import loads
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from markupsafe import Markup

from crib.engine.cache import Cache, digest, packed
from crib.model.tree import plain, walk
from crib.outputs.book import chapter as book_chapter
from crib.outputs.book import jobs as output
from crib.outputs.book.flavor import with_notes
from crib.print.pdf.print_setup import PrintSetup
from crib.problems import ContentError
from crib.render.index import IndexTerm, build_index, sort_words
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.conftest import ANSWER, BOOK, MakeBook, write_book
from tests.pdfs import made, strange_fonts, text_of, texts_of, words
from tests.pictures import looks_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.engine.job import Job
    from crib.model import Book
    from crib.render.fragments import Fragments

PAPERS = {"A4": (595, 842), "Letter": (612, 792)}
MARGIN = 22
"""No ink is nearer to an edge than 8 mm, in points."""
OUTER = 44 * 72 / 25.4
"""The outer margin of the text."""

SECOND = """\
## Why does `this` refer to another? {#another n=7 tags="linking first" level=explain see="answer"}

::: gist
Because [answers](#answer) do, and each has a [page](#answer).
:::

The [pointer]{.term as="pointer type"} is a word.[^1] So is a [Reference]{.term}, or a [reference]{.term}.

Then ends it.

[^1]: A `note` stays near.

![What it shows](figures/x.svg "A line")

![What it shows again](figures/x.svg "The same line")

| Sign | Is |
|:--|:--|
| `a` | [élan]{.term} |

```python
answer = "short"  # see above
```

::: {.since date=2024-01}
It has [changed](https://example.org/a).
:::

::: hint
Look `around`.
:::
"""
LINE = '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="60"><text x="9" y="40">Inside</text></svg>'


def build(book: Book, theme: str = "color", paper: str = "A4") -> bytes:
    """Return the PDF of *book*, made in this process."""
    book = replace(book, print=replace(book.print, theme=theme, paper=paper))
    [pdf] = made(output.jobs(book, Templates())).values()
    return pdf


def sample(make_book: MakeBook) -> Book:
    """Return a book with a bit of everything."""
    front = '---\ntitle: First Steps\nnumber: 1\nexercises: {"3": notebooks}\n---\n\n'
    everything = {"figures/x.svg": LINE, "notation.md": b"| Sign | Meaning |\n|:--|:--|\n| $x$ | a feature |\n"}
    reading = read_book(make_book(ANSWER + "\n" + SECOND, front=front, **everything))
    assert not reading.problems
    return reading.book


@pytest.fixture(scope="module")
def chapters(shipped: Book) -> Book:
    """Return two chapters of the shipped book: with notes, long tables, pictures and code."""
    return shipped.select(Selection((6, 10)))


@pytest.fixture(scope="module")
def printed(chapters: Book) -> bytes:
    """Return them printed."""
    return build(chapters)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the printed sample book."""
    return build(sample(partial(write_book, tmp_path_factory.mktemp("sample") / "content")))


def folio(text: str) -> str:
    """Return the number at the foot of a page, "" if there is none."""
    lines = [line for line in text.split() if line]
    return lines[-1] if lines and re.fullmatch(r"\d+|[ivxl]+", lines[-1]) else ""


def runs(page: pdfium.PdfPage) -> Iterator[tuple[str, float, float, float]]:
    """Yield each run of text on *page*, its distances from both sides, and its size in points."""
    text = page.get_textpage()
    for item in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_TEXT,), textpage=text):
        left, _, right, _ = item.get_bounds()
        yield item.extract().strip(), left, page.get_width() - right, item.get_font_size() * abs(item.get_matrix().d)


def test_the_name_tells_what_is_selected(shipped: Book, chapters: Book) -> None:
    """A part of the book does not replace it."""
    assert [job.path for job in output.jobs(chapters, Templates())] == ["book-06-10.pdf"]
    assert not [*output.jobs(replace(shipped, chapters=()), Templates())]


def test_every_question_and_gist_is_there_in_order(chapters: Book, printed: bytes) -> None:
    """After the lists of questions comes each one again, with the words of its gist."""
    text = words(text_of(printed))
    place = text.index(words("How to read this book"))
    for answer in chapters.answers:
        question = words(plain([e for e in answer.question if e["t"] != "Math"]))
        assert text.count(question) == 3, answer.code  # in the contents, before the chapter, and here
        place = text.rindex(question)
        for block in answer.gist:
            if block["t"] == "Para" and not any(e["t"] in ("Math", "Link") for e in walk(block)):
                assert words(plain(block)) in text[place:], answer.code
    places = [text.rindex(words(plain(a.question))) for a in chapters.answers if "Math" not in str(a.question)]
    assert places == sorted(places)


def test_chapters_begin_on_the_right_and_pages_are_numbered(chapters: Book, printed: bytes) -> None:
    """Front matter has Roman numbers; the first chapter begins on page 1, a right page."""
    texts = texts_of(printed)
    first = next(i for i, text in enumerate(texts) if folio(text) == "1")
    assert first % 2 == 0
    assert {folio(text) for text in texts[:first]} <= {"", "v", "vi", "vii", "viii", "ix", "x"}
    for i, text in enumerate(texts[first:], 1):
        assert folio(text) in ("", str(i))
    for chapter in chapters.chapters:
        opening = [i for i, text in enumerate(texts) if text.strip().startswith(f"{chapter.number}\r\n")]
        assert [i % 2 for i in opening] == [0], chapter.title


def test_page_numbers_are_right(chapters: Book, printed: bytes) -> None:
    """Contents, references and index print the page of their target."""
    pdf = pikepdf.open(io.BytesIO(printed))
    pages = {page.objgen: i for i, page in enumerate(pdf.pages)}
    texts = texts_of(printed)
    first = next(i for i, text in enumerate(texts) if folio(text) == "1")
    names = pdf.Root.Names.Dests.Names
    places = {str(names[i]): pages[names[i + 1][0].objgen] - first + 1 for i in range(0, len(names), 2)}
    checked = 0
    for page, reader in zip(pdf.pages, pdfium.PdfDocument(printed), strict=True):
        text = reader.get_textpage()
        for link in page.get("/Annots", []):
            if "/Dest" in link:
                left, bottom, right, top = map(float, link.Rect)
                shown = text.get_text_bounded(left, bottom, right, top).strip()
                if shown.isdigit() and str(link.Dest) in places:
                    assert int(shown) == places[str(link.Dest)], link.Dest
                    checked += 1
    assert checked > 100
    assert all(answer.key in places for answer in chapters.answers)


def test_codes_stand_in_the_outer_margin(chapters: Book, printed: bytes) -> None:
    """Left of the text on a left page, right of it on a right one."""
    codes = {answer.code for answer in chapters.answers}
    found = set()
    for i, page in enumerate(pdfium.PdfDocument(printed)):
        for text, left, right, _ in runs(page):
            outside, inside = (left, right) if i % 2 else (right, left)
            if text in codes and outside < OUTER < inside:
                found.add(text)
                assert outside > MARGIN
    assert found == codes


@pytest.mark.parametrize(("theme", "paper"), [("color", "A4"), ("ink", "Letter"), ("large", "A4")])
def test_pages_in_all_themes_and_papers(make_book: MakeBook, sampled: bytes, theme: str, paper: str) -> None:
    """Every page renders, with no ink near an edge; ink has no color, and large type no small one."""
    pdf = sampled if (theme, paper) == ("color", "A4") else build(sample(make_book), theme, paper)
    for page in pdfium.PdfDocument(pdf):
        assert tuple(map(round, page.get_size())) == PAPERS[paper]
        image = page.render(scale=1).to_pil()
        box = image.convert("L").point(lambda value: 255 * (value < 235)).getbbox() or (MARGIN, MARGIN, MARGIN, MARGIN)
        left, top, right, bottom = box
        assert min(left, top, image.width - right, image.height - bottom) >= MARGIN
        if theme == "ink":
            assert all(max(color) - min(color) < 16 for _, color in image.getcolors(1 << 16))
        least = 14 if theme == "large" else 7
        assert [run for run in runs(page) if run[-1] < least - 0.01 and run[0] not in ("", "1")] == []


EVERYTHING = (
    "1.7 Look around.",
    "Because answers 1.1 (page 2) do",
    "Figure 1.1 A line",
    "Figure 1.2 The same line",
    "So is a Reference, or a reference. A note stays near. Then ends it.",
    "Exercise 3: the notebooks",
    "See also 1.1 (page 2)",
    "1.7 (page 2) Since the book, 2024-01",
    "changed https://example.org/a",
    "a feature",
    "E élan 2",
    "P pointer type 2",
    "R reference 2",
    "first 1.7 (2)",
    "STIX Two Math",
)


def test_everything_a_book_has(make_book: MakeBook, sampled: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes, figures, hints, changes, notation, index, topics and colophon are in place, also in chunks."""
    monkeypatch.setattr("crib.print.chunks._ANSWERS_PER_CHUNK", 1)
    texts = [words(text_of(pdf)) for pdf in (sampled, build(sample(make_book)))]
    for told, text in product(EVERYTHING, texts):
        assert words(told) in text, told
    for text, contents in zip(texts, ("Index 5 Topics 6 Colophon 7", "Index 5 Topics 8 Colophon 10"), strict=True):
        assert words(contents) in text


def test_a_book_of_one_answer(make_book: MakeBook) -> None:
    """Missing parts of a book leave no empty page or heading."""
    text = text_of(build(read_book(make_book()).book))
    for absent in ("Hints", "Notation", "Index", "Topics", "What has changed", "See also", "Exercises", "Dots in"):
        assert absent not in text


def test_other_books(make_book: MakeBook) -> None:
    """Long gists, wide tables and code, words of another alphabet: nothing runs out of its page."""
    wide = "| a | b | c |\n|---|---|---|\n| " + " | ".join(["x" * 60] * 3) + " |\n\n```\n" + "y" * 200 + "\n```\n\n"
    gist = "Beaucoup de mots, élégamment. " * 200
    chapter = (
        f"## Pourquoi {'z' * 100}? {{#why}}\n\n::: gist\n{gist}\n:::\n\n{wide}[Ωμέγα]{{.term}} et [été]{{.term}}.\n"
    )
    book = BOOK.replace("A Small Book", "Un livre, Ένα βιβλίο & <b>Книга</b>")
    pdf = build(read_book(make_book(chapter, book=book)).book)
    assert words("Un livre, Ένα βιβλίο & <b>Книга</b>") in words(text_of(pdf))
    for page in pdfium.PdfDocument(pdf):
        image = page.render(scale=1).to_pil().convert("L").point(lambda value: 255 * (value < 200))
        left, _, right, _ = image.getbbox() or (MARGIN, 0, MARGIN, 0)
        assert left >= MARGIN
        assert right <= image.width - MARGIN


def test_a_formula_too_wide_names_its_answer(make_book: MakeBook) -> None:
    """It is reported with its line, as on a sheet."""
    formula = "$$" + " + ".join(f"a_{{{i}}}" for i in range(60)) + "$$"
    with pytest.raises(ContentError, match=r"01-first-steps\.md:6: error\[wide-formula\]"):
        build(read_book(make_book(ANSWER.replace("Whatever", f"{formula}\n\nWhatever"))).book)


def test_only_bundled_fonts_all_embedded(printed: bytes) -> None:
    """A book prints the same everywhere."""
    assert not strange_fonts(printed)


def test_bookmarks_have_two_levels(chapters: Book, printed: bytes) -> None:
    """Chapters, and their questions with their codes."""
    with pikepdf.open(io.BytesIO(printed)).open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles[:3] == ["Contents", "How to read this book", "6 Decision Trees"]
        assert titles[-1] == "Colophon"
        children = [[child.title.split()[0] for child in item.children] for item in outline.root if item.children]
    assert children == [[a.code for a in chapter.answers] for chapter in chapters.chapters if chapter.answers]


@pytest.mark.usefixtures("uncached")
def test_same_bytes(make_book: MakeBook, sampled: bytes) -> None:
    """Two builds of one book do not differ."""
    assert build(sample(make_book)) == sampled


def test_pages_of_the_text_are_listed(shipped: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by its first answer, or the first block of one."""
    chapter = shipped.select(Selection((6,)))
    listed: Any = made([output.page_list(chapter, Templates())])[""]

    def linked(key: str, parts: Fragments) -> Fragments:
        placed = with_notes(key, parts)
        return replace(placed, body=Markup(placed.body.replace("data-name=", "id=")))

    monkeypatch.setattr(book_chapter, "with_notes", linked)
    printed = build(chapter)
    pdf = pikepdf.open(io.BytesIO(printed))
    pages = {page.objgen: i for i, page in enumerate(pdf.pages)}
    names = pdf.Root.Names.Dests.Names
    tops: dict[int, list[tuple[float, str]]] = {}
    for name, place in zip(map(str, names[::2]), names[1::2], strict=True):
        if re.fullmatch(r"[a-z-]+(\.\d+)?", name):
            tops.setdefault(pages[place[0].objgen], []).append((-float(place[3]), name))
    texts = texts_of(printed)
    expected = {min(found)[1]: folio(texts[page]) for page, found in sorted(tops.items())}
    assert list(listed.items()) == list(expected.items())
    assert {"." in place for place in listed} == {True, False}


def test_page_numbers_are_as_long_as_the_book_makes_them(shipped: Book) -> None:
    """One digit is expected in the first chapter, and three in the last."""
    digits = list(output._digits(shipped))
    assert (digits[0], digits[-1]) == (1, 3)
    assert digits == sorted(digits)


def together(book: Book, html: str, *words: str) -> bool:
    """Return True if *words* of *html* share a page at any height; some may be on the second."""
    printer = PrintSetup.of(book, Templates(), "book/book.css").printer({})
    found = []
    for above in range(190, 250):
        text = f'<div style="height: {above}mm"></div>{html}'
        document = printer.lay_out(f'<html lang="en" class="color"><body>{text}')
        shown = [[getattr(b, "text", b.element_tag) for b in page._page_box.descendants()] for page in document.pages]
        found.append([number for number, page in enumerate(shown) for word in words if word in page])
    assert {0, 1} == {numbers[0] for numbers in found}
    return all(len(set(numbers)) == 1 for numbers in found)


def test_a_caption_stays_with_its_table(shipped: Book) -> None:
    """A caption stays with its table, wherever on the page they begin."""
    table = "<table><caption>Caption</caption><tbody><tr><td>Cell</td></tr></tbody></table>"
    assert together(shipped, f'<div class="text">{table}</div>', "Caption", "Cell")


def test_a_table_longer_than_a_page(make_book: MakeBook) -> None:
    """It begins below its caption, on the page of its question, and repeats its head."""
    rows = "".join(f"| row{n} | {n} |\n" for n in range(90))
    text = f"{ANSWER}\n| Head | Number |\n|---|---|\n{rows}\n: Ninety rows\n"
    pages = texts_of(build(read_book(make_book(text)).book))
    [first] = [page for page in pages if "Ninety rows" in page]
    assert "row0" in first
    assert "Whatever settles" in first
    [last] = [page for page in pages if "row89" in page]
    assert "Head" in last


def test_a_formula_stays_with_what_leads_to_it(shipped: Book) -> None:
    """It begins no page while the words before it end another."""
    picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
    formula = f'<img class="math display" alt="x" src="{picture}">'
    text = f"<p>{'One after another. ' * 20}<b>Before</b>{formula}and after.</p>"
    assert together(shipped, f'<div class="body">{text}</div>', "Before", "img")


def test_the_end_of_the_contents_stays_together(shipped: Book) -> None:
    """The lines of the back matter stay on one page."""
    rows = "".join(f'<li><p class="item row back-matter">{name}</p></li>' for name in ("Index", "Topics", "Colophon"))
    assert together(shipped, f'<ol class="toc">{rows}</ol>', "Index", "Topics", "Colophon")


def tasks(book: Book) -> dict[bytes, str]:
    """Return the names of the jobs of *book*, by their cache keys."""
    values: dict[Job, bytes] = {}
    found: dict[bytes, str] = {}

    def make(job: Job) -> bytes:
        if job not in values:
            key = Cache().key(job.make, job.resolve(lambda need: digest(make(need))))
            values[job] = packed(job.make(*job.resolve(lambda need: loads(make(need)))))
            found[key] = job.make.__name__
        return values[job]

    for job in output.jobs(book, Templates()):
        make(job)
    return found


def test_a_change_prints_again_only_what_shows_it(make_book: MakeBook) -> None:
    """A word on a page: its chapter. One more page: also later parts, and parts with references to moved pages."""
    fronts = [f"---\ntitle: Steps\nnumber: {number}\n---\n\n" for number in (2, 3)]
    question = "## What is answer {0}? {{#answer-{0}}}\n\n::: gist\nAs [said](#{1}).\n:::\n\n{2}\n"
    third = (fronts[1] + question.format("c", "answer-b", "Nothing.")).encode()

    def done(text: str) -> dict[bytes, str]:
        second = (fronts[0] + question.format("b", "answer", text)).encode()
        return tasks(read_book(make_book(**{"02-second.md": second, "03-third.md": third})).book)

    before = done("A word.")
    word, pages = done("A ward."), done("A word.\n\n" * 90)

    def printed(now: dict[bytes, str]) -> list[str]:
        steps = ("render_chapter", "compose", "lay_out_part", "print_part", "merge_book")
        return sorted(name for key, name in now.items() if key not in before and name in steps)

    assert printed(word) == ["compose", "lay_out_part", "merge_book", "print_part", "render_chapter"]
    others = ["contents", "third chapter", "colophon", "all that is empty before it"]
    assert printed(pages) == [
        "compose",
        "lay_out_part",
        "merge_book",
        *["print_part"] * len(["second chapter", *others]),
        "render_chapter",
    ]


def test_how_it_looks(sampled: bytes) -> None:
    """A page with a bit of everything is as it was."""
    pages = pdfium.PdfDocument(sampled)
    page = next(page for page in pages if "A note stays near" in page.get_textpage().get_text_bounded())
    assert looks_like("book", page.render(scale=60 / 72).to_pil())


@pytest.mark.parametrize(
    ("language", "words", "letters"),
    [
        ("en-US", ["zebra", "Äther", "apple", "n 10", "n 9", "42"], ["|42", "A|apple Äther", "N|n 9 n 10", "Z|zebra"]),
        ("sv", ["zebra", "ära", "ara"], ["A|ara", "Z|zebra", "Ä|ära"]),
        ("fr", ["été", "etage", "zoo"], ["E|etage été", "Z|zoo"]),
    ],
)
def test_an_index_is_in_the_order_of_its_language(language: str, words: list[str], letters: list[str]) -> None:
    """Swedish has Ä behind Z, others with A; numbers count."""
    index = build_index([IndexTerm(word, Markup(word), word) for word in words], language)
    assert [f"{each.head}|{' '.join(entry.html for entry in each.entries)}" for each in index] == letters
    assert sort_words(words, language) == tuple(entry.html for each in index for entry in each.entries)


def test_terms_that_differ_in_capitals_are_one_entry() -> None:
    """Terms differing in capitals are one entry: one may begin a sentence."""
    [letter] = build_index(
        [IndexTerm("Dropout", Markup("Dropout"), "a"), IndexTerm("dropout", Markup("dropout"), "b")], "en-US"
    )
    assert [(entry.html, entry.targets) for entry in letter.entries] == [("dropout", ("a", "b"))]
