"""The ledger of a deck: what changed gets a later time, and nothing else does."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from crib.ledger import Ledger
from crib.model import Selection
from crib.outputs.anki import Edition
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ANSWER, ROOT, MakeBook
from tests.test_cli import crib, files

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

CLOZE = "\n::: cloze\nAn [answer]{.c1} settles it.\n:::\n"
RELEASED = int(datetime(2024, 2, 29, tzinfo=timezone.utc).timestamp())


def three_answers() -> str:
    """Return a chapter with the answers `a`, `b` (which has a cloze) and `c`."""
    parts = {key: ANSWER.replace("#answer", f"#{key}") for key in "abc"}
    return parts["a"] + "\n" + parts["b"] + CLOZE + "\n" + parts["c"]


def book_in(folder: Path) -> Book:
    """Return the book in *folder*, which must be right."""
    reading = read_book(folder)
    assert reading.problems == ()
    return reading.book


def publish(folder: Path, **changes: str) -> Ledger:
    """Write *changes* into the first chapter, and keep the ledger of what is then published."""
    chapter = folder / "01-first-steps.md"
    text = chapter.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    chapter.write_text(text)
    ledger = Edition(book_in(folder), Templates()).ledger
    (folder / "anki.lock").write_bytes(ledger.dump())
    return ledger


def told(folder: Path) -> list[str]:
    """Return the problems of the book in *folder*, without hints."""
    return [str(problem).splitlines()[0].removeprefix(f"{folder}/") for problem in read_book(folder).problems]


def test_only_what_changes_gets_a_later_time(make_book: MakeBook) -> None:
    """An edit dates its own notes; with the same `released`, by one second more."""
    folder = make_book(three_answers())
    first = publish(folder)
    assert sorted(first.entries) == ["cloze/b", "recall/a", "recall/b", "recall/c", "type/cloze", "type/recall"]
    assert {entry.modified for entry in first.entries.values()} == {RELEASED}
    assert publish(folder) == first
    second = publish(folder, **{"An [answer]": "Any [answer]"})
    assert first.changes(second) == ["cloze/b"]
    assert second.entries["cloze/b"] == replace(
        first.entries["cloze/b"], hash=second.entries["cloze/b"].hash, modified=RELEASED + 1
    )


def test_a_later_release_dates_what_changed(make_book: MakeBook) -> None:
    """The date of the book is the time of a change, as long as that is later."""
    folder = make_book(three_answers())
    first = publish(folder)
    settings = folder / "book.yaml"
    settings.write_text(settings.read_text().replace("2024-02-29", "2024-05-01"))
    second = publish(folder, **{"An [answer]": "Any [answer]"})
    assert first.changes(second) == ["cloze/b"]
    assert second.entries["cloze/b"].modified == RELEASED + timedelta(days=62).total_seconds()


def test_the_file_reads_back(make_book: MakeBook) -> None:
    """What is written is what is read; entries stand sorted, one a line."""
    folder = make_book(three_answers())
    ledger = publish(folder)
    lines = (folder / "anki.lock").read_text().splitlines()
    assert book_in(folder).ledger == ledger
    assert lines[1:-2] == sorted(lines[1:-2])
    assert [line.split('"')[1] for line in lines[1:-2]] == sorted(ledger.entries)


@pytest.mark.parametrize("chapters", [(1,), (2,)])
def test_a_selection_changes_no_entry(make_book: MakeBook, chapters: tuple[int, ...]) -> None:
    """A deck of one chapter has the same notes as the whole, also where they name others."""
    linked = ANSWER.replace("#answer", "#two see=answer") + "\n[See it](#answer).\n"
    folder = make_book(**{"02-two.md": linked})
    (folder / "02-two.md").write_text((folder / "02-two.md").read_text().replace("number: 1", "number: 2"))
    publish(folder)
    assert Edition(book_in(folder).select(Selection(chapters)), Templates()).changes == []


def test_two_notes_never_share_a_number() -> None:
    """A number that is taken is left out, whichever note had it first."""
    from crib.ledger import Content

    ledger = Ledger().advance([Content("recall/b", (), 160)], 0, 16)
    ledger = ledger.advance([Content("recall/a", (), 160), Content("recall/c", (), 160)], 0, 16)
    assert [ledger.entries[f"recall/{key}"].id for key in "abc"] == [176, 160, 192]


# Two people


def git(folder: Path, *arguments: str) -> str:
    """Run git in *folder*."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def apart(make_book: MakeBook) -> tuple[Path, Ledger, Ledger]:
    """Return a book whose ledger two people have changed apart, on `main` and `theirs`, and both ledgers."""
    folder = make_book(three_answers())
    publish(folder)
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    git(folder, "checkout", "-b", "theirs")
    chapter = (folder / "01-first-steps.md").read_text()
    # They change the cloze twice and add an answer; we change it once and add another.
    publish(folder, **{"An [answer]": "Their [answer]"})
    publish(folder, **{"Their [answer]": "Theirs, an [answer]"})
    (folder / "02-theirs.md").write_text(f"---\ntitle: Theirs\nnumber: 2\n---\n\n{ANSWER.replace('#answer', '#d')}")
    theirs = publish(folder)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "theirs")
    git(folder, "checkout", "main")
    assert (folder / "01-first-steps.md").read_text() == chapter
    (folder / "03-ours.md").write_text(f"---\ntitle: Ours\nnumber: 3\n---\n\n{ANSWER.replace('#answer', '#e')}")
    ours = publish(folder, **{"An [answer]": "Our [answer]"})
    git(folder, "add", ".")
    git(folder, "commit", "-m", "ours")
    return folder, ours, theirs


def test_merged_ledgers_are_joined(apart: tuple[Path, Ledger, Ledger]) -> None:
    """With `merge=union` two ledgers become one in which the later time of each note stands."""
    folder, ours, theirs = apart
    (folder / ".gitattributes").write_text("anki.lock merge=union\n")
    merged = git(folder, "merge", "-X", "ours", "theirs")
    assert "CONFLICT" not in merged
    assert "Our [answer]" in (folder / "01-first-steps.md").read_text()
    book = book_in(folder)
    assert book.ledger
    assert book.ledger.entries == {**ours.entries, **theirs.entries}
    edition = Edition(book, Templates())
    assert edition.changes == ["cloze/b"]
    assert edition.ledger.entries["cloze/b"].modified == theirs.entries["cloze/b"].modified + 1
    assert edition.record


def test_one_time_for_two_contents_counts_as_neither(apart: tuple[Path, Ledger, Ledger]) -> None:
    """Where both changed a note once, readers of either get the next edition of it, even if it equals one."""
    folder, ours, _ = apart
    entry = next(line for line in (folder / "anki.lock").read_text().splitlines() if "cloze/b" in line)
    other = entry.replace(ours.entries["cloze/b"].hash, "0123456789abcdef")
    lock = folder / "anki.lock"
    lock.write_text(lock.read_text().replace(entry, f"{entry}\n{other}"))
    ledger = Edition(book_in(folder), Templates()).ledger
    assert ours.changes(ledger) == ["cloze/b"]
    assert ledger.entries["cloze/b"].modified == ours.entries["cloze/b"].modified + 1


def test_a_conflict_is_told(apart: tuple[Path, Ledger, Ledger]) -> None:
    """Without `merge=union`, the marks of git are named with their line; without them all is well."""
    folder, *_ = apart
    assert "CONFLICT (content): Merge conflict in anki.lock" in git(folder, "merge", "theirs")
    git(folder, "checkout", "--theirs", "01-first-steps.md")
    lock = folder / "anki.lock"
    lines = lock.read_text().splitlines()
    mark = next(number for number, line in enumerate(lines, 1) if line.startswith("<<<<<<<"))
    assert f"anki.lock:{mark}: error[conflict]: a conflict that git left for you" in told(folder)
    lock.write_text("\n".join(line for line in lines if line[:7] not in ("<<<<<<<", "=======", ">>>>>>>")))
    assert not [problem for problem in told(folder) if problem.startswith("anki.lock")]


ENTRY = ' "recall/{}": {{"hash": "{}", "id": {}, "mod": "{}"}},'


@pytest.mark.parametrize(
    ("lines", "line", "problem"),
    [
        (["{", "]"], 2, "ledger]: not JSON"),
        (["[]"], 1, "ledger]: not a ledger of version 1"),
        (['{"a":' * 100_000], 1, "ledger]: not"),
        (["9" * 10_000], 1, "ledger]: not a ledger"),
        (["{", ' "version": 2', "}"], 1, "ledger]: not a ledger of version 1"),
        (["{", ' "recall/a": [],', ' "version": 1', "}"], 2, "ledger]: `recall/a` is not an entry"),
        (["{", ' "other/a": {},', ' "version": 1', "}"], 1, "ledger]: `other/a` is not an entry"),
        (["{", ENTRY.format("a", "xyz", 1, "2024-01-01T00:00:00Z"), ' "version": 1', "}"], 2, "not an entry"),
        (["{", ENTRY.format("a", "0" * 16, '"1"', "2024-01-01T00:00:00Z"), ' "version": 1', "}"], 2, "not an entry"),
        (["{", ENTRY.format("a", "0" * 16, 1, "2024-01-01"), ' "version": 1', "}"], 2, "not an entry"),
        (["{", *(ENTRY.format("a", "0" * 16, n, "2024-01-01T00:00:00Z") for n in (1, 2)), ' "version": 1', "}"],
         3, "contradiction]: `recall/a` has two numbers"),
        (["{", *(ENTRY.format(key, "0" * 16, 1, "2024-01-01T00:00:00Z") for key in "ab"), ' "version": 1', "}"],
         3, "contradiction]: `recall/b` has the number of `recall/a`"),
        (["{", "", ENTRY.format("gone", "0" * 16, 1, "2024-01-01T00:00:00Z"), ' "version": 1', "}"],
         3, "vanished]: the answer `gone` was published and is gone"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(make_book: MakeBook, lines: list[str], line: int, problem: str) -> None:
    """A ledger that cannot be right is named with its line."""
    folder = make_book(three_answers(), **{"anki.lock": "\n".join(lines)})
    [found] = told(folder)
    assert found.startswith(f"anki.lock:{line}: error[")
    assert problem in found


# Answers that go


def test_a_published_key_cannot_just_vanish(make_book: MakeBook) -> None:
    """An answer or a cloze that is gone is told; moved to retired.md, it is not."""
    folder = make_book(three_answers())
    publish(folder)
    chapter = folder / "01-first-steps.md"
    text = chapter.read_text()
    start = text.index("## What is an answer? {#b}")
    gone = text[start : text.index("## What is an answer? {#c}")]
    chapter.write_text(text.replace(gone, ""))
    assert told(folder) == [
        "anki.lock:2: error[vanished]: the cloze of `b` was published and is gone",
        "anki.lock:4: error[vanished]: the answer `b` was published and is gone",
    ]
    (folder / "retired.md").write_text(gone)
    assert told(folder) == []


def test_a_retired_key_is_not_for_another(make_book: MakeBook) -> None:
    """Nor can an answer link to it; its formulas are checked as all are."""
    folder = make_book(f"{ANSWER}\n[See](#old).\n", **{"retired.md": ""})
    (folder / "retired.md").write_text(
        ANSWER + "\n" + ANSWER.replace("#answer", "#old").replace("Whatever", "$\\nosuch$")
    )
    done = crib("check", "--content", folder)
    assert done.returncode == 1
    assert "retired.md:1: error[duplicate-key]: the key `answer` stands here a second time" in done.stderr
    assert "01-first-steps.md:14: error[broken-link]: the answer `old` has retired" in done.stderr
    assert "retired.md:15: error[math]" in done.stderr


# As a user meets it


def test_locked(make_book: MakeBook, tmp_path: Path) -> None:
    """A ledger that would change fails a locked build, by name, and nothing is built; `check` tells it too."""
    folder, out = make_book(three_answers()), tmp_path / "dist"
    crib("anki", "--content", folder, "--out", tmp_path / "first")
    assert crib("anki", "--content", folder, "--out", out, "--locked").returncode == 0
    before = (folder / "anki.lock").read_bytes()
    chapter = folder / "01-first-steps.md"
    chapter.write_text(chapter.read_text().replace("An [answer]", "Any [answer]"))
    done = crib("anki", "--content", folder, "--out", tmp_path / "second", "--locked")
    assert (done.returncode, done.stdout, files(tmp_path / "second")) == (1, "", [])
    assert (
        f"{folder}/anki.lock:1: error[stale]: it would change: cloze/b\n  hint: run `python build.py anki`"
        in done.stderr
    )
    checked = crib("check", "--content", folder)
    assert checked.returncode == 0
    assert "Not in anki.lock until `python build.py anki` runs: cloze/b." in checked.stderr
    assert (folder / "anki.lock").read_bytes() == before
    crib("all", "--content", folder, "--out", out)
    assert (folder / "anki.lock").read_bytes() != before
    assert crib("anki", "--content", folder, "--out", out, "--locked").returncode == 0


def test_a_lost_ledger_is_told(make_book: MakeBook, tmp_path: Path) -> None:
    """Where there is no ledger, one begins, and what that means for readers is said."""
    folder = make_book()
    done = crib("anki", "--content", folder, "--out", tmp_path / "dist")
    assert done.returncode == 0
    assert f"{folder}/anki.lock is new" in done.stderr
    assert "an import replaces\n  what readers wrote into their notes" in done.stderr
    again = crib("anki", "--content", folder, "--out", tmp_path / "dist")
    assert "anki.lock" not in again.stderr


def test_a_content_folder_that_cannot_be_written_to(make_book: MakeBook, tmp_path: Path) -> None:
    """The deck is built all the same, with a warning."""
    folder = make_book()
    (folder / "anki.lock.new").mkdir()
    done = crib("anki", "--content", folder, "--out", tmp_path / "dist")
    assert done.returncode == 0
    assert files(tmp_path / "dist") == ["small-book.apkg"]
    assert f"warning: {folder}/anki.lock: " in done.stderr
    assert not (folder / "anki.lock").exists()


def test_a_failed_build_keeps_the_ledger(make_book: MakeBook, tmp_path: Path) -> None:
    """Only what is in its place counts as published."""
    folder, out = make_book(), tmp_path / "dist"
    (out / "small-book.apkg").mkdir(parents=True)
    assert crib("anki", "--content", folder, "--out", out).returncode == 1
    assert not (folder / "anki.lock").exists()


def test_the_shipped_ledger_is_current() -> None:
    """Who builds the shipped book finds its ledger as it is."""
    edition = Edition(read_book(ROOT / "content").book, Templates())
    assert edition.changes == []
    assert edition.record is None
