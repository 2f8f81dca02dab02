"""Warnings: printed once, counted by `check`, and errors with `--strict`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.lint.gists import worth_a_gist
from crib.source import read_book
from tests.commands import crib, files
from tests.conftest import ANSWER, FRONT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeBook

UNKEYED = ANSWER.replace(" {#answer}", "")


def test_check_counts_errors_and_warnings(make_book: MakeBook) -> None:
    """The last line has both; with `--strict` all are errors."""
    folder = make_book(UNKEYED, book="")
    done = crib("check", "--content", folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[::2] == [
        f"{folder}/book.yaml: warning[no-released]: the book has no date of release",
        f"{folder}/01-first-steps.md:6: warning[no-key]: this question has no key",
        "No errors, 2 warnings: 1 chapter, 1 answer.",
    ]
    assert f"`crib fix --content {folder}`" in done.stderr
    strict = crib("check", "--strict", "--content", folder)
    assert strict.returncode == 1
    assert strict.stderr == done.stderr.replace("warning[", "error[").replace(
        "No errors, 2 warnings: 1 chapter, 1 answer.", "2 errors."
    )
    (folder / "01-first-steps.md").write_text(f"{FRONT}{UNKEYED}\n## How? {{#how}}\n")
    done = crib("check", "--content", folder)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "1 error, 2 warnings.")


def test_builds_print_warnings_once(make_book: MakeBook, tmp_path: Path) -> None:
    """An incremental build without changes does not repeat them; a strict one fails, and keeps the built files."""
    folder, out = make_book(UNKEYED), tmp_path / "dist"
    arguments = ("anki", "--content", folder, "--out", out)
    done = crib(*arguments)
    assert (done.returncode, done.stderr.count("warning[no-key]")) == (0, 1)
    assert (crib(*arguments).stderr, files(out)) == ("Nothing has changed.\n", ["small-book.apkg"])
    strict = crib(*arguments, "--strict")
    assert (strict.returncode, strict.stdout, files(out)) == (1, "", ["small-book.apkg"])
    assert strict.stderr.startswith(f"{folder}/01-first-steps.md:6: error[no-key]: this question has no key\n")


def test_a_deck_without_keys_keeps_no_ledger(make_book: MakeBook, tmp_path: Path) -> None:
    """Neither a new nor an existing one, and `--locked` refuses it; with written keys, it is published."""
    folder, out = make_book(UNKEYED), tmp_path / "dist"
    arguments = ("anki", "--content", folder, "--out", out)
    assert crib(*arguments).returncode == 0
    assert not (folder / "anki.lock").exists()
    locked = crib(*arguments, "--locked")
    assert locked.returncode == 1
    assert f"{folder}/01-first-steps.md:6: error[no-key]: this question has no key, and a deck" in locked.stderr
    assert crib("fix", "--content", folder).returncode == 0
    assert crib(*arguments).returncode == 0
    ledger = (folder / "anki.lock").read_bytes()
    assert b"recall/what-is-an-answer" in ledger
    with (folder / "01-first-steps.md").open("a") as chapter:
        chapter.write("\n## Another?\n\nIt is.\n")
    assert crib(*arguments).returncode == 0
    assert (folder / "anki.lock").read_bytes() == ledger
    assert "Not in anki.lock" not in crib("check", "--content", folder).stderr
    assert crib(*arguments, "--chapter", "1", "--locked").returncode == 1


def test_gists_worth_writing(make_book: MakeBook) -> None:
    """One line per chapter names answers too long for sheets; it is not a warning."""
    long = "A sentence with quite a few words in it.\n\n" * 30
    asked = f"## Why? {{#why}}\n\n{long}\n## How? {{#how}}\n\nSo.\n\n## When? {{#when}}\n\n{long}"
    folder = make_book(asked + "\n" + ANSWER)
    assert [codes for _, codes in worth_a_gist(read_book(folder).book)] == [["1.1", "1.3"]]
    done = crib("check", "--strict", "--content", folder)
    assert (done.returncode, done.stderr.splitlines()) == (
        0,
        [
            "No problems: 1 chapter, 4 answers.",
            f"{folder}/01-first-steps.md: sheets show only a part of 1.1, 1.3: a gist would help.",
        ],
    )
