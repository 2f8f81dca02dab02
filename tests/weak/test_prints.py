"""What is printed of weak answers: a sheet, flashcards and a quiz, with the weakest first."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from anki.collection import Collection

from crib.source import read_book
from tests.commands import crib, files
from tests.conftest import FRONT, write_book
from tests.decks import imported
from tests.pdfs import text_of

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 24
NOW = 1_769_860_800_000  # 2026-01-31 12:00 UTC
DAY = 86_400_000
TODAY = ("--today", "2026-01-31")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a book of two chapters, with a collection beside it whose learner fails later answers more often."""
    folder = tmp_path_factory.mktemp("weak")
    gist = " ".join(["Words that take some room on a page, as those of a gist do."] * 10)
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
    """Run the command; return the folder of built files, and what it printed for people."""
    out = book / "dist"
    done = crib("weak", book / "collection.anki2", "--content", book / "content", "--out", out, *TODAY, *arguments)
    assert done.returncode == 0, done.stderr
    return out, done.stderr


def codes(path: Path) -> list[str]:
    """Return the numbers of the questions on a PDF, in order."""
    words = text_of(path.read_bytes()).split()
    return [words[i + 1] for i, word in enumerate(words) if word == "Question"]


def test_top(book: Path) -> None:
    """`--top` has that many of the weakest on all prints; sheet and cards begin with the weakest."""
    out, printed = weak(book, "--top", 5)
    wanted = [str(i) for i in range(COUNT, COUNT - 5, -1)]
    assert files(out) == ["weak/cards.pdf", "weak/quiz.pdf", "weak/sheet.pdf"]
    assert codes(out / "weak/sheet.pdf") == wanted
    assert sorted(set(codes(out / "weak/cards.pdf"))) == sorted(wanted)
    assert sorted(set(codes(out / "weak/quiz.pdf"))) == sorted(wanted)
    assert [line.split()[0] for line in printed.splitlines() if line.startswith("2.")] == [
        f"2.{i}" for i in range(12, 7, -1)
    ]


def test_one_page(book: Path) -> None:
    """Without bounds the sheet has one page, with as many of the weakest as fit it, in order."""
    out, _ = weak(book, "--theme", "large")
    shown = codes(out / "weak/sheet.pdf")
    assert shown == [str(i) for i in range(COUNT, COUNT - len(shown), -1)]
    assert 2 < len(shown) < len(set(codes(out / "weak/quiz.pdf")))


def test_selections(book: Path) -> None:
    """`--chapter` prints only weak answers of that chapter."""
    out, _ = weak(book, "--chapter", 1, "--top", 3)
    assert codes(out / "weak/sheet.pdf") == ["12", "11", "10"]


def test_nothing_weak(book: Path) -> None:
    """If nothing is weak any more, earlier prints are removed, but not by a dry run."""
    weak(book, "--top", 1)
    out, printed = weak(book, "--chapter", 1, "--dry-run")
    assert len(files(out)) == 3
    assert "As of 2026-01-31" in printed
    with closing(Collection(str(book / "collection.anki2"))) as collection:
        collection.db.execute("DELETE FROM revlog")
    out, printed = weak(book)
    assert files(out) == []
    assert "Nothing was studied yet" in printed
    with closing(Collection(str(book / "collection.anki2"))) as collection:
        study(collection)
