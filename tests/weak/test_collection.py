"""Choice of the collection for `weak`: the profile used last, the open profile of a running Anki, or a file."""

from __future__ import annotations

import json
import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crib.foreign.anki_profiles import beside_media, collections
from crib.problems import BuildError
from crib.source import read_book
from tests.ankiconnect import AnkiConnect, serving
from tests.commands import crib
from tests.decks import imported

if TYPE_CHECKING:
    from pathlib import Path

    from anki.collection import Collection

    from tests.conftest import MakeBook

WSL = {"WSL_DISTRO_NAME": "Ubuntu"}
NOW = 1_769_860_800_000  # 2026-01-31 12:00 UTC


def profile(base: Path, name: str = "User 1", written: int = 1) -> Path:
    """Make a profile in the folder *base* of Anki, and return its collection."""
    path = base / name / "collection.anki2"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    os.utime(path, (written, written))
    return path


@pytest.mark.parametrize(
    ("base", "environment"),
    [
        ("home/.local/share/Anki2", {}),
        ("data/Anki2", {"XDG_DATA_HOME": "data"}),
        ("home/.var/app/net.ankiweb.Anki/data/Anki2", {}),
        ("home/snap/anki-desktop/common", {}),
        ("home/snap/anki-woodrow/current/.local/share/Anki2", {}),
        ("home/Library/Application Support/Anki2", {}),
        ("roaming/Anki2", {"APPDATA": "roaming"}),
        ("mnt/c/Users/Me/AppData/Roaming/Anki2", WSL),
        ("anywhere", {"ANKI_BASE": "anywhere"}),
    ],
)
def test_profiles_are_found(tmp_path: Path, base: str, environment: dict[str, str]) -> None:
    """Anki's folder on Linux, in a Flatpak or snap, on macOS and Windows, and in ANKI_BASE."""
    path = profile(tmp_path / base)
    profile(tmp_path / "elsewhere")
    (tmp_path / base / "addons21").mkdir()
    found = {name: value if name in WSL else str(tmp_path / value) for name, value in environment.items()}
    assert collections(found, tmp_path / "home", tmp_path / "mnt") == [path]


def test_the_profile_used_last_comes_first(tmp_path: Path) -> None:
    """The profile used last comes first, even if its latest reviews are only in the log of its database."""
    first, second, third = (profile(tmp_path, name, written) for name, written in (("a", 10), ("b", 30), ("c", 20)))
    assert collections({"ANKI_BASE": str(tmp_path)}, tmp_path) == [second, third, first]
    log = first.with_name("collection.anki2-wal")
    log.write_bytes(b"")
    os.utime(log, (40, 40))
    assert collections({"ANKI_BASE": str(tmp_path)}, tmp_path) == [first, second, third]


def test_no_profile(make_book: MakeBook, tmp_path: Path) -> None:
    """The error lists the searched places, and the next step."""
    done = crib("weak", "--content", make_book(), HOME=str(tmp_path), ANKI_BASE=str(tmp_path / "base"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error[collection]: no Anki profile was found\n  hint: ")
    assert f"(looked in {tmp_path / 'base'})" in done.stderr


def failed(anki: Collection) -> None:
    """Fail the only answer on three days."""
    [card] = anki.find_cards("Key:answer")
    rows = [(NOW - day * 86_400_000, card, -1, 1, 1, 1, 0, 1, 1) for day in range(3)]
    anki.db.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def test_the_command_says_which_it_took(make_book: MakeBook, tmp_path: Path) -> None:
    """Without an argument it reads the profile used last, names it and the others; `--quiet` does not."""
    book = make_book()
    mine = tmp_path / "base/Me"
    mine.mkdir(parents=True)
    with closing(imported(read_book(book).book, mine).collection) as anki:
        failed(anki)
    other = profile(tmp_path / "base", "Other")
    command = ("weak", "--content", book, "--today", "2026-01-31", "-n")
    done = crib(*command, ANKI_BASE=str(tmp_path / "base"))
    took, rest = done.stderr.split("\n", 1)
    assert took == f"Read the profile of Anki that was used last: {mine / 'collection.anki2'}; there are also {other}"
    assert rest.endswith("As of 2026-01-31: 1 weak.\n")
    assert crib(*command, "-q", ANKI_BASE=str(tmp_path / "base")).stderr == ""


def test_a_running_anki(make_book: MakeBook, tmp_path: Path) -> None:
    """The open profile of Anki gives the same numbers as its file, including reviews of this moment."""
    book = make_book()
    command = ("weak", "--content", book, "--today", "2026-01-31", "--json")
    with closing(imported(read_book(book).book, tmp_path).collection) as anki:
        failed(anki)
        with serving(AnkiConnect(anki)) as url:
            running = crib(*command, "--anki", url)
    path = tmp_path / "collection.anki2"
    assert running.stderr == f"Read the profile that Anki has open: {path}\n"
    assert json.loads(running.stdout)["answers"][0]["failed"] == 3
    assert running.stdout == crib(*command, path).stdout


@pytest.mark.parametrize("reply", [b"", b'{"result": 5, "error": null}', b'{"result": "", "error": null}', b"[" * 9999])
def test_another_server(make_book: MakeBook, reply: bytes) -> None:
    """Another server than AnkiConnect is an error in words."""
    with serving(lambda *_: reply) as url:
        done = crib("weak", "--content", make_book(), "--anki", url)
    assert (done.returncode, done.stderr) == (1, f"error: the server at {url} is not AnkiConnect\n")


@pytest.mark.parametrize("media", ["/elsewhere/collection.media", r"C:\Users\Me\collection.media", "x" * 500, "a\nb"])
def test_an_anki_elsewhere(make_book: MakeBook, media: str) -> None:
    """A profile on another machine is unreadable; the hint gives the remedy."""
    with serving(lambda *_: json.dumps({"result": media, "error": None}).encode()) as url:
        done = crib("weak", "--content", make_book(), "--anki", url)
    first, hint = done.stderr.splitlines()
    assert done.returncode == 1
    assert first.startswith(f"{url}: error[collection]: its profile is not on this machine: ")
    assert hint == "  hint: export the collection from that Anki, and pass the file"


def test_only_a_collection_is_opened(tmp_path: Path) -> None:
    """A path from a server counts only with Anki's own names; Linux on Windows finds the drives of Windows."""
    path = profile(tmp_path / "c/Users/Me/AppData/Roaming/Anki2")
    media = r"C:\Users\Me\AppData\Roaming\Anki2\User 1\collection.media"
    assert beside_media(media, WSL, tmp_path) == path
    assert beside_media(media, {}, tmp_path) is None
    assert beside_media(str(path.with_name("collection.media")), {}) == path
    assert beside_media(str(path.with_name("other.media")), {}) is None
    assert beside_media(os.path.relpath(path.with_name("collection.media")), {}) is None


def test_one_collection(tmp_path: Path) -> None:
    """A file and a running Anki are too many."""
    done = crib("weak", tmp_path / "collection.anki2", "--anki")
    assert done.returncode == 2
    assert "leave out COLLECTION" in done.stderr


def test_no_collection_in_a_folder(tmp_path: Path) -> None:
    """Without a profile there is nothing to choose from."""
    with pytest.raises(BuildError, match="no Anki profile"):
        collections({}, tmp_path, tmp_path)
