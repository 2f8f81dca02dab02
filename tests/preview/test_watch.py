"""Builds after each save."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from watchfiles import Change

from crib.model.ledger import LOCK_FILE
from crib.preview.file_watcher import Sources
from tests.commands import crib
from tests.conftest import ROOT, MakeBook
from tests.epubs import SMALL_COVER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60
WAITING = "Waiting for changes …"


class Watching:
    """A running `watch`, and its messages."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        """Start it, with a single worker."""
        command = [sys.executable, "-m", "crib", "watch", "-j", 1, "--content", folder, *arguments]
        self.process = subprocess.Popen(
            list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def wait(self) -> str:
        """Return all output until it waits for changes."""
        told = ""
        while WAITING not in told:
            told += self._lines.get(timeout=PATIENCE)
        return told

    @property
    def says_nothing(self) -> bool:
        """True if there is no more output."""
        return self._lines.empty()

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal, as a terminal does for Ctrl-C, and return the status it ends with."""
        os.killpg(self.process.pid, number)
        status = self.process.wait(PATIENCE)
        self._listener.join()
        return status


@contextmanager
def watching(folder: Path, *arguments: object) -> Iterator[Watching]:
    """Watch the book in *folder*."""
    watch = Watching(folder, *arguments)
    try:
        yield watch
    finally:
        if watch.process.poll() is None:
            watch.end()


def test_each_change_is_built(make_book: MakeBook) -> None:
    """Each change is built, even into a folder inside the book; files written by a build are not changes."""
    folder = make_book()
    deck, chapter = folder / "dist/small-book.apkg", folder / "01-first-steps.md"
    with watching(folder, "anki", "--out", folder / "dist") as watch:
        assert str(deck) in watch.wait()
        assert (folder / LOCK_FILE).exists()
        first = deck.read_bytes()
        (folder / ".01-first-steps.md.swp").write_text("an editor's")
        chapter.write_text(chapter.read_text().replace("Whatever", "All that"))
        assert str(deck) in watch.wait()
        assert deck.read_bytes() != first
        assert watch.says_nothing
        assert watch.end() == 130


def test_problems_are_told_and_mended(make_book: MakeBook) -> None:
    """Problems do not end it, nor does a chapter deleted and restored; SIGTERM does, like any other command."""
    folder = make_book()
    chapter = folder / "01-first-steps.md"
    whole = chapter.read_text()
    out = folder.parent / "dist"
    with watching(folder, "epub", "--chapter", 1, "--templates", SMALL_COVER, "--out", out) as watch:
        watch.wait()
        chapter.write_text(whole.replace("::: gist", "::: gits"))
        told = watch.wait()
        assert f"{chapter}:8: error[unknown-block]" in told
        assert "Traceback" not in told
        chapter.rename(folder / "02-first-steps.md")
        watch.wait()
        (folder / "02-first-steps.md").write_text(whole.replace("number: 1", "number: 2"))
        assert "there is no chapter 1: the book has 2" in watch.wait()
        (folder / "02-first-steps.md").unlink()
        chapter.write_text(whole)
        while "small-book-01.epub" not in watch.wait():
            pass
        assert watch.end(signal.SIGTERM) == 143


def test_wrong_usage() -> None:
    """Only known outputs can be watched."""
    done = crib("watch", "nosuch")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nosuch" in done.stderr


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("book.yaml", True),
        ("04-x.md", True),
        ("figures/x.svg", True),
        ("dist2/x.md", True),
        ("dist", False),
        ("dist/x.pdf", False),
        ("dist/.crib/built.json", False),
        (".git/index", False),
        (".04-x.md.swp", False),
        ("04-x.md~", False),
        (".#04-x.md", False),
        (LOCK_FILE, False),
        (f"{LOCK_FILE}.new", False),
    ],
)
def test_what_is_a_change(tmp_path: Path, path: str, told: bool) -> None:  # noqa: FBT001
    """Files of the writer are; files of editors, git and builds are not."""
    assert Sources(tmp_path / "dist")(Change.modified, str(tmp_path / path)) is told
