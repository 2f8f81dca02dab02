"""The folder of built files."""

from __future__ import annotations

import json
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import TYPE_CHECKING

import pytest

from crib.engine.dist import Dist
from crib.engine.state import State
from crib.problems import BuildError

if TYPE_CHECKING:
    from pathlib import Path


def built(path: Path) -> dict[str, str]:
    """Return the files below *path* with their contents, except the state folder."""
    return {
        str(file.relative_to(path)): file.read_text()
        for file in sorted(path.rglob("*"))
        if file.is_file() and ".crib" not in file.parts
    }


def publish(dist: Dist, files: dict[str, str], output: str = "sheets") -> None:
    """Build *files* for *output* in one go."""
    with dist.open():
        for path, text in files.items():
            dist.stage(path, text.encode())
        dist.publish(dict.fromkeys(files, output), {}, [output])


def test_publish_and_clean(tmp_path: Path) -> None:
    """Cleaning leaves nothing of ours, and everything of others."""
    dist = Dist(tmp_path / "dist")
    publish(dist, {"sheets/1.pdf": "one", "all.pdf": "all"})
    (tmp_path / "dist/mine.txt").write_text("mine")
    assert built(dist.path) == {"sheets/1.pdf": "one", "all.pdf": "all", "mine.txt": "mine"}
    dist.clean()
    assert built(dist.path) == {"mine.txt": "mine"}
    assert sorted(path.name for path in dist.path.iterdir()) == [".crib", "mine.txt"]
    assert dist.built == {}


def test_a_failed_build_changes_nothing(tmp_path: Path) -> None:
    """Staged files are gone, built files are as before."""
    dist = Dist(tmp_path)
    publish(dist, {"a": "old"})
    with pytest.raises(BuildError, match="no luck"), dist.open():
        dist.stage("a", b"new")
        raise BuildError("no luck")
    assert built(tmp_path) == {"a": "old"}
    assert not (tmp_path / ".crib/staging").exists()


def test_a_killed_build_is_swept_up(tmp_path: Path) -> None:
    """Leftovers of a killed build are not published by the next."""
    dist = Dist(tmp_path)
    dist.stage("left-over", b"half")
    publish(dist, {"a": "new"})
    assert built(tmp_path) == {"a": "new"}
    assert not (tmp_path / ".crib/staging").exists()


def test_where_there_is_no_room(tmp_path: Path) -> None:
    """The error has the system's reason; nothing is lost."""
    dist = Dist(tmp_path)
    publish(dist, {"a": "old"})
    limit = getrlimit(RLIMIT_FSIZE)
    with pytest.raises(BuildError, match="File too large"), dist.open():
        setrlimit(RLIMIT_FSIZE, (1, limit[1]))
        try:
            dist.stage("a", b"new")
        finally:
            setrlimit(RLIMIT_FSIZE, limit)
    assert built(tmp_path) == {"a": "old"}


def test_outputs_that_are_no_longer_planned_go(tmp_path: Path) -> None:
    """A renamed chapter leaves no old sheet; other outputs and foreign files stay."""
    dist = Dist(tmp_path)
    publish(dist, {"sheets/1-old.pdf": "one", "sheets/2.pdf": "two"})
    publish(dist, {"deck": "deck"}, "anki")
    (tmp_path / "sheets/mine.pdf").write_text("mine")
    publish(dist, {"sheets/1-new.pdf": "one"})
    assert built(tmp_path) == {"sheets/1-new.pdf": "one", "deck": "deck", "sheets/mine.pdf": "mine"}


def test_two_builds_at_once(tmp_path: Path) -> None:
    """The second says so and leaves the first alone."""
    with Dist(tmp_path).open():
        Dist(tmp_path).stage("a", b"first")
        with pytest.raises(BuildError, match="another build"), Dist(tmp_path).open():
            pytest.fail("two builds in one folder")
        assert (tmp_path / ".crib/staging/a").exists()


def test_nobody_cleans_while_another_builds(tmp_path: Path) -> None:
    """The lock is one file for good: it holds off whoever comes while a build is at work."""
    dist = Dist(tmp_path)
    publish(dist, {"a": "a"})
    with dist.open():
        with pytest.raises(BuildError, match="another build"):
            Dist(tmp_path).clean()
        assert built(tmp_path) == {"a": "a"}
    Dist(tmp_path).clean()
    with dist.open(), pytest.raises(BuildError, match="another build"):
        Dist(tmp_path).clean()


def test_nothing_to_clean(tmp_path: Path) -> None:
    """Cleaning creates nothing."""
    assert Dist(tmp_path / "dist").clean() == []
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(("mine", "wanted"), [("b/mine", "b"), ("b", "b/c")])
def test_a_file_that_cannot_be_put_in_its_place(tmp_path: Path, mine: str, wanted: str) -> None:
    """It is found before any other file of the build is put in its place."""
    dist = Dist(tmp_path)
    publish(dist, {"a": "old"})
    (tmp_path / mine).parent.mkdir(exist_ok=True)
    (tmp_path / mine).write_text("mine")
    with pytest.raises(BuildError, match=r"/b: (a folder|a file) is in the way"):
        publish(dist, {"a": "new", wanted: "new"})
    assert (tmp_path / "a").read_text() == "old"
    assert dist.built == {"a": "sheets"}


class Killed(dict[str, str]):
    """Keys to kill a build with."""

    def get(self, *_: object) -> str:
        raise BuildError("killed")


def test_a_build_killed_before_its_record(tmp_path: Path) -> None:
    """Files of a build killed before its record can be cleaned, but do not count as built."""
    dist = Dist(tmp_path)
    with pytest.raises(BuildError), dist.open():
        dist.stage("a", b"new")
        dist.publish({"a": "sheets"}, Killed(), [])
    assert built(tmp_path) == {"a": "new"}
    assert Dist(tmp_path).key("a") is None
    dist.clean()
    assert built(tmp_path) == {}


def test_what_was_not_staged_stays(tmp_path: Path) -> None:
    """A build puts new files in place, and leaves unchanged ones alone."""
    dist = Dist(tmp_path)
    with dist.open():
        dist.stage("a", b"a")
        dist.stage("b", b"b")
        dist.publish({"a": "sheets", "b": "sheets"}, {"a": "1", "b": "2"}, ["sheets"])
    with dist.open():
        dist.stage("b", b"new")
        assert dist.publish({"a": "sheets", "b": "sheets"}, {"a": "1", "b": "3"}, ["sheets"]) == [
            tmp_path / "a",
            tmp_path / "b",
        ]
    assert built(tmp_path) == {"a": "a", "b": "new"}
    assert (Dist(tmp_path).key("a"), Dist(tmp_path).key("b")) == ("1", "3")
    (tmp_path / "a").write_text("b")
    assert Dist(tmp_path).key("a") is None


def test_a_lost_or_broken_record(tmp_path: Path) -> None:
    """Without its record Crib removes nothing it cannot be sure of."""
    dist = Dist(tmp_path)
    publish(dist, {"a": "a"})
    for broken in ("{", "[]", "1", "[" * 100_000, "9" * 5000, '{"a": 1}', '{"a": ["sheets", "", "x"]}', '{"seal": 1}'):
        (tmp_path / ".crib/built.json").write_text(broken)
        dist = Dist(tmp_path)
        assert dist.key("a") is None
    (tmp_path / ".crib/built.json").unlink()
    dist = Dist(tmp_path)
    assert dist.built == {}
    dist.clean()
    assert built(tmp_path) == {"a": "a"}


def test_a_record_cannot_reach_outside(tmp_path: Path) -> None:
    """A file elsewhere in a record is not touched."""
    (tmp_path / "precious").write_text("x")
    dist = Dist(tmp_path / "dist")
    publish(dist, {"a": "a"})
    dist = Dist(tmp_path / "dist")
    (tmp_path / "dist/.crib/built.json").write_text(
        json.dumps({"../precious": ["sheets", "", 1, 1], "a": ["sheets", "", 1, 1]})
    )
    dist.clean()
    assert built(tmp_path) == {"precious": "x", "dist/a": "a"}
    entry = ["sheets", "", 1, 1, ""]
    with dist.open():
        State(dist.path).write("built", {"../precious": entry, "sub/../../precious": entry, "a": entry})
    assert len(Dist(tmp_path / "dist").clean()) == 3
    assert built(tmp_path) == {"precious": "x"}
