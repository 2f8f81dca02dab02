"""Quizzes and their keys, opened and rendered with pdfium."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

from crib.engine.job import Job
from crib.model.tree import plain
from crib.outputs.quiz import jobs as quiz
from crib.outputs.quiz.pages import QuizFormat
from crib.outputs.quiz.sampling import sample_keys
from crib.problems import BuildError, ContentError
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.pdfs import made, maker, strange_fonts, texts_of, words
from tests.pictures import looks_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from tests.conftest import MakeBook

FOOT = re.compile(r"(Quiz|Answers)(?: ([A-Z]))? – (\d+) / (\d+)")
LABEL = re.compile(r"^(\d+) (\d+\.\d+)\b", re.MULTILINE)
CODE = re.compile(r"\b\d+\.\d+\b")
ASKED = "## Question {0}? {{#q-{0}}}\n\n::: gist\nGist {0}. {1}\n:::\n\nText.\n"
FIRST = ["0-12", "0-17", "0-18", "0-7", "1-4", "1-7", "2-0", "3-2"]
CHAPTERS = [[f"{chapter}-{i}" for i in range(size)] for chapter, size in enumerate([20, 10, 5, 5])]


def build(book: Book, theme: str = "color", paper: str = "A4", **settings: object) -> dict[str, bytes]:
    """Return the PDF files of *book*, made in this process."""
    printed = replace(book, print=replace(book.print, theme=theme, paper=paper))
    return made(quiz.jobs(printed, Templates(), **settings))  # type: ignore[arg-type]


def made_of(make_book: MakeBook, *lengths: int) -> Book:
    """Return a book of one chapter with this many words in each gist."""
    return read_book(make_book("\n".join(ASKED.format(i, "word " * n) for i, n in enumerate(lengths, 1)))).book


def parts(pdf: bytes) -> dict[tuple[str, str], list[str]]:
    """Return the texts of the pages of each part of a quiz by its kind and letter; blank pages are none."""
    found: dict[tuple[str, str], list[str]] = {}
    for number, text in enumerate(texts_of(pdf), 1):
        if not text.strip():
            continue
        [(kind, letter, page, _)] = FOOT.findall(text)
        pages = found.setdefault((kind, letter), [])
        pages.append(text)
        assert int(page) == len(pages)
        assert (kind, page) != ("Quiz", "1") or number % 2, "a paper begins on a back page"
    for (kind, _), pages in found.items():
        assert {FOOT.search(text)[4] for text in pages} == {str(len(pages))}, kind  # type: ignore[index]
    return found


def rows(page: pdfium.PdfPage) -> list[float]:
    """Return the positions of ruled lines, from the top, in points."""
    bounds = (each.get_bounds() for each in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH]))
    return [-bottom for left, bottom, right, top in bounds if right - left > 350 and 22 < top - bottom < 23]


def sizes(page: pdfium.PdfPage) -> Iterator[float]:
    """Yield the size of each visible character in points."""
    text, matrix = page.get_textpage(), pdfium_c.FS_MATRIX()
    for i in range(text.count_chars()):
        if text.get_text_range(i, 1).strip() and not pdfium_c.FPDFText_IsGenerated(text, i):
            pdfium_c.FPDFText_GetMatrix(text, i, matrix)
            yield pdfium_c.FPDFText_GetFontSize(text, i) * hypot(matrix.c, matrix.d)


def ink(page: pdfium.PdfPage) -> tuple[int, int, int, int]:
    """Return the box around everything printed on a page, in points."""
    image = page.render(scale=1).to_pil().convert("L")
    box: tuple[int, int, int, int] = image.point(lambda value: 255 * (value < 225)).getbbox()
    return box


def box(pdf: bytes, word: str) -> tuple[float, float]:
    """Return the left and right edge of *word* on the first page, in points."""
    text = pdfium.PdfDocument(pdf)[0].get_textpage()
    first = text.get_text_range().index(word)
    return text.get_charbox(first)[0], text.get_charbox(first + len(word) - 1)[2]


def chips(pdf: bytes) -> list[tuple[float, float]]:
    """Return the left and right edges of shapes as small as a code's on the first page."""
    bounds = (each.get_bounds() for each in pdfium.PdfDocument(pdf)[0].get_objects([pdfium_c.FPDF_PAGEOBJ_PATH]))
    return [(left, right) for left, _, right, _ in bounds if right - left < 90]


@pytest.fixture(scope="module")
def some(shipped: Book) -> Book:
    """Return chapters of the shipped book with formulas, tables and figures."""
    return shipped.select(Selection((5, 10)))


@pytest.fixture(scope="module")
def whole(some: Book) -> bytes:
    """Return the quiz on all their questions, with its key."""
    [pdf] = build(some).values()
    return pdf


def test_every_question_and_gist_is_there_once_and_in_order(some: Book, whole: bytes) -> None:
    """The quiz has the questions, the key the gists; a single paper is in the order of the book."""
    found = parts(whole)
    assert list(found) == [("Quiz", ""), ("Answers", "")]
    asked, answered = (words("".join(texts)) for texts in found.values())
    places = []
    for answer in some.answers:
        question = words(plain([each for each in answer.question if each["t"] != "Math"]))
        assert asked.count(question) == 1, answer.code
        places.append(asked.index(question))
        for block in answer.gist:
            if block["t"] == "Para" and "Math" not in str(block):
                assert answered.count(words(plain(block))) == 1, answer.code
                assert words(plain(block)) not in asked, answer.code
    assert places == sorted(places)
    assert LABEL.findall("\n".join(found["Answers", ""])) == [
        (str(number), answer.code) for number, answer in enumerate(some.answers, 1)
    ]


def test_nothing_is_printed_outside_the_margins(whole: bytes) -> None:
    """Every page renders; nobody must turn the paper, and no line leaves it."""
    for page in pdfium.PdfDocument(whole):
        assert tuple(map(round, page.get_size())) == (595, 842)
        if page.get_textpage().get_text_bounded():
            left, top, right, bottom = ink(page)
            assert left >= 50
            assert top >= 38
            assert right <= 595 - 50
            assert bottom <= 842 - 22


def test_every_question_has_lines_on_its_own_page(some: Book, whole: bytes) -> None:
    """Two lines at least, 8 mm apart, before the next question or the end of the page."""
    known = {answer.code for answer in some.answers}
    seen = 0
    for page in pdfium.PdfDocument(whole):
        text = page.get_textpage().get_text_bounded()
        lines = rows(page)
        if "Answers" in text or not text:
            assert not lines
            continue
        codes = [code for code in CODE.findall(text) if code in known]
        steps = [after - before for before, after in pairwise(lines)]
        groups = 1 + sum(step > 23 for step in steps)
        assert all(step == pytest.approx(22.68, abs=0.1) or step > 30 for step in steps)
        assert groups == len(codes)
        assert all(a < 23 or b < 23 for a, b in zip([99, *steps], [*steps, 99], strict=True)), "a single line"
        seen += groups
    assert seen == len(known)


def test_room_follows_the_answer(make_book: MakeBook) -> None:
    """A longer gist has more lines, also of the rest of a page, in proportion."""
    pdf = build(made_of(make_book, 5, 40, 80), key="file")["quiz.pdf"]
    lines = rows(pdfium.PdfDocument(pdf)[0])
    starts = [0, *(i for i in range(1, len(lines)) if lines[i] - lines[i - 1] > 23), len(lines)]
    short, middle, long = (b - a for a, b in pairwise(starts))
    assert 2 <= short < middle < long
    assert long == pytest.approx(2 * middle, abs=3)


def test_a_word_to_type_has_one_line(make_book: MakeBook) -> None:
    """A longer answer to type has as many lines as any other."""
    words = "| a | b |\n|---|---|\n| cat | Katze |\n| dog | Hund |\n| tree | Baum, der im Garten wächst |\n"
    pdf = build(read_book(make_book(f"{{.cards .typed}}\n{words}")).book, key="file")["quiz.pdf"]
    first, second, third, *_ = rows(pdfium.PdfDocument(pdf)[0])
    assert second - first > 23
    assert third - second > 23
    assert len(rows(pdfium.PdfDocument(pdf)[0])) >= 4


def test_papers_differ_and_each_has_its_key(shipped: Book) -> None:
    """Each paper has its letter on every page, its own order, and a key in this order."""
    chosen = shipped.select(Selection((6,)))
    [pdf] = build(chosen, papers=4).values()
    found = parts(pdf)
    assert list(found) == [(kind, letter) for kind in ("Quiz", "Answers") for letter in "ABCD"]
    known = {answer.code for answer in chosen.answers}
    orders = {part: [code for code in CODE.findall("\n".join(t)) if code in known] for part, t in found.items()}
    for letter in "ABCD":
        assert sorted(orders["Quiz", letter]) == sorted(known)
        assert orders["Quiz", letter] == orders["Answers", letter]
    assert len({tuple(order) for order in orders.values()}) == 4


@pytest.mark.usefixtures("uncached")
def test_a_draw_says_how_to_make_it_again(make_book: MakeBook) -> None:
    """Papers share no question while there are enough, and the same seed gives the same bytes."""
    book = made_of(make_book, *(5,) * 16).select(Selection((1,)))
    files = build(book, count=4, papers=3, seed=7, key="file")
    assert list(files) == ["quiz-01.pdf", "quiz-key-01.pdf"]
    assert files == build(book, count=4, papers=3, seed=7, key="file")
    asked, answered = (parts(pdf) for pdf in files.values())
    known = {answer.code for answer in book.answers}
    drawn = [{code for code in CODE.findall("\n".join(texts)) if code in known} for texts in asked.values()]
    assert list(map(len, drawn)) == [4, 4, 4]
    assert len(set.union(*drawn)) == 12
    for texts in (*asked.values(), *answered.values()):
        assert all(f"4 of {len(known)} questions, drawn with seed 7" in text for text in texts)
    assert list(answered) == [("Answers", letter) for letter in "ABC"]


def test_lots_fall_the_same_forever() -> None:
    """The sample of a seed is written down here: no Python, machine or hash seed may change it."""
    first, second = sample_keys(CHAPTERS, 8, seed=1, samples=2)
    assert sorted(first) == FIRST
    assert first.isdisjoint(second)
    assert sample_keys(CHAPTERS, 8, seed=2, samples=1) != [first]


def test_a_draw_takes_from_each_chapter_its_share() -> None:
    """Half of the questions are in the first chapter, so half of a sample is, give or take one."""
    for seed in range(50):
        for drawn in sample_keys(CHAPTERS, 8, seed, samples=5):
            counts = [len(drawn.intersection(chapter)) for chapter in CHAPTERS]
            assert all(abs(count - size) <= 1 for count, size in zip(counts, [4, 2, 1, 1], strict=True)), counts


def test_more_questions_than_there_are(make_book: MakeBook) -> None:
    """A test shorter than requested is an error."""
    with pytest.raises(BuildError, match="5 questions requested, but there are only 3"):
        build(made_of(make_book, 1, 1, 1), count=5)
    assert len(build(made_of(make_book, 1, 1, 1), count=3)) == 1


def test_names_of_files(shipped: Book, make_book: MakeBook) -> None:
    """A selection does not overwrite the quiz on all, and a book without answers has none."""
    assert list(build(shipped.select(Selection((6,), levels=("recall",))))) == ["quiz-06-recall.pdf"]
    assert not build(read_book(make_book("")).book)


@pytest.mark.parametrize(("theme", "least", "paper"), [("color", 6, "A4"), ("ink", 6, "Letter"), ("large", 14, "A4")])
def test_type_is_large_enough(make_book: MakeBook, theme: str, least: float, paper: str) -> None:
    """Nothing is smaller than the theme promises: no code, no number of a page, no column of a key."""
    gist = "A `name()`, [that](#q-2), and:\n\n```python\nx = 1  # so\n```\n\n| a | b |\n|---|---|\n| `c` | d |"
    book = read_book(make_book(ASKED.format(1, gist) + ASKED.format(2, "Short."))).book
    [pdf] = build(book, theme, paper, count=2, papers=2).values()
    for page in pdfium.PdfDocument(pdf):
        assert min(sizes(page), default=least) >= least - 0.01
        assert page.get_width() == pytest.approx({"A4": 595.28, "Letter": 611.97}[paper], abs=0.1)


def test_a_formula_too_wide_for_two_columns(make_book: MakeBook) -> None:
    """The key has one column then, rather than none."""
    wide = "$$" + " + ".join(f"a_{{{i}}}" for i in range(16)) + "$$"
    book = read_book(make_book(ASKED.format(1, wide) + ASKED.format(2, "Short."))).book
    [pdf] = build(book).values()
    left, _, right, _ = ink(pdfium.PdfDocument(pdf)[2])
    assert right - left > 400


@pytest.mark.parametrize("theme", ["color", "large"])
def test_long_numbers_have_room(make_book: MakeBook, theme: str) -> None:
    """Numbers above a thousand touch neither questions nor codes of answers, and begin within the page."""
    book = read_book(make_book(ASKED.format(1, "Words."))).book
    settings = replace(book.print, theme=theme)
    [job] = quiz.jobs(replace(book, print=settings), Templates())
    make = maker()
    for part in job.needs:
        press, _, sample, even, shown_part = (make(each) if isinstance(each, Job) else each for each in part.arguments)
        [page] = shown_part.pages
        [[placed]] = page.columns
        long = replace(placed, question=replace(placed.question, number=12345))
        shown_part = replace(shown_part, pages=(replace(page, columns=((long,),)),))
        pdf = quiz.print_quiz_part(press, QuizFormat.of(settings, 12345), sample, even, shown_part)
        number, code = box(pdf, "12345"), box(pdf, "1.1")
        chip = min(left for left, right in [code, *chips(pdf)] if left <= code[0] < right)
        assert number[1] + 1.5 < (box(pdf, "Question")[0] if page.kind == "quiz" else chip)
        assert number[0] > QuizFormat.of(settings, 1).side / 25.4 * 72 - 1


def test_what_is_higher_than_a_page(make_book: MakeBook) -> None:
    """It is an error with its line instead of cut-off text; a very long answer gets a page of lines."""
    book = read_book(make_book(ASKED.format(1, "") + ASKED.format(2, "word " * 2500))).book
    with pytest.raises(ContentError, match=r"01-first-steps\.md:13: error\[too-high\]: 1\.2 is higher"):
        build(book)
    pdf = build(made_of(make_book, 450), key="file")["quiz.pdf"]
    assert len(pdfium.PdfDocument(pdf)) == 1
    assert len(rows(pdfium.PdfDocument(pdf)[0])) > 20


def test_a_change_prints_no_other_pages_again(make_book: MakeBook) -> None:
    """A part depends on its own pages: only those with the changed gist are printed again."""
    texts = ["One more word. " * 12] * 40
    before = parts_of(make_book, texts)
    after = parts_of(make_book, [*texts[:20], texts[20].replace("more", "other", 1), *texts[21:]])
    shown = ["q-21" in shown_part.sections for shown_part in after]
    assert [old != new for old, new in zip(before, after, strict=True)] == shown
    assert 0 < sum(shown) < sum(bool(shown_part.pages) for shown_part in after) - 2
    assert before[0].sections == {key: section.only(*section.entries) for key, section in before[0].sections.items()}


def test_a_long_book_is_found_in_reaches(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not matter among sample many pages those of a run are looked for."""
    monkeypatch.setattr(quiz, "_BATCH", 4)
    book = made_of(make_book, *(60,) * 10)
    at_once = build(book, papers=2)
    assert len(parts(at_once["quiz.pdf"])["Quiz", "A"]) > 2
    monkeypatch.setattr(quiz, "_RANGE", quiz._BATCH)
    assert build(book, papers=2) == at_once


def parts_of(make_book: MakeBook, gists: list[str]) -> list[quiz.QuizPart]:
    """Return the arguments of the parts of a quiz on this many questions."""
    chapter = "\n".join(ASKED.format(i, gist) for i, gist in enumerate(gists, 1))
    [job] = quiz.jobs(read_book(make_book(chapter)).book, Templates())
    make = maker()
    return [make(part.arguments[-1]) for part in job.needs]


def test_only_bundled_fonts_all_embedded(whole: bytes) -> None:
    """A quiz prints the same everywhere."""
    assert not strange_fonts(whole)


def test_it_looks_as_it_did(make_book: MakeBook) -> None:
    """A page of questions and one of answers, by their pixels."""
    gists = [
        "In **bold**, with $x^2$.\n\n```python\nx = 1\n```",
        "- one\n- two",
        "| a | b |\n|---|---|\n| c | d |",
        "Text. " * 30,
    ]
    book = read_book(make_book("\n".join(ASKED.format(i, f"\n\n{gist}") for i, gist in enumerate(gists, 1)))).book
    document = pdfium.PdfDocument(build(book, count=4, seed=1, papers=2)["quiz.pdf"])
    assert looks_like("quiz", document[0].render(scale=60 / 72).to_pil())
    assert looks_like("quiz-key", document[len(document) - 1].render(scale=60 / 72).to_pil())
