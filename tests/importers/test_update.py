"""Importing the same sources again: their changes are applied, and the writer's edits are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.importers.importing import ImportOptions, import_sources
from crib.importers.record import RECORD_FILE
from crib.problems import BuildError

if TYPE_CHECKING:
    from pathlib import Path

    from crib.importers.report import ImportReport

SOURCE = """# Sea

## What is a tide?

The sea rises.

## What is a wave?

Water goes up and down.

## What is foam?

Air in water.
"""


def bring(folder: Path, text: str, *, update: bool = True) -> ImportReport:
    """Import *text* into `book` in *folder*."""
    source = folder / "sea.md"
    source.write_text(text)
    return import_sources([source], folder / "book", ImportOptions(update=update))


def chapter(folder: Path) -> Path:
    """Return the only chapter of the book in *folder*."""
    return folder / "book/01-sea.md"


def changes(report: ImportReport) -> dict[str, tuple[str, ...]]:
    """Return the changes."""
    return {name: keys for name, keys in (report.changes or {}).items() if keys}


def test_nothing_changed(tmp_path: Path) -> None:
    """The same source again writes nothing."""
    bring(tmp_path, SOURCE, update=False)
    before = chapter(tmp_path).read_bytes()
    report = bring(tmp_path, SOURCE)
    assert (report.files, changes(report)) == ((), {})
    assert chapter(tmp_path).read_bytes() == before


def test_changes_on_both_sides(tmp_path: Path) -> None:
    """Each side's changes are kept; in a conflict, the writer's version stays, and is reported."""
    bring(tmp_path, SOURCE, update=False)
    mine = chapter(tmp_path).read_text().replace("up and down", "round and round").replace("The sea", "My sea")
    chapter(tmp_path).write_text(mine + "\n## My own? {#my-own}\n\nYes.\n")
    theirs = SOURCE.replace("The sea rises.", "The sea falls.").replace("Air in water.", "Bubbles.")
    report = bring(tmp_path, theirs + "\n## What is spray?\n\nDrops.\n")
    text = chapter(tmp_path).read_text()
    assert changes(report) == {
        "added": ("what-is-spray",),
        "changed": ("what-is-foam",),
        "changed here and in the source; yours are kept": ("what-is-a-tide",),
    }
    for kept in ("My sea rises.", "round and round", "Bubbles.", "## My own? {#my-own}\n\nYes.", "Drops."):
        assert kept in text
    again = bring(tmp_path, theirs + "\n## What is spray?\n\nDrops.\n")
    assert changes(again) == {"changed here and in the source; yours are kept": ("what-is-a-tide",)}


def test_a_question_that_is_gone(tmp_path: Path) -> None:
    """It is removed, unless the writer edited it, or the deck was published."""
    bring(tmp_path, SOURCE, update=False)
    chapter(tmp_path).write_text(chapter(tmp_path).read_text().replace("Air in", "Much air in"))
    report = bring(tmp_path, SOURCE.split("## What is a wave?", maxsplit=1)[0])
    assert changes(report) == {
        "removed": ("what-is-a-wave",),
        "no longer in the source, but edited here or published": ("what-is-foam",),
    }
    assert "Much air" in chapter(tmp_path).read_text()


def test_published_answers_stay(tmp_path: Path) -> None:
    """Published answers stay: learners have them."""
    bring(tmp_path, SOURCE, update=False)
    (tmp_path / "book/anki.lock").write_text("{}\n")
    bring(tmp_path, SOURCE.split("## What is a wave?", maxsplit=1)[0])
    assert "{#what-is-a-wave}" in chapter(tmp_path).read_text()


def test_deleted_and_moved_answers(tmp_path: Path) -> None:
    """A deleted answer does not come back; a moved one is updated in its new place."""
    bring(tmp_path, SOURCE, update=False)
    head, _, rest = chapter(tmp_path).read_text().partition("## What is a tide?")
    tide, _, others = rest.partition("## What is a wave?")
    foam = "## What is foam?" + others.partition("## What is foam?")[2]
    chapter(tmp_path).write_text(head + foam)
    other = tmp_path / "book/02-moved.md"
    other.write_text(f"---\ntitle: Moved\nnumber: 2\n---\n\n## What is a tide?{tide}")
    report = bring(tmp_path, SOURCE.replace("rises", "breathes"))
    assert changes(report) == {"changed": ("what-is-a-tide",)}
    assert "breathes" in other.read_text()
    assert "wave" not in chapter(tmp_path).read_text()


def test_code_that_looks_like_a_heading(tmp_path: Path) -> None:
    """A line `## …` in code does not part an answer."""
    text = "# Sea\n\n## What is a comment?\n\n```python\n## not a question\nx = 1\n```\n\nText.\n"
    bring(tmp_path, text, update=False)
    bring(tmp_path, text.replace("Text.", "More."))
    assert chapter(tmp_path).read_text().endswith("```python\n## not a question\nx = 1\n```\n\nMore.\n")


def test_folders_that_are_refused(tmp_path: Path) -> None:
    """Nothing is written into a folder with other files, through a link, or over a damaged record."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book/notes.txt").write_text("mine")
    with pytest.raises(BuildError, match="is not empty"):
        bring(tmp_path, SOURCE, update=False)
    with pytest.raises(BuildError, match="nothing was imported"):
        bring(tmp_path, SOURCE)
    for damaged in ("[]", '{"version": 9}', '{"version": 1, "answers": {"a": 1}}', "[" * 9999):
        (tmp_path / "book" / RECORD_FILE).write_text(damaged)
        with pytest.raises(BuildError, match="cannot read the record"):
            bring(tmp_path, SOURCE)
    (tmp_path / "link").symlink_to(tmp_path / "book")
    with pytest.raises(OSError, match="a link"):
        import_sources([tmp_path / "sea.md"], tmp_path / "link", ImportOptions())
    assert [path.name for path in (tmp_path / "book").iterdir() if path.suffix == ".md"] == []
