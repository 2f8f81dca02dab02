"""`a11y` runs DAISY Ace on e-books if it is installed, and else reports it as missing."""

from __future__ import annotations

import os
import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from crib.audit import ace
from crib.engine.dist import Dist
from crib.problems import BuildError
from crib.source import read_book
from tests.commands import crib
from tests.conftest import ROOT, MakeBook
from tests.epubs import build

if TYPE_CHECKING:
    from pathlib import Path

INSTALLED = ROOT / "tools/ace/node_modules/.bin"


@pytest.fixture
def _on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find Ace in the folder of `make a11y`."""
    monkeypatch.setenv("PATH", f"{INSTALLED}:{os.environ['PATH']}")
    if lacking := ace.missing_tools():
        pytest.skip(f"{lacking} is not here: `make a11y` brings Ace where Node is")


def built(folder: Path) -> bytes:
    """Return the e-book of the book in *folder*."""
    return build(read_book(folder).book).data


def without_alternative_text(book: bytes) -> bytes:
    """Return the e-book with a cover without alternative text."""
    faulty = BytesIO()
    with ZipFile(BytesIO(book)) as before, ZipFile(faulty, "w") as after:
        for entry in before.infolist():
            after.writestr(entry, before.read(entry).replace(b" alt=", b" data-alt="))
    return faulty.getvalue()


@pytest.mark.usefixtures("_on_path")
def test_ace_finds_what_is_wrong(make_book: MakeBook, tmp_path: Path) -> None:
    """A sound book has no findings; a fault is reported with its file, place and rule, and exit status 1."""
    sound = built(make_book())
    publish(tmp_path, {"faulty.epub": without_alternative_text(sound), "sound.epub": sound})
    done = crib("a11y", "--out", tmp_path)
    *faulty, fine = done.stdout.splitlines()
    assert any(re.match(r"faulty\.epub: text/cover\.xhtml \S+: image-alt \(critical\): ", line) for line in faulty), (
        faulty
    )
    assert fine == "sound.epub: no findings (by DAISY Ace)"
    assert (done.returncode, done.stderr) == (1, f"error: {len(faulty)} findings in 2 files\n")


@pytest.mark.usefixtures("_on_path")
def test_a_file_that_is_no_e_book(tmp_path: Path) -> None:
    """A file unreadable to Ace is reported with Ace's message."""
    (tmp_path / "book.epub").write_bytes(b"No container.")
    with pytest.raises(BuildError, match=r"(?s)cannot read .*book\.epub:\n.*\w"):
        ace.run_ace(tmp_path / "book.epub")


def test_without_ace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report lists the unchecked files, with the reason."""
    monkeypatch.delenv("PUPPETEER_EXECUTABLE_PATH", raising=False)
    publish(tmp_path, {"a.epub": b""})
    done = crib("a11y", "--out", tmp_path, PATH="")
    assert done.stdout.startswith("a.epub: NOT CHECKED: Node and DAISY Ace and Chromium not on PATH")
    assert done.returncode == 0


@pytest.mark.parametrize("tool", ["ace", "script"])
def test_the_lock_names_no_registry(tool: str) -> None:
    """Packages come from the machine's configured registry, by their hashes."""
    lock = (ROOT / f"tools/{tool}/package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')


def publish(out: Path, files: dict[str, bytes]) -> None:
    """Put *files* into *out* as a build does."""
    dist = Dist(out)
    with dist.open():
        for name, data in files.items():
            dist.stage(name, data)
        dist.publish(dict.fromkeys(files, "epub"), {}, replaced=())
