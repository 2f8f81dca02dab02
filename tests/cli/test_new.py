"""`crib new` writes a book into a folder of its own, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.source import read_book
from tests.commands import crib, files

if TYPE_CHECKING:
    from pathlib import Path

FILES = [
    ".gitattributes",
    ".github/workflows/book.yml",
    ".gitignore",
    "01-the-calendar.md",
    "book.yaml",
    "figures/orbit.svg",
]


def test_new_book_is_ready(tmp_path: Path) -> None:
    """It has no problems, and its title is the name of the folder."""
    done = crib("new", "world-capitals", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "world-capitals") == FILES
    assert sorted(done.stdout.splitlines()) == sorted(f"world-capitals/{name}" for name in FILES)
    assert done.stderr.startswith("Next: ")
    checked = crib("check", "--content", "world-capitals", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert checked.stderr == "No problems: 1 chapter, 8 answers.\n"
    book = read_book(tmp_path / "world-capitals").book
    assert (book.key, book.title, book.authors, book.language) == ("world-capitals", "World capitals", (), "en-US")


def test_commands_in_the_folder_of_a_book(tmp_path: Path) -> None:
    """They need no `--content` there, if it has a book.yaml and no folder `content`; hints need none, either."""
    folder = tmp_path / "capitals"
    crib("new", folder)
    assert crib("check", folder=folder).stderr == "No problems: 1 chapter, 8 answers.\n"
    (folder / "02-rivers.md").write_text("## Which river crosses Paris?\n\nThe Seine.\n")
    assert "`crib fix` writes keys" in crib("check", folder=folder).stderr
    assert "crib fix" not in crib("check", "--content", "../capitals", folder=folder).stderr.replace("crib fix --", "")
    (folder / "content").mkdir()
    assert "content: error[no-chapters]" in crib("check", folder=folder).stderr
    (folder / "content").rmdir()
    (folder / "book.yaml").unlink()
    assert crib("check", folder=folder).stderr.startswith("content: error[no-book]")


def test_new_book_builds(tmp_path: Path) -> None:
    """Every output of it, without a warning."""
    assert crib("new", tmp_path / "book").returncode == 0
    done = crib("all", "--content", tmp_path / "book", "--out", tmp_path / "book" / "dist")
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines()][-4:] == [
        "book-svg.epub", "book.epub", "book.html", "book.apkg",
    ]  # fmt: skip


def test_options_fill_in(tmp_path: Path) -> None:
    """A French book begins with French text."""
    options = ("--title", " L’été :\n«  42 » ", "--language", "fr-CA", "--author", "É. Né", "--author", "B, C: D")
    done = crib("new", tmp_path / "deep" / "book", *options)
    assert done.returncode == 0, done.stderr
    reading = read_book(tmp_path / "deep" / "book")
    assert reading.problems == ()
    assert reading.book.title == "L’été : « 42 »"
    assert reading.book.authors == ("É. Né", "B, C: D")
    assert [chapter.title for chapter in reading.book.chapters] == ["Le calendrier"]


def test_language_without_labels(tmp_path: Path) -> None:
    """The warning names the missing labels before anything is built."""
    done = crib("new", tmp_path / "book", "--language", "eo")
    assert done.returncode == 0
    assert "warning[labels]: there are no labels in the language `eo`" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--title", ""], "`title`"),
        (["--title", "a\x07b"], "U+0007"),
        (["--title", "x" * 501], "more than 500 characters"),
        (["--author", " "], "`authors"),
        (["--language", "English"], "language tag"),
    ],
)
def test_useless_options(tmp_path: Path, options: list[str], message: str) -> None:
    """Useless options are wrong usage, and nothing is written."""
    done = crib("new", tmp_path / "book", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "book").exists()


def test_folders(tmp_path: Path) -> None:
    """An empty folder will do, and one with only a repository; files and links are left alone."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    assert [crib("new", tmp_path / name).returncode for name in ("full", "file", "link")] == [2, 2, 1]
    assert files(tmp_path) == ["file", "full/notes.txt"]
    assert crib("new", tmp_path / "repository").returncode == 0
    assert crib("new", ".", folder=tmp_path / "empty").returncode == 0
    assert crib("new", ".", folder=tmp_path / "empty").returncode == 2
    assert files(tmp_path / "repository") == files(tmp_path / "empty") == FILES
