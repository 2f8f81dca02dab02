"""What is kept from one build to the next."""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from crib.engine.cache import SIZE, Store, digest, packed
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 1_000_000


@dataclass(frozen=True)
class Words:
    """Something that computes for itself."""

    words: tuple[str, ...]

    @cached_property
    def count(self) -> int:
        """Count the words."""
        return len(self.words)


MADE: list[str] = []


def count(words: Words) -> list[str]:
    """Make something, and tell that it was made."""
    MADE.append("made")
    return [*words.words, "counted"]


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the secret of this user is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/crib/secret"


def test_what_was_made_is_made_once(tmp_path: Path) -> None:
    """The next build has no more than the file."""
    MADE.clear()
    for _ in range(3):
        store = Store(tmp_path / "store")
        assert store.remember(count, Words(("a", "b"))) == ["a", "b", "counted"]
        store.close(ROOM)
    assert MADE == ["made"]


def test_other_arguments_or_another_stamp_make_it_anew(tmp_path: Path) -> None:
    """A result is that of a function, of all its arguments, and of all tools."""
    keys = {
        Store(tmp_path / "store", stamp).key(make, arguments)
        for stamp in (b"", b"new")
        for make in (len, str)
        for arguments in (("a",), ("b",), (("a",),), (["a"],), (1,), (True,), (1.0,), (None,))
    }
    assert len(keys) == 2 * 2 * 8


def test_equal_values_are_packed_alike() -> None:
    """Whatever they have computed, and whichever of their parts are one object."""
    one, other = Words(("ab", "ab")), Words(("ab", str(b"ab", "ascii")))
    assert one.count == 2
    assert packed({"x": [one, one]}) == packed({"x": [one, other]})
    assert pickle.loads(packed([one])) == [other]


def test_the_same_key_in_every_process() -> None:
    """Hashes of text differ from process to process, keys do not."""
    code = "from crib.store import Store; print(Store().key(len, ({'a': 'x', 'b': ('y', 1.5, None)},)).hex())"
    told = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_what_a_stranger_has_put_there_is_not_read(tmp_path: Path, secret: Path) -> None:
    """A folder of built files that comes from elsewhere cannot run anything, nor tell us what we made."""
    store = Store(tmp_path / "store")
    key = store.key(len, ("abc",))
    store.keep(key, packed(3))
    store.close(ROOM)
    assert secret.stat().st_mode & 0o077 == 0
    secret.unlink()
    assert Store(tmp_path / "store").find(key) is None
    assert Store(tmp_path / "store").load(key) is None


def test_what_was_changed_since_is_not_read(tmp_path: Path) -> None:
    """Neither a value nor its digest can be replaced."""
    store = Store(tmp_path / "store")
    key = store.key(len, ("abc",))
    store.keep(key, packed(3))
    for change in ("value = ?", "digest = ?", "seal = ?"):
        store.keep(key, packed(3))
        with sqlite3.connect(tmp_path / "store") as file:
            file.execute(f"UPDATE kept SET {change}", (packed(4) if "value" in change else bytes(SIZE),))
        assert store.load(key) is None
        assert store.remember(len, "abc") == 3


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 1000, None])
def test_a_damaged_file_begins_anew(tmp_path: Path, damage: bytes | None) -> None:
    """It is a cache: whatever happens to it, results are right."""
    store = Store(tmp_path / "store")
    store.keep(store.key(len, ("abc",)), packed(3))
    store.close(ROOM)
    path = tmp_path / "store"
    path.write_bytes(path.read_bytes()[:5000] if damage is None else damage)
    assert Store(path).remember(len, "abc") == 3
    assert Store(path).remember(len, "abc") == 3


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    """Results are made as ever."""
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file/store")
    assert store.remember(len, "abc") == 3
    assert store.find(store.key(len, ("abc",))) is None
    store.close(ROOM)


def test_what_was_not_used_for_long_goes(tmp_path: Path) -> None:
    """The file does not grow for ever; what the last build used stays."""
    old, new = (Store(tmp_path / "store") for _ in range(2))
    for i in range(10):
        old.keep(old.key(str, (i,)), bytes(1000))
    old._now -= 10
    old.close(ROOM)
    with sqlite3.connect(tmp_path / "store") as file:
        file.execute("UPDATE kept SET used = used - 10")
    used = new.key(str, (3,))
    assert new.find(used) == digest(bytes(1000))
    new.close(1500)
    last = Store(tmp_path / "store")
    assert [i for i in range(10) if last.find(last.key(str, (i,)))] == [3]


def test_of_many_only_what_is_missing_is_made(tmp_path: Path) -> None:
    """In the order that was asked for; other arguments make other results."""
    calls = []

    def lengths(words: list[str], factor: int) -> list[int]:
        calls.append(words)
        return [len(word) * factor for word in words]

    for words, factor in ((["a", "bcd"], 1), (["ef", "bcd", "a", "ef"], 1), (["a"], 2), (["bcd", "a"], 1)):
        store = Store(tmp_path / "store")
        assert store.remember_each(lengths, words, factor) == [len(word) * factor for word in words]
        store.close(ROOM)
    assert calls == [["a", "bcd"], ["ef"], ["a"]]
