"""Prints of weak answers: a map of progress, and a sheet, flashcards and a quiz, with the weakest first."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pytest
from anki.collection import Collection
from PIL import ImageStat

from crib.audit.pdf import audit_pdf
from crib.print.pdf.print_setup import PrintSetup
from crib.render.templates import Templates
from crib.source import read_book
from crib.weak.history import days_since_1970
from crib.weak.jobs import jobs
from crib.weak.progress import ProgressRow, print_progress
from crib.weak.ranking import rank
from tests.commands import crib, files
from tests.conftest import FRONT, MakeBook, write_book
from tests.decks import imported
from tests.pdfs import made, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.weak.ranking import Ranking

COUNT = 24
NOW = 1_769_860_800_000  # 2026-01-31 12:00 UTC
DAY = 86_400_000
TODAY = ("--today", "2026-01-31")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a book of two chapters, and beside it the collection of a learner with more failures in later answers."""
    folder = tmp_path_factory.mktemp("weak")
    gist = " ".join(["Words that take some room on a page, as those of a gist do."] * 5)
    chapters = [
        "".join(f"## Question {i} of {COUNT}? {{#q{i}}}\n\n::: gist\n{gist}\n:::\n\nMore.\n\n" for i in numbers)
        for numbers in (range(1, COUNT // 2 + 1), range(COUNT // 2 + 1, COUNT + 1))
    ]
    second = FRONT.replace("First Steps\nnumber: 1", "Second Steps\nnumber: 2") + chapters[1]
    content = write_book(folder / "content", chapters[0])
    (content / "02-second.md").write_text(second)
    with closing(imported(read_book(content).book, folder).collection) as collection:
        study(collection)
    return folder


def study(collection: Collection) -> None:
    """Study each answer on ten days; the later it is in the book, the more of them it is failed."""
    rows = []
    for i in range(1, COUNT + 1):
        [card] = collection.find_cards(f"Key:q{i}")
        failed = 10 * i // COUNT
        rows += [(NOW - day * DAY - i, card, -1, 1 if day < failed else 3, 1, 1, 0, 1, 1) for day in range(10)]
        collection.db.execute("UPDATE cards SET lapses = ?, ivl = 5 WHERE id = ?", i, card)
    collection.db.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def weak(book: Path, *arguments: object) -> tuple[Path, str]:
    """Run the command; return the folder of built files, and its messages."""
    out = book / "dist"
    done = crib("weak", book / "collection.anki2", "--content", book / "content", "--out", out, *TODAY, *arguments)
    assert done.returncode == 0, done.stderr
    return out, done.stderr


@pytest.fixture(scope="module")
def built(book: Path) -> tuple[Path, str]:
    """Return the result of `weak` for the five weakest answers."""
    return weak(book, "--top", 5)


def ranked(book: Path, *, words: bool = False) -> Ranking:
    """Return the ranking of all answers, with the *words* of the learner or without."""
    day = days_since_1970(date(2026, 1, 31))
    return rank(read_book(book / "content").book, book / "collection.anki2", day, words=words)


def prints(
    book: Path, *paths: str, top: int | None = None, pages: int | None = None, words: bool = False, **settings: Any
) -> list[bytes]:
    """Return the files at these *paths*, printed with *settings*, without those of other prints."""
    read = read_book(book / "content").book
    read = replace(read, print=replace(read.print, **settings))
    found = made(job for job in jobs(read, Templates(None), ranked(book, words=words), top, pages) if job.path in paths)
    return [found[path] for path in paths]


def codes(pdf: bytes) -> list[str]:
    """Return the numbers of the questions on a PDF, in order."""
    words = text_of(pdf).split()
    return [words[i + 1] for i, word in enumerate(words) if word == "Question"]


def test_top(built: tuple[Path, str]) -> None:
    """`--top` prints this many of the weakest everywhere; sheet and cards begin with the weakest."""
    out, printed = built
    wanted = [str(i) for i in range(COUNT, COUNT - 5, -1)]
    assert files(out) == ["weak/cards.pdf", "weak/progress.pdf", "weak/quiz.pdf", "weak/sheet.pdf"]
    assert codes((out / "weak/sheet.pdf").read_bytes()) == wanted
    assert sorted(set(codes((out / "weak/cards.pdf").read_bytes()))) == sorted(wanted)
    assert sorted(set(codes((out / "weak/quiz.pdf").read_bytes()))) == sorted(wanted)
    assert [line.split()[0] for line in printed.splitlines() if line.startswith("2.")] == [
        f"2.{i}" for i in range(12, 7, -1)
    ]


def test_one_page(book: Path) -> None:
    """A sheet of one page has as many of the weakest as fit it, in order; the quiz has all."""
    sheet, quiz = prints(book, "weak/sheet.pdf", "weak/quiz.pdf", pages=1, theme="large")
    shown = codes(sheet)
    assert len(pdfium.PdfDocument(sheet)) == 1
    assert shown == [str(i) for i in range(COUNT, COUNT - len(shown), -1)]
    assert 2 < len(shown) < len(set(codes(quiz)))


def test_selections(book: Path) -> None:
    """`--chapter` selects weak answers of this chapter only."""
    _, printed = weak(book, "--chapter", 1, "--top", 3, "--dry-run")
    assert [line.split()[0] for line in printed.splitlines() if line[1] == "."] == ["1.12", "1.11", "1.10"]


def squares(page: pdfium.PdfPage) -> Iterator[float]:
    """Yield the darkness of each square of a map, from 0 to 1."""
    text, scale, half = page.get_textpage(), 4, 7
    image = page.render(scale=scale).to_pil().convert("L")
    words = text.get_text_range()
    for number in re.finditer(r"\b\d+\b", words[words.index("\n1 2 3 ") : words.rindex("\n")]):
        ends = [text.get_charbox(words.index("\n1 2 3 ") + end) for end in (number.start(), number.end() - 1)]
        x, y = (ends[0][0] + ends[1][2]) / 2, page.get_height() - (ends[0][1] + ends[0][3]) / 2
        box = (x - half, y - half, x + half, y + half)
        yield 1 - ImageStat.Stat(image.crop(tuple(round(side * scale) for side in box))).mean[0] / 255


@pytest.mark.parametrize("theme", ["color", "ink"])
def test_progress(book: Path, theme: str) -> None:
    """The map has a square for each answer, darker for shaky ones, and darkest for unknown ones."""
    [pdf] = prints(book, "weak/progress.pdf", theme=theme)
    ratings = [standing.rating for standing in ranked(book).standings]
    shades: dict[int, list[float]] = {1: [], 2: [], 3: []}
    for rating, shade in zip(ratings, squares(pdfium.PdfDocument(pdf)[0]), strict=True):
        shades[rating].append(shade)
    assert max(shades[3]) < min(shades[2])
    assert max(shades[2]) < min(shades[1])
    assert f"All {len(shades[3])} {len(shades[2])} {len(shades[1])} 0" in " ".join(text_of(pdf).split())


def test_progress_of_many(make_book: MakeBook) -> None:
    """A chapter of any size goes on over pages with no square lost, and screen readers get a table of numbers."""
    press = PrintSetup.of(read_book(make_book()).book, Templates(None), "weak/progress.css")
    codes = [str(number) for number in range(1001, 1501)]
    rows = [ProgressRow(1, "Many", tuple((code, 3) for code in codes)), ProgressRow(2, "Few", (("1", 0),))]
    pdf = print_progress(press, "2026-01-31", *rows)
    assert [word for word in text_of(pdf).split() if word in codes] == codes
    audit = audit_pdf(pdf)
    assert audit.findings == ()
    assert (audit.tags["Table"], audit.tags["TH"]) == (1, 8)


def test_own_words(book: Path) -> None:
    """`--notes` prints the learner's own field on the sheet; without it nothing does."""
    with closing(Collection(str(book / "collection.anki2"))) as collection:
        kind = collection.models.by_name("Crib Recall")
        collection.models.add_field(kind, collection.models.new_field("My own"))
        collection.models.update_dict(kind)
        [note_id] = collection.find_notes(f"Key:q{COUNT}")
        note = collection.get_note(note_id)
        note["My own"] = r"Think of <b>lions</b>, \(x^2\)<br>& of 狮子[sound:roar.mp3]"
        note["Reserved 1"] = "<script>or of</script> <i>tigers</i>"
        collection.update_note(note)
    for words in (False, True):
        [sheet] = prints(book, "weak/sheet.pdf", words=words, top=1)
        shown = " ".join(text_of(sheet).split())
        assert ("or of tigers Think of lions, x^2 & of" in shown) is words
        assert ("lions" in shown) is words
        assert "roar" not in shown


def test_nothing_weak(book: Path, built: tuple[Path, str]) -> None:
    """If nothing is weak any more, earlier prints are removed, but not by a dry run."""
    assert len(files(built[0])) == 4
    out, printed = weak(book, "--chapter", 1, "--dry-run")
    assert len(files(out)) == 4
    assert "As of 2026-01-31" in printed
    with closing(Collection(str(book / "collection.anki2"))) as collection:
        collection.db.execute("DELETE FROM revlog")
    out, printed = weak(book)
    assert files(out) == []
    assert "Nothing was studied yet" in printed
    with closing(Collection(str(book / "collection.anki2"))) as collection:
        study(collection)
