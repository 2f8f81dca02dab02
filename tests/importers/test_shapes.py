"""Fixtures of question formats: people's input, and the resulting Markdown and report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.importers.importing import ImportOptions, import_sources
from crib.pipeline.reading import read_with_warnings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = ROOT / "tests/fixtures/import"
SOURCES = sorted(path for path in SHAPES.iterdir() if path.suffix not in (".expected", ".svg"))


def imported(source: Path, folder: Path) -> str:
    """Return the result of importing *source* into *folder*: its chapters and its report."""
    report = import_sources([source], folder, ImportOptions())
    chapters = [path.read_text() for path in sorted(folder.glob("*.md"))]
    lines = [line.replace(str(source), source.name) for line in report.as_text()]
    return "\n".join([*chapters, "=== report", *lines]) + "\n"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_shapes(source: Path, tmp_path: Path) -> None:
    """`NAME.expected` is the result for `NAME`, a book without errors."""
    assert imported(source, tmp_path / "book") == SHAPES.joinpath(f"{source.name}.expected").read_text()
    read_with_warnings(tmp_path / "book")
