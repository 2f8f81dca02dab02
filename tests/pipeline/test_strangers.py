"""Commands on books, folders of built files and cache folders prepared by strangers."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from shutil import copytree, rmtree
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ANSWER, BOOK, FRONT
from tests.epubs import SMALL_COVER
from tests.pipeline.test_incremental import Builds, data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EPUB = "small-book.epub"


BUILD = ("epub", "--templates", str(SMALL_COVER))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """Return a book and its built e-book, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "content").mkdir()
    for name, text in (("book.yaml", BOOK), ("01-first-steps.md", FRONT + ANSWER)):
        (folder / "content" / name).write_text(text)
        os.utime(folder / "content" / name, (1e9, 1e9))
    made = Builds(folder, tmp_path_factory.mktemp("cache"))
    assert made.run(*BUILD).returncode == 0
    return made


@pytest.fixture
def builds(built: Builds, tmp_path: Path) -> Builds:
    """Return the book, built, with a user of its own and a file of a victim."""
    copytree(built.folder, tmp_path / "copy")
    copytree(built.cache, tmp_path / "cache")
    (tmp_path / "victim").write_text("precious")
    return Builds(tmp_path / "copy", tmp_path / "cache")


def pipe(book: Path) -> None:
    """Add a named pipe."""
    os.mkfifo(book / "notes.txt")


def broken(book: Path) -> None:
    """Add a link to nowhere, and one to itself."""
    (book / "x").symlink_to("nowhere")
    (book / "y").symlink_to("y")


def large(book: Path) -> None:
    """Add a file larger than any memory, named like a picture."""
    for name in ("video.bin", "picture.png"):
        (book / name).touch()
        os.truncate(book / name, 20_000_000_000)


def out(book: Path) -> None:
    """Add links out of the folder: to an endless device, and to the whole file system."""
    (book / "zero").symlink_to("/dev/zero")
    (book / "root").symlink_to("/")


def hard(book: Path) -> None:
    """Add all these to a folder of pictures."""
    (book / "figures").mkdir()
    for add in (pipe, broken, out, large):
        add(book / "figures")


@pytest.mark.parametrize("add", [pipe, broken, large, out, hard])
def test_files_that_no_chapter_shows(builds: Builds, add: Callable[[Path], None]) -> None:
    """Files not used in a chapter neither delay a build, nor fail or trigger it."""
    add(builds.book)
    assert builds.run(*BUILD).stderr == "Nothing has changed.\n"
    builds.edit("01-first-steps.md", "Whatever", "All that")
    assert builds.run(*BUILD).returncode == 0


@pytest.mark.parametrize("add", [os.mkfifo, lambda path: path.symlink_to("nowhere"), lambda path: path.symlink_to("/")])
def test_a_picture_that_is_no_file(builds: Builds, add: Callable[[Path], None]) -> None:
    """It is an error with its line, and nothing is waited for."""
    builds.edit("01-first-steps.md", "Whatever", "![A box](a.svg)\n\nWhatever")
    add(builds.book / "a.svg")
    done = builds.run("check")
    assert done.returncode == 1
    assert "01-first-steps.md:12: error[image]" in done.stderr


@pytest.mark.parametrize("name", ["anki.lock", "anki.lock.new", "anki.lock.0f"])
def test_the_ledger_is_not_written_through_a_link(builds: Builds, name: str) -> None:
    """The link is refused in words."""
    (builds.book / name).symlink_to(builds.folder.parent / "victim")
    done = builds.run("anki")
    assert done.returncode == 1
    assert f"content/{name}:1: error[unreadable]: Crib does not write the ledger through a link" in done.stderr
    assert (builds.folder.parent / "victim").read_text() == "precious"
    assert (builds.book / name).is_symlink()


@pytest.mark.parametrize(
    "name", ["dist", "dist/.crib", "dist/.crib/built.json.new", "dist/.crib/store.sqlite", f"dist/{EPUB}"]
)
def test_a_prepared_dist(builds: Builds, name: str) -> None:
    """A link in it is refused in words, by all commands writing there."""
    elsewhere = builds.folder.parent / "elsewhere"
    elsewhere.mkdir()
    path = builds.folder / name
    rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(elsewhere)
    done = builds.run(*BUILD)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error[refused]: {name}: a link, which is not followed\n  hint: ")
    if name != f"dist/{EPUB}":
        assert builds.run("clean").stderr == done.stderr
    assert not any(elsewhere.iterdir())


def test_a_damaged_value(builds: Builds) -> None:
    """It is computed again in the same build, with the same bytes, and kept."""
    before = builds.state()
    (builds.out / EPUB).unlink()
    with closing(sqlite3.connect(builds.out / ".crib/store.sqlite")) as file, file:
        for row, value in file.execute("SELECT rowid, value FROM kept").fetchall():
            changed = bytes([value[0] ^ 1]) + value[1:]
            file.execute("UPDATE kept SET value = ? WHERE rowid = ?", (changed, row))
    done = builds.run(*BUILD)
    assert done.returncode == 0
    assert data(builds.state()) == data(before)
    (builds.out / EPUB).unlink()
    assert builds.run(*BUILD).returncode == 0


def test_records_of_other_types(builds: Builds) -> None:
    """Records of other types count as lost."""
    before = builds.state()
    (builds.out / ".crib/built.json").write_text('{"a":["x","y","z","w"]}')
    for path in builds.out.glob(".crib/noted-*.json"):
        path.write_text('{"stamp":1,"inputs":5,"files":{}}')
    assert builds.run(*BUILD).returncode == 0
    assert data(builds.state()) == data(before)
    assert builds.run(*BUILD).stderr == "Nothing has changed.\n"


def test_a_forged_dist(builds: Builds, tmp_path: Path) -> None:
    """A changed file and a forged record of it count for nothing: the file is built again."""
    before = builds.state()
    path, record = builds.out / EPUB, builds.out / ".crib/built.json"
    path.write_bytes(path.read_bytes() + b"<script>")
    entries = json.loads(record.read_text())
    entries[EPUB][2:4] = [path.stat().st_size, path.stat().st_mtime_ns]
    record.write_text(json.dumps(entries))
    assert builds.run(*BUILD, XDG_CACHE_HOME=str(tmp_path / "another")).returncode == 0
    assert data(builds.state()) == data(before)


def test_a_file_changed_under_the_same_size_and_time(builds: Builds) -> None:
    """A file changed without a new size and time is built again with --rehash."""
    before = builds.state()
    path = builds.out / EPUB
    status = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert builds.run(*BUILD, "--rehash").returncode == 0
    assert data(builds.state()) == data(before)


def test_an_empty_secret(builds: Builds) -> None:
    """A new one is saved: the next build finds the files of this one."""
    (builds.cache / "crib/secret").write_bytes(b"")
    assert builds.run(*BUILD).returncode == 0
    assert builds.run(*BUILD).stderr == "Nothing has changed.\n"
