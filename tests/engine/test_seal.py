"""Seals distinguish this user's records from those of others."""

from __future__ import annotations

import json
from os import mkfifo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine.seal import open_record, sealed_record, user_secret

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = b"s" * 32
RECORD = {"a": ["x", 1, True], "b": {"c": None}}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of this user's secret."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "crib/secret"


def test_a_record_comes_back() -> None:
    """A sealed record is read unchanged."""
    assert open_record("built", sealed_record("built", RECORD, SECRET), SECRET) == RECORD


def test_a_record_of_another_user_or_name() -> None:
    """A record of another user or name counts as lost."""
    data = sealed_record("built", RECORD, SECRET)
    assert open_record("built", data, b"t" * 32) is None
    assert open_record("noted", data, SECRET) is None


def change(record: Any) -> None:
    """Change a member."""
    record["a"][1] = 2


def add(record: Any) -> None:
    """Add a member."""
    record["d"] = 1


def swap(record: Any) -> None:
    """Give a member another type."""
    record["a"][1] = True


@pytest.mark.parametrize("edit", [change, add, swap, lambda record: record.pop("a"), lambda record: record.pop("seal")])
def test_a_changed_record(edit: Callable[[Any], None]) -> None:
    """It counts as lost, whatever was changed."""
    record = json.loads(sealed_record("built", RECORD, SECRET))
    edit(record)
    assert open_record("built", json.dumps(record).encode(), SECRET) is None


@pytest.mark.parametrize(
    "data",
    ["", "{", "[]", "1", "null", '"seal"', "[" * 100_000, "9" * 5000, '{"seal": 5}', '{"seal": "x"}', "\xff"],
)
def test_what_is_no_record(data: str) -> None:
    """Data without a valid record counts as lost."""
    assert open_record("built", data.encode("latin-1"), SECRET) is None


def test_the_secret_is_created_once(path: Path) -> None:
    """The secret is created once, in a file readable by the user only."""
    secret = user_secret()
    assert (len(secret), path.stat().st_mode & 0o777) == (32, 0o600)
    assert user_secret() == secret == path.read_bytes()
    path.chmod(0o644)
    assert user_secret() == secret
    assert path.stat().st_mode & 0o777 == 0o600


def link(path: Path) -> None:
    """Link to a secret known to others."""
    (path.parent / "known").write_bytes(SECRET)
    path.symlink_to("known")


def folder(path: Path) -> None:
    """Make a folder with a file."""
    path.mkdir()
    (path / "file").touch()


@pytest.mark.parametrize(
    "damage",
    [
        Path.touch,
        lambda path: path.write_bytes(b"short"),
        lambda path: path.write_bytes(bytes(33)),
        link,
        folder,
        mkfifo,
    ],
)
def test_a_damaged_secret_is_replaced(path: Path, damage: Callable[[Path], None]) -> None:
    """A damaged secret is replaced by a new, permanent one."""
    path.parent.mkdir()
    damage(path)
    secret = user_secret()
    assert secret not in (SECRET, SECRET * 2)
    assert user_secret() == secret == path.read_bytes()
    assert not path.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600


def test_where_no_secret_can_be_kept(path: Path) -> None:
    """Each call has its own, so nothing counts as ours."""
    path.parent.write_text("")
    assert len({user_secret(), user_secret()}) == 2
