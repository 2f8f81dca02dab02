"""`crib import` and `crib export`, as a user meets them, and a book of all shapes in every output."""

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
NAMES = (
    "obsidian.md",
    "choices.md",
    "details.md",
    "numbered.md",
    "exam.tex",
    "quiz.gift",
    "anki.txt",
    "notebook.ipynb",
)


def test_a_book_of_many_shapes_in_every_output(tmp_path: Path) -> None:
    """What was imported is built without errors, and comes back from an export with the same bytes."""
    done = crib("import", *(SHAPES / name for name in NAMES), "--to", tmp_path / "book")
    assert done.returncode == 0, done.stderr
    (tmp_path / "book/.crib-import.json").unlink()
    outputs = ("sheets", "cards", "quiz", "pocket", "book", "epub", "anki")
    built = crib("all", "--content", tmp_path / "book", "--out", tmp_path / "dist")
    assert built.returncode == 0, built.stderr
    assert "error" not in built.stderr
    (tmp_path / "book/anki.lock").unlink()
    crib("export", "--format", "json", "--content", tmp_path / "book", "--to", tmp_path / "book.json")
    assert crib("import", tmp_path / "book.json", "--to", tmp_path / "copy/book").returncode == 0
    again = crib("all", "--content", tmp_path / "copy/book", "--out", tmp_path / "again")
    assert again.returncode == 0, again.stderr
    files = sorted(path.relative_to(tmp_path / "dist") for path in (tmp_path / "dist").rglob("*") if path.is_file())
    files = [path for path in files if path.parts[0] != ".crib"]
    assert len(files) > len(outputs)
    for path in files:
        assert (tmp_path / "dist" / path).read_bytes() == (tmp_path / "again" / path).read_bytes(), path


def test_the_report(tmp_path: Path) -> None:
    """Paths go to stdout, what was left out to stderr; `--json` has all of it as data."""
    source = SHAPES / "headings.md"
    done = crib("import", source, "--to", tmp_path / "a")
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines()] == [
        "01-basics.md",
        "02-brewing.md",
        "book.yaml",
    ]
    assert f"{source}:36: “MIT”: left out: belongs to no question\n" in done.stderr
    assert done.stderr.endswith("4 questions in 2 chapters, 3 pieces left out.\n")
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
    """Columns are named by their names or numbers; a name that is not there is an error, as an unknown format is."""
    (tmp_path / "a.csv").write_text("guid,country,capital,river\n1,Peru,Lima,Rímac\n")
    options = ("--question", "capital", "--answer", "country", "--answer", "4")
    assert crib("import", tmp_path / "a.csv", "--to", tmp_path / "a", *options).returncode == 0
    text = (tmp_path / "a/01-a.md").read_text()
    assert "## Lima {#lima}\n\n**country:** Peru\n\n**river:** Rímac\n" in text
    wrong = crib("import", tmp_path / "a.csv", "--to", tmp_path / "b", "--question", "capital", "--answer", "sea")
    assert "there is no column" in wrong.stderr
    assert crib("import", tmp_path / "a.csv", "--to", tmp_path / "b", "--format", "magic").returncode == 2


def test_sources_that_are_not_there(tmp_path: Path) -> None:
    """Each is an error that names it."""
    (tmp_path / "empty").mkdir()
    for name, problem in (("nothing.md", "no such file"), ("empty", "no file that can be imported")):
        with pytest.raises(BuildError, match=problem):
            import_sources([tmp_path / name], tmp_path / "book", ImportOptions())
