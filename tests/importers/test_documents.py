"""Word and other documents have the same questions as the Markdown they were made from."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from crib.importers.importing import ImportOptions, import_sources
from crib.markup import pandoc
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = ROOT / "tests/fixtures/import"
CHAPTERS = {"headed-items.md": {"01-clouds.md": 2, "02-rain.md": 2}, "labels.md": {"01-knots.md": 4}}


def converted(shape: str, suffix: str, folder: Path) -> Path:
    """Return the *shape* as a document with *suffix*, written by pandoc."""
    file = folder / f"source.{suffix}"
    source = SHAPES / shape
    form = {"typ": "typst"}.get(suffix, suffix)
    command = [pandoc._binary(), "--from", "gfm", "--to", form, "--standalone", "--output", str(file), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return file


@pytest.mark.parametrize("shape", CHAPTERS)
@pytest.mark.parametrize("suffix", ["docx", "odt", "html", "rst", "typ"])
def test_the_same_questions(shape: str, suffix: str, tmp_path: Path) -> None:
    """Chapters and questions are those of the Markdown."""
    report = import_sources([converted(shape, suffix, tmp_path)], tmp_path / "book", ImportOptions())
    assert report.questions == CHAPTERS[shape]


@pytest.mark.parametrize(
    "suffix", ["rtf", "mediawiki", "dokuwiki", "textile", "docbook", "opml", "dj", "epub", "adoc", "tex"]
)
def test_what_else_pandoc_reads(suffix: str, tmp_path: Path) -> None:
    """Headings are questions, and formatting is kept."""
    file = tmp_path / f"seas.{suffix}"
    text = "# Seas\n\n## What is a tide?\n\nThe sea **rises**.\n\n## Why salt?\n\nRivers.\n"
    if suffix == "adoc":  # pandoc writes it with anchors of its own
        file.write_text(text.replace("# ", "= ").replace("#=", "==").replace("**", "*"))
    else:
        writer = {"dj": "djot", "tex": "latex"}.get(suffix, suffix)
        command = [pandoc._binary(), "--standalone", "--to", writer, "--output", str(file)]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True)
    import_sources([file], tmp_path / "book", ImportOptions())
    chapter = (tmp_path / "book/01-seas.md").read_text()
    assert "## What is a tide? {#what-is-a-tide}\n\nThe sea **rises**.\n" in chapter
    assert "## Why salt? {#why-salt}\n\nRivers.\n" in chapter


def test_pictures_in_a_document(tmp_path: Path) -> None:
    """Pictures inside of a Word file are copied, each once."""
    picture = ROOT / "content/figures/08-swiss-roll.svg"
    text = f"# A\n\n## What is it?\n\n![A roll]({picture})\n\n## And that?\n\n![A roll]({picture})\n"
    (tmp_path / "a.md").write_text(text)
    command = [pandoc._binary(), "--from", "markdown", "--output", str(tmp_path / "a.odt"), str(tmp_path / "a.md")]
    subprocess.run(command, check=True, capture_output=True)
    report = import_sources([tmp_path / "a.odt"], tmp_path / "book", ImportOptions())
    pictures = [name for name in report.files if name.startswith("figures/")]
    assert len(pictures) == 1
    assert (tmp_path / "book" / pictures[0]).read_bytes() == picture.read_bytes()
    assert (tmp_path / "book/01-a.md").read_text().count(f"]({pictures[0]}") == 2
