"""Snapshots of inputs, to detect builds with nothing to do."""

from __future__ import annotations

import os
from time import time_ns
from typing import TYPE_CHECKING

import pytest

from crib.engine.cache import digest
from crib.engine.inputs import Inputs, files_below
from crib.model.book_files import BookFiles

if TYPE_CHECKING:
    from pathlib import Path

OLD = (1e9, 1e9)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return the folder of a book with old files."""
    folder = tmp_path / "book"
    (folder / "part").mkdir(parents=True)
    for name in ("book.yaml", "01-one.md", "02-two.md", "part/03-three.md", "a.svg", "notes.txt"):
        (folder / name).write_text(name)
        os.utime(folder / name, OLD)
    return folder


def look(book: Path, before: Inputs | None = None) -> Inputs:
    """Return the inputs of *book* independent of its chapters, compared with those *before*."""
    return Inputs.look(book, BookFiles.of(book).inputs, [], before or Inputs({}))


def test_what_no_chapter_shows_is_not_looked_at(book: Path) -> None:
    """Unused files are ignored, whatever their type and size."""
    os.mkfifo(book / "pipe")
    (book / "nowhere").symlink_to("gone")
    (book / "up").symlink_to("..")
    (book / "video.bin").touch()
    os.truncate(book / "video.bin", 1 << 35)
    names = {path.removeprefix(f"{book}/") for path in look(book).files}
    assert names == {"book.yaml", "01-one.md", "02-two.md", "part/03-three.md"}


@pytest.mark.parametrize("name", ["02-two.md", "book.yaml", "a.svg"])
def test_what_happens_to_files_is_noticed(book: Path, name: str) -> None:
    """Pictures count like chapters, in any folder."""
    before = look(book).with_read({str(book / "a.svg"): digest(b"a.svg").hex()}, time_ns())
    assert before.changes(look(book, before)) == {}
    (book / name).write_text("new")
    assert before.changes(look(book, before)) == {str(book / name): "changed"}
    (book / name).unlink()
    assert before.changes(look(book, before)) == {str(book / name): "gone"}
    os.mkfifo(book / name)
    assert before.changes(look(book, before)) == {str(book / name): "gone"}


@pytest.mark.parametrize("name", ["03-new.md", "part/4 new.md", "tags.yaml", "notation.md", "retired.md", "anki.lock"])
def test_new_files_are_noticed(book: Path, name: str) -> None:
    """Chapters, similar files, and the optional files of a book."""
    before = look(book)
    (book / name).write_text("new")
    assert before.changes(look(book, before)) == {str(book / name): "new"}


def test_a_picture_that_changed_while_it_was_read(book: Path) -> None:
    """The snapshot has the picture's new time, and the digest used by the build."""
    since = time_ns()
    (book / "a.svg").write_text("new")
    before = look(book).with_read({str(book / "a.svg"): digest(b"a.svg").hex()}, since)
    assert before.changes(look(book, before)) == {str(book / "a.svg"): "changed"}


def test_a_picture_that_went_after_it_was_read(book: Path) -> None:
    """The next build notices its absence."""
    (book / "a.svg").unlink()
    before = look(book).with_read({str(book / "a.svg"): digest(b"a.svg").hex()}, time_ns())
    assert before.changes(look(book, before)) == {str(book / "a.svg"): "gone"}


def test_files_are_read_again_only_if_their_status_changed(book: Path) -> None:
    """Distrust of times finds a change with the same size and time."""
    before = look(book)
    (book / "01-one.md").write_text("01-ONE.md")
    os.utime(book / "01-one.md", OLD)
    assert before.changes(look(book, before)) == {}
    assert before.changes(look(book, before.distrusted())) == {str(book / "01-one.md"): "changed"}


def test_a_large_file_is_not_read(book: Path) -> None:
    """It cannot be used, so its size and time are enough."""
    os.truncate(book / "01-one.md", 1 << 40)
    assert look(book).files[str(book / "01-one.md")].digest == ""


def test_a_link_out_of_the_book_is_not_read(book: Path) -> None:
    """A link out of the book is neither read nor recorded."""
    (book.parent / "secret").write_text("secret")
    (book / "04-link.md").symlink_to("../secret")
    (book / "05-link.md").symlink_to("01-one.md")
    assert look(book).files.keys() & {str(book / "04-link.md"), str(book / "05-link.md")} == {str(book / "05-link.md")}


def test_all_files_of_templates_count(tmp_path: Path, book: Path) -> None:
    """Except hidden ones, built ones, and whatever is no regular file."""
    templates = tmp_path / "templates"
    for name in ("fonts/a.otf", "card.css", ".git/x", "dist/card.css", ".hidden"):
        (templates / name).parent.mkdir(parents=True, exist_ok=True)
        (templates / name).write_text(name)
    os.mkfifo(templates / "pipe")
    inputs = Inputs.look(book, [], files_below([templates], templates / "dist"), Inputs({}))
    assert sorted(inputs.files) == [str(templates / "card.css"), str(templates / "fonts/a.otf")]
    assert Inputs.load(inputs.dump()).files == inputs.files
