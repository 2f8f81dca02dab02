"""`crib import`, as a user meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crib.importers.importing import ImportOptions, import_sources
from crib.problems import BuildError
from tests.commands import crib
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = ROOT / "tests/fixtures/import"


def test_the_report(tmp_path: Path) -> None:
    """Paths go to stdout, dropped pieces to stderr; `--json` has all of it as data."""
    source = SHAPES / "headings.md"
    done = crib("import", source, "--to", tmp_path / "a")
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines()] == [
        "01-basics.md",
        "02-brewing.md",
        "book.yaml",
    ]
    assert f"{source}:36: “MIT”: left out: belongs to no question\n" in done.stderr
    *_, summary, following = done.stderr.splitlines()
    assert summary == "4 questions in 2 chapters, 3 pieces left out."
    assert following.startswith("Next: read the chapters, and build the book with `crib all --content ")
    data = json.loads(crib("import", source, "--to", tmp_path / "b", "--json").stdout)
    assert (data["questions"], data["problems"]) == (4, [])
    assert [(piece["line"], piece["what"]) for piece in data["left_out"]][-1] == (36, "MIT")


@pytest.mark.parametrize(("level", "chapters"), [(1, ["Garden"]), (2, ["Trees", "Herbs"])])
def test_levels_of_chapters(level: int, chapters: list[str], tmp_path: Path) -> None:
    """Headings below the level become tags."""
    text = "# Garden\n\n## Trees\n\n### Oak\n\nQ: Old?\nA: Yes.\n\n## Herbs\n\nQ: Green?\nA: Yes.\n"
    (tmp_path / "garden.md").write_text(text)
    assert crib("import", tmp_path / "garden.md", "--to", tmp_path / "b", "--by", level).returncode == 0
    files = sorted((tmp_path / "b").glob("*.md"))
    assert [path.read_text().split("\n")[1] for path in files] == [f"title: {name}" for name in chapters]
    assert ("tags=oak" if level == 2 else 'tags="trees oak"') in files[0].read_text()


def test_columns_and_formats(tmp_path: Path) -> None:
    """Columns are given by name or number; unknown columns and formats are errors."""
    (tmp_path / "a.csv").write_text("guid,country,capital,river\n1,Peru,Lima,Rímac\n")
    options = ("--question", "capital", "--answer", "country", "--answer", "4")
    assert crib("import", tmp_path / "a.csv", "--to", tmp_path / "a", *options).returncode == 0
    text = (tmp_path / "a/01-a.md").read_text()
    assert "## Lima {#lima}\n\n**country:** Peru\n\n**river:** Rímac\n" in text
    wrong = crib("import", tmp_path / "a.csv", "--to", tmp_path / "b", "--question", "capital", "--answer", "sea")
    assert "there is no column" in wrong.stderr
    assert crib("import", tmp_path / "a.csv", "--to", tmp_path / "b", "--format", "magic").returncode == 2


def test_sources_that_are_not_there(tmp_path: Path) -> None:
    """Each missing source is an error with its name."""
    (tmp_path / "empty").mkdir()
    for name, problem in (("nothing.md", "no such file"), ("empty", "no file that can be imported")):
        with pytest.raises(BuildError, match=problem):
            import_sources([tmp_path / name], tmp_path / "book", ImportOptions())
