"""The cache of results, from one build to the next."""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine.cache import SIZE, Cache, digest, packed
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROOM = 1_000_000


@dataclass(frozen=True)
class Words:
    """A dataclass with a cached property."""

    words: tuple[str, ...]

    @cached_property
    def count(self) -> int:
        """Count the words."""
        return len(self.words)


MADE: list[str] = []


def count(words: Words) -> list[str]:
    """Count the words, and record the call."""
    MADE.append("made")
    return [*words.words, "counted"]


def remember(cache: Cache, function: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result of *function*, from *cache* if possible."""
    return cache.value(cache.key(function, arguments), lambda: function(*arguments))


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of this user's secret."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/crib/secret"


def test_what_was_made_is_made_once(tmp_path: Path) -> None:
    """The next build has no more than the file."""
    MADE.clear()
    for _ in range(3):
        cache = Cache(tmp_path / "cache.sqlite")
        assert remember(cache, count, Words(("a", "b"))) == ["a", "b", "counted"]
        cache.close(ROOM)
    assert MADE == ["made"]


def test_other_arguments_or_another_fingerprint_make_it_anew(tmp_path: Path) -> None:
    """A result depends on the function, all its arguments, and all tools."""
    keys = {
        Cache(tmp_path / "cache.sqlite", fingerprint).key(make, arguments)
        for fingerprint in (b"", b"new")
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
    code = "from crib.engine.cache import Cache; print(Cache().key(len, ({'a': 'x', 'b': ('y', 1.5, None)},)).hex())"
    told = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_what_a_stranger_has_put_there_is_not_read(tmp_path: Path, secret: Path) -> None:
    """A folder of built files from a stranger can neither run code nor provide results."""
    cache = Cache(tmp_path / "cache.sqlite")
    key = cache.key(len, ("abc",))
    cache.save(key, packed(3))
    cache.close(ROOM)
    assert secret.stat().st_mode & 0o077 == 0
    secret.unlink()
    assert Cache(tmp_path / "cache.sqlite").digest_of(key) is None
    assert Cache(tmp_path / "cache.sqlite").load(key) is None


def test_what_was_changed_since_is_not_read(tmp_path: Path) -> None:
    """Neither a value nor its digest can be replaced."""
    cache = Cache(tmp_path / "cache.sqlite")
    key = cache.key(len, ("abc",))
    cache.save(key, packed(3))
    for change in ("value = ?", "digest = ?", "seal = ?"):
        cache.save(key, packed(3))
        with sqlite3.connect(tmp_path / "cache.sqlite") as file:
            file.execute(f"UPDATE kept SET {change}", (packed(4) if "value" in change else bytes(SIZE),))
        assert cache.load(key) is None
        assert remember(cache, len, "abc") == 3


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 1000, None])
def test_a_damaged_file_begins_anew(tmp_path: Path, damage: bytes | None) -> None:
    """It is a cache: whatever happens to it, results are right."""
    cache = Cache(tmp_path / "cache.sqlite")
    cache.save(cache.key(len, ("abc",)), packed(3))
    cache.close(ROOM)
    path = tmp_path / "cache.sqlite"
    path.write_bytes(path.read_bytes()[:5000] if damage is None else damage)
    assert remember(Cache(path), len, "abc") == 3
    assert remember(Cache(path), len, "abc") == 3


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    """Without write access, results are computed each time."""
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file/cache")
    assert remember(cache, len, "abc") == 3
    assert cache.digest_of(cache.key(len, ("abc",))) is None
    cache.close(ROOM)


def test_what_was_not_used_for_long_goes(tmp_path: Path) -> None:
    """The file does not grow forever, and keeps the results used by the last build."""
    old, new = (Cache(tmp_path / "cache.sqlite") for _ in range(2))
    for i in range(10):
        old.save(old.key(str, (i,)), bytes(1000))
    old._now -= 10
    old.close(ROOM)
    with sqlite3.connect(tmp_path / "cache.sqlite") as file:
        file.execute("UPDATE kept SET used = used - 10")
    used = new.key(str, (3,))
    assert new.digest_of(used) == digest(bytes(1000))
    new.close(1500)
    last = Cache(tmp_path / "cache.sqlite")
    assert [i for i in range(10) if last.digest_of(last.key(str, (i,)))] == [3]


def test_of_many_only_what_is_missing_is_made(tmp_path: Path) -> None:
    """Results come in the requested order; other arguments have other results."""
    calls = []

    def lengths(words: list[str], factor: int) -> list[int]:
        calls.append(words)
        return [len(word) * factor for word in words]

    for words, factor in ((["a", "bcd"], 1), (["ef", "bcd", "a", "ef"], 1), (["a"], 2), (["bcd", "a"], 1)):
        cache = Cache(tmp_path / "cache.sqlite")
        keys = [cache.key(lengths, (word, factor)) for word in words]
        results = cache.values(keys, words, partial(lengths, factor=factor))
        assert results == [len(word) * factor for word in words]
        cache.close(ROOM)
    assert calls == [["a", "bcd"], ["ef"], ["a"]]
