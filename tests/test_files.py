"""Files in folders prepared by strangers."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crib import files
from crib.files import RefusedError, edit_file

if TYPE_CHECKING:
    from collections.abc import Callable


def pipe(path: Path) -> None:
    """Make a named pipe, never opened at its other end."""
    os.mkfifo(path)


def listening(path: Path) -> None:
    """Make a socket."""
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as file:
        file.bind(path.name)
    os.chdir(here)


def device(path: Path) -> None:
    """Link to an endless device."""
    path.symlink_to("/dev/zero")


def circle(path: Path) -> None:
    """Make a link to itself."""
    path.symlink_to(path.name)


def outside(path: Path) -> None:
    """Lead out of the folder."""
    path.symlink_to("../victim")


def above(path: Path) -> None:
    """Lead to the folder itself."""
    path.symlink_to(".")


SPECIAL = [pipe, listening, device, circle, outside, above, Path.mkdir]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a file of a victim beside it."""
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "folder/inner").mkdir(parents=True)
    (tmp_path / "folder/file").write_text("text")
    (tmp_path / "folder/inner/file").write_text("inner")
    return tmp_path / "folder"


@pytest.mark.parametrize("special", SPECIAL)
def test_only_regular_files_are_read(folder: Path, special: Callable[[Path], None]) -> None:
    """No waiting, and the file is named."""
    special(folder / "x")
    with pytest.raises(RefusedError) as refused, files.open_inside(folder / "x", folder):
        pytest.fail("opened")
    assert refused.value.filename == str(folder / "x")


@pytest.mark.parametrize("target", ["file", "inner/file", "inner/../file", "../folder/file"])
def test_links_within_the_folder_are_followed(folder: Path, target: str) -> None:
    """The folder of a book may have links of its own, and may be called by one."""
    (folder / "x").symlink_to(target)
    (folder.parent / "called").symlink_to("folder")
    for root in (folder, folder.parent / "called"):
        assert files.read_inside(root / "x", root, 99) == files.read_inside(root / target, root, 99)


def test_no_more_is_read_than_asked_for(folder: Path) -> None:
    """Only the requested bytes are read, however large the file is."""
    os.truncate(folder / "file", 1 << 35)
    assert files.read_inside(folder / "file", folder, 6) == b"text\0\0"


@pytest.mark.parametrize("name", ["../victim", "inner/../../victim", "gone/../../victim", "up/victim"])
def test_no_way_out(folder: Path, name: str) -> None:
    """Neither by dots nor through a linked folder."""
    (folder / "up").symlink_to("..")
    with pytest.raises(RefusedError):
        files.read_inside(folder / name, folder, 99)
    with pytest.raises(OSError, match=r"its folder|No such file|a link"), files.folder(folder, Path(name).parent.parts):
        pytest.fail("entered")


def test_a_link_that_is_put_there_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder replaced by a link after the check is not followed."""
    (folder.parent / "file").write_text("precious")
    real = os.path.realpath

    def swapped(path: Path) -> str:
        resolved = real(path)
        with suppress(OSError):
            (folder / "inner").rename(folder / "old")
            (folder / "inner").symlink_to("..")
        return resolved

    monkeypatch.setattr(os.path, "realpath", swapped)
    with pytest.raises(RefusedError, match="a link"):
        files.read_inside(folder / "inner/file", folder, 99)


def test_a_file_is_replaced_as_a_whole(folder: Path) -> None:
    """A replaced file has the mode of any new file, and nothing is left beside it."""
    mask = os.umask(0o027)
    files.replace_file(folder / "file", b"new")
    os.umask(mask)
    assert (folder / "file").read_bytes() == b"new"
    assert (folder / "file").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["file", "inner"]


def test_a_file_that_cannot_be_replaced(folder: Path) -> None:
    """A failed replacement leaves nothing beside the file."""
    with pytest.raises(OSError, match="directory"):
        files.replace_file(folder / "inner", b"new")
    assert sorted(path.name for path in folder.iterdir()) == ["file", "inner"]


@pytest.mark.parametrize("special", [circle, outside, above, device])
def test_nothing_is_written_through_a_link(folder: Path, special: Callable[[Path], None]) -> None:
    """The link stays, and so does its target."""
    special(folder / "x")
    with pytest.raises(RefusedError, match="a link"):
        files.replace_file(folder / "x", b"new")
    with files.folder(folder) as parent, pytest.raises(FileExistsError):
        files.write_new("x", parent, b"new")
    assert (folder / "x").is_symlink()
    assert (folder.parent / "victim").read_text() == "precious"


def test_temporary_names_cannot_be_known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No two are the same, and each is new."""
    names = []
    write = files.write_new

    def record(name: str, parent: int, data: bytes, mode: int) -> None:
        names.append(name)
        write(name, parent, data, mode)

    monkeypatch.setattr(files, "write_new", record)
    for _ in range(20):
        files.replace_file(folder / "file", b"new")
    assert len({name.split(".")[2] for name in names}) == 20
    assert all(len(name.split(".")[2]) == 32 for name in names)


@pytest.mark.parametrize("special", SPECIAL)
def test_what_is_dropped(folder: Path, special: Callable[[Path], None]) -> None:
    """The link is removed, its target stays."""
    special(folder / "x")
    files.drop(folder / "x")
    assert not files.is_there(folder / "x")
    assert (folder.parent / "victim").read_text() == "precious"
    assert (folder / "inner/file").exists()
    files.drop(folder / "x")


def test_a_folder_with_links_is_dropped(folder: Path) -> None:
    """Links in a dropped folder are not followed."""
    (folder / "inner/up").symlink_to("../..")
    (folder / "inner/victim").symlink_to("../../victim")
    files.drop(folder / "inner")
    assert (folder.parent / "victim").read_text() == "precious"
    assert (folder / "file").exists()


def test_a_file_that_has_changed_is_not_edited(tmp_path: Path) -> None:
    """A changed file is not edited: edits saved meanwhile are kept."""
    path = tmp_path / "file"
    path.write_bytes(b"new")
    with pytest.raises(OSError, match="has changed meanwhile"):
        edit_file(path, b"old", b"fixed")
    assert path.read_bytes() == b"new"
    edit_file(path, b"new", b"fixed")
    assert path.read_bytes() == b"fixed"
