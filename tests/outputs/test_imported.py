"""A book imported from several formats, in every output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.outputs.registry import OUTPUTS
from tests.commands import crib, files
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = ROOT / "tests/fixtures/import"
BUILT = ("obsidian.md", "choices.md", "numbered.md")
"""Between them, they have links, a picture, gaps, choices, code, notes, lists, exercises and formulas."""


def contents(folder: Path) -> dict[str, bytes]:
    """Return the names and bytes of the files below *folder*."""
    return {name: (folder / name).read_bytes() for name in files(folder)}


def succeed(*arguments: object) -> None:
    """Run a command; it must succeed without an error."""
    done = crib(*arguments)
    assert done.returncode == 0, done.stderr
    assert ": error" not in done.stderr


def test_an_imported_book_in_every_output(tmp_path: Path) -> None:
    """It is built without errors, and comes back from an export with the same bytes."""
    book, dist = tmp_path / "book", tmp_path / "dist"
    succeed("import", *(SHAPES / name for name in BUILT), "--to", book)
    (book / ".crib-import.json").unlink()
    succeed("all", "--content", book, "--out", dist)
    built = contents(dist)
    assert len(built) > len(OUTPUTS)
    succeed("export", "--format", "json", "--content", book, "--to", tmp_path / "book.json")
    book.rename(tmp_path / "before")
    succeed("import", tmp_path / "book.json", "--to", book)
    succeed("all", "--content", book, "--out", dist)
    assert contents(dist) == built
