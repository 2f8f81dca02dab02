"""A book of nothing but questions and answers, as newcomers write it."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crib.lint import lint
from crib.model.tree import plain
from crib.source import Reading, read_book
from tests.conftest import ANSWER, BOOK, FRONT, MakeBook

if TYPE_CHECKING:
    from crib.problems import Problem

NEWCOMER = """\
# Biology

- [What is a cell?](#what-is-a-cell)
- [What is DNA?](#what-is-dna)

---

## What is a cell?

The smallest unit of life.

---

## What is DNA?

It holds our genes:

### Structure

A double helix of [nucleotides](#what-is-a-cell).
---

## What is the powerhouse of the cell?

Mitochondria

## What is a cell?

A room in a prison, too.

---
"""


def book_of(folder: Path, **files: str | bytes) -> Reading:
    """Write *files* into *folder*, and read the book there."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_book(folder)


def found(reading: Reading) -> list[Problem]:
    """Return all problems."""
    return sorted({*reading.problems, *lint(reading.book, complete=reading.complete)})


def errors(reading: Reading) -> list[tuple[str, int, str]]:
    """Return file name, line and code of each error."""
    return [(Path(each.file).name, each.line, each.code) for each in found(reading) if each.severity == "error"]


def test_the_least_book(tmp_path: Path) -> None:
    """A list of questions needs no settings, keys or gists; two warnings name the requirements of a deck."""
    reading = book_of(tmp_path / "bio", **{"questions.md": NEWCOMER})
    warnings = [str(problem).splitlines()[0].removeprefix(f"{tmp_path}/") for problem in found(reading)]
    assert warnings == [
        "bio/book.yaml: warning[no-released]: the book has no date of release",
        "bio/questions.md:8: warning[no-key]: 4 questions have no key",
    ]
    book = reading.book
    assert (book.title, book.key, book.language, book.dated) == ("Biology", "biology", "en", False)
    assert (book.subtitle, book.authors, book.license, book.description, book.companion) == ("", (), "", "", "")
    assert book.released == datetime(1980, 1, 1, tzinfo=timezone.utc)
    [chapter] = book.chapters
    assert (chapter.name, chapter.title) == ("01-questions", "Biology")
    keys = ["what-is-a-cell", "what-is-dna", "what-is-the-powerhouse-of-the-cell", "what-is-a-cell-2"]
    assert [answer.key for answer in chapter.answers] == keys
    assert not any(answer.keyed or answer.gist for answer in chapter.answers)


def test_what_becomes_of_headings_and_rules(tmp_path: Path) -> None:
    """Subheadings are bold paragraphs, also in lists and blocks; text above a rule stays text."""
    text = (
        "## Why?\n\nA\n\n### B *c*\n\nD\n\n- #### E\n\n::: tip\n##### F\n:::\n\nG\nH\n---\n\n***\n\n"
        "## How?\n\nI\n\n* * *\n\n- - -\n"
    )
    reading = book_of(tmp_path, **{"a.md": text})
    assert errors(reading) == []
    first, second = reading.book.answers
    assert [block["t"] for block in first.body] == ["Para", "Para", "Para", "BulletList", "Div", "Para"]
    assert [inline["t"] for inline in first.body[1]["c"]] == ["Strong"]
    assert plain(first.body) == "AB cDEFG H"
    assert plain(second.body) == "I"


def test_questions_that_are_underlined(tmp_path: Path) -> None:
    """They are questions like others, and the one without an answer is reported."""
    reading = book_of(tmp_path, **{"a.md": "Title\n=====\n\nWhy?\n---\n\nA.\n\nHow?\n---\n\nWhen?\n---\n\nB.\n"})
    assert [plain(answer.question) for answer in reading.book.answers] == ["Why?", "How?", "When?"]
    assert errors(reading) == [("a.md", 9, "no-answer")]


@pytest.mark.parametrize(
    "contents",
    ["[TOC]", "[[_TOC_]]", "1. [Why?](#why)\n   - [`x`](#x)", "## Contents\n\n- [Why?](#why)\n\n***\n", "***\n\n[toc]"],
)
def test_a_table_of_contents(tmp_path: Path, contents: str) -> None:
    """A table of contents is dropped: Crib makes its own."""
    reading = book_of(tmp_path, **{"a.md": f"# T\n\n{contents}\n\n## Why?\n\nSo.\n"})
    assert errors(reading) == []
    assert [answer.key for answer in reading.book.answers] == ["why"]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "no-questions"),
        ("\n\n", 1, "no-questions"),
        ("---\n---\n", 1, "no-questions"),
        ("---\ntitle: X\n---", 1, "no-questions"),
        ("---\ntitle: X\n\n## Why?\n\nSo.\n", 1, "front-matter"),
        ("Just text.\n", 1, "no-questions"),
        ("# Title\n\nJust text.\n", 1, "no-questions"),
        ("# Why?\n\nSo.\n\n# How?\n\nSo.\n", 1, "no-questions"),
        ("\n##Why?\n\nSo.\n", 2, "no-questions"),
        ("## Why?\n\nSo.\n\n##How?\n\nSo.\n", 5, "heading"),
        ("# Why? {#why}\n\nSo.\n\n## How?\n\nSo.\n", 1, "heading"),
        ("## Why?\n\nSo.\n\n# Part 2\n\n# Part 3\n\n## How?\n\nSo.\n", 5, "heading"),
        ("## Why?\n\nSo.\n\n### More {#more}\n\nSo.\n", 5, "attribute"),
        ("## Why?\n\n## How?\n\nSo.\n", 1, "no-answer"),
        ("## Why?\n\n***\n\n## How?\n\nSo.\n", 1, "no-answer"),
        ("## Why?\n\nA.\n\n***\n\nB.\n", 5, "not-allowed"),
        ("## Why?\n\nA.\n\n* * *\n\nB.\n", 5, "not-allowed"),
        ("Hello.\n\n## Why?\n\nSo.\n", 1, "stray-text"),
        ("# T\n\n- [Why?](#why)\n- and more\n\n## Why?\n\nSo.\n", 3, "stray-text"),
        (f"# {'T' * 501}\n\n## Why?\n\nSo.\n", 1, "too-long"),
        ("## \n\nSo.\n", 1, "no-question"),
    ],
)
def test_what_a_newcomer_is_told(tmp_path: Path, text: str, line: int, code: str) -> None:
    """Each mistake is one error, with line and hint."""
    reading = book_of(tmp_path, **{"a.md": text})
    assert errors(reading) == [("a.md", line, code)]
    assert all(problem.hint for problem in found(reading))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_of_any_editor(tmp_path: Path, end: str) -> None:
    """A byte order mark, any line ends, none at the end, and blank lines before the front matter change nothing."""
    text = "\n---\ntitle: T\n---\n## Why?\n\nSo."
    reading = book_of(tmp_path, **{"a.md": b"\xef\xbb\xbf" + text.replace("\n", end).encode()})
    assert errors(reading) == []
    [chapter] = reading.book.chapters
    assert (chapter.title, chapter.answers[0].line, plain(chapter.answers[0].body)) == ("T", 5, "So.")


def test_chapters_by_any_name(tmp_path: Path) -> None:
    """Numbers come from front matter, then names, then the order of names; slugs are safe."""
    titles = {
        "02-training-models.md": "Training models",
        "7. My Notes.md": "My Notes",
        "9.markdown": "9",
        "Größe & Maß.md": "Größe & Maß",
        "part 10.MD": "Part 10",
        "part 2.md": "Part 2",
        "1984.md": "1984",
        "3d-graphics.md": "3d graphics",
        "1.2 Both.md": "1.2 Both",
        "猫.md": "猫",
        "x\u202ey\n.md": "X y",
    }
    ignored = ["README.md", "readme.fr.md", "LICENSE.md", "Contributing.md", "HISTORY.md", ".hidden.md", "a.txt"]
    files = dict.fromkeys((*titles, *ignored), "## Why?\n\nSo.\n")
    reading = book_of(tmp_path / "All", **files, **{"z.md": "---\nnumber: 1\n---\n## Z?\n\nSo.\n"})
    assert errors(reading) == []
    assert {Path(chapter.file).name: chapter.title for chapter in reading.book.chapters} == {**titles, "z.md": "Z"}
    assert [chapter.name for chapter in reading.book.chapters] == [
        "01-z", "02-training-models", "07-my-notes", "09-9", "10-1-2-both", "11-3d-graphics", "12-1984",
        "13-grosse-mass", "14-part-2", "15-part-10", "16-x-y", "17-key-a810bf84",
    ]  # fmt: skip
    assert [answer.code for answer in reading.book.answers][-1] == "17.1"
    assert (reading.book.title, reading.book.key) == ("All", "all")


def test_a_file_beside_chapters_that_is_none(tmp_path: Path) -> None:
    """It is a warning, whatever it contains; a name or front matter of a chapter makes it an empty one."""
    files = {"a.md": "## Why?\n\nSo.\n", "ideas.md": "<b>Later</b> $x\n", "02-two.md": "", "c.md": "---\n---\n"}
    reading = book_of(tmp_path, **files)
    told = [(Path(p.file).name, p.severity, p.code) for p in reading.problems]
    assert told == [(name, "warning", "no-questions") for name in ("02-two.md", "c.md", "ideas.md")]
    assert [chapter.name for chapter in reading.book.chapters] == ["02-two", "03-a", "04-c"]


@pytest.mark.parametrize("name", ["00-intro.md", "0.md", "000 x.md"])
def test_chapters_are_numbered_from_one(tmp_path: Path, name: str) -> None:
    """Codes of chapter 0 would be those of retired answers."""
    assert errors(book_of(tmp_path, **{name: "## Why?\n\nSo.\n"})) == [(name, 1, "chapter-number")]


def test_folders_without_a_book(tmp_path: Path) -> None:
    """Folders without a book are reported in one line each."""
    assert errors(read_book(tmp_path / "nowhere")) == [("nowhere", 0, "no-book")]
    assert errors(read_book(tmp_path)) == [(tmp_path.name, 0, "no-chapters")]
    (tmp_path / "README.md").write_text("## Why?\n\nSo.\n")
    assert errors(read_book(tmp_path)) == [(tmp_path.name, 0, "no-chapters")]


@pytest.mark.parametrize(
    ("name", "title", "key"),
    [
        ("my_course-2", "My course 2", "my-course-2"),
        ("Étude des sols", "Étude des sols", "etude-des-sols"),
        ("123", "123", "123"),
        ("猫", "猫", "key-a810bf84"),
        ("\u202e", "Untitled", "untitled"),
    ],
)
def test_a_book_named_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, title: str, key: str
) -> None:
    """A book is named by its folder, however the folder is given."""
    folder = tmp_path / name
    book = book_of(folder, **{"a.md": "## Why?\n\nSo.\n", "b.md": "## How?\n\nSo.\n"}).book
    monkeypatch.chdir(folder)
    for path in (Path(), Path(f"../{name}/"), folder / ".." / name):
        assert read_book(path).book.title == title
    assert (book.title, book.key) == (title, key)


def test_settings_go_before_all_else(make_book: MakeBook) -> None:
    """Titles in book.yaml and in front matter count; empty settings do not."""
    folder = make_book("# Another\n\n" + ANSWER, book="title: Mine\n# language: fr\n", **{"tags.yaml": ""})
    reading = read_book(folder)
    assert errors(reading) == []
    assert (reading.book.title, reading.book.key, reading.book.chapters[0].title) == ("Mine", "mine", "First Steps")
    assert read_book(make_book(book="")).book.title == "First Steps"


def test_keys_that_are_not_written(tmp_path: Path) -> None:
    """Generated keys avoid all written ones, also in later chapters and in retired.md, and links may use them."""
    retired = "## Why? {#why-2}\n\nSo.\n"
    files = {"01-a.md": "## Why?\n\n[So](#why).\n\n## Why?\n\nSo.\n", "02-b.md": "## Wherefore? {#why}\n\nSo.\n"}
    reading = book_of(tmp_path, **files, **{"retired.md": retired})
    assert errors(reading) == []
    assert [(answer.key, answer.keyed) for answer in reading.book.answers] == [
        ("why-3", False),
        ("why-4", False),
        ("why", True),
    ]
    assert next(reading.book.answers).links == ("why",)
    (tmp_path / "retired.md").write_text("# Old ones\n\n## Why?\n\nSo.\n")
    assert errors(read_book(tmp_path)) == [("retired.md", 3, "no-key")]


def test_keys_stay_when_one_chapter_is_read_again(tmp_path: Path) -> None:
    """The preview reads only the saved file."""
    files = {"a.md": "## Why?\n\nSo.\n", "b.md": "## Why?\n\nSo.\n"}
    before = book_of(tmp_path, **files)
    (tmp_path / "b.md").write_text("## Why?\n\nSo it is.\n")
    after = before.reread(before.book.chapters[1])
    assert [(answer.key, answer.code) for answer in after.book.answers] == [("why", "1.1"), ("why-2", "2.1")]
    assert after.book == read_book(tmp_path).book


def test_a_date_from_the_ledger(make_book: MakeBook) -> None:
    """The date of the last published note, if the book has none."""
    entry = '{"hash": "0123456789abcdef", "id": 500000000000, "mod": "2024-05-06T00:00:00Z", "cards": [1]}'
    ledger = f'{{\n "book": "small-book",\n "recall/answer": {entry},\n "version": 1\n}}\n'
    undated = BOOK.replace("released: 2024-02-29\n", "")
    book = read_book(make_book(book=undated, **{"anki.lock": ledger})).book
    assert (book.released, book.dated) == (datetime(2024, 5, 6, tzinfo=timezone.utc), False)
    book = read_book(make_book(**{"anki.lock": ledger})).book
    assert (book.released, book.dated) == (datetime(2024, 2, 29, tzinfo=timezone.utc), True)


def test_names_that_are_not_text(tmp_path: Path) -> None:
    """A name in another encoding than UTF-8 is one more chapter."""
    (tmp_path / os.fsdecode(b"\xff.md")).write_text(FRONT.replace("title: First Steps\n", "") + ANSWER)
    reading = read_book(tmp_path)
    assert errors(reading) == []
    assert [chapter.title for chapter in reading.book.chapters] == ["Untitled"]
