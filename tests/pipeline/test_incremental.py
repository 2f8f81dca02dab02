"""Incremental builds: only changes are rebuilt, and -n gives the reasons."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.commands import crib
from tests.conftest import ANSWER, BOOK, FRONT, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands import Ended

TWO = (FRONT + ANSWER).replace("number: 1", "number: 2").replace("#answer", "#two").replace("What is", "Whose is")
HEAVY = {"weasyprint", "genanki", "pypandoc", "jinja2", "pygments", "jsonschema", "py_mini_racer", "yaml"}


class Builds:
    """A book of two chapters, and its `dist`."""

    def __init__(self, folder: Path, cache: Path) -> None:
        """Use the book in *folder*; *cache* is the cache folder of this user."""
        self.folder, self.cache = folder, cache
        self.book, self.out = folder / "content", folder / "dist"

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run a command there, in this process."""
        done = crib(*arguments, folder=self.folder, **{"XDG_CACHE_HOME": str(self.cache), **environment})
        assert "Traceback" not in done.stderr
        return done

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python there."""
        own = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(self.cache)}
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True, text=True, check=False, cwd=self.folder, env={**os.environ, **own},
        )  # fmt: skip

    def reasons(self, *arguments: str) -> dict[str, str]:
        """Return the files to build, of all outputs, with the reasons, without the folder of the book."""
        told = self.run(*(arguments or ["all"]), "-n").stdout.replace("content/", "")
        return dict(line.split(": ", 1) for line in told.splitlines())

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file of the book."""
        path = self.book / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def state(self) -> dict[str, tuple[bytes, int]]:
        """Return the built files and their times."""
        files = (path for path in self.out.rglob("*") if path.is_file() and ".crib" not in path.parts)
        return {str(path.relative_to(self.out)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def data(state: dict[str, tuple[bytes, int]]) -> dict[str, bytes]:
    """Return the contents of files."""
    return {path: held for path, (held, _) in state.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """Return a book, built, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "content").mkdir()
    for name, text in (("book.yaml", BOOK), ("01-first-steps.md", FRONT + ANSWER), ("02-two.md", TWO)):
        (folder / "content" / name).write_text(text)
        os.utime(folder / "content" / name, (1e9, 1e9))
    made = Builds(folder, tmp_path_factory.mktemp("cache"))
    assert made.run("all").returncode == 0
    return made


@pytest.fixture
def builds(built: Builds, tmp_path: Path) -> Builds:
    """Return a book, built, of one's own."""
    shutil.copytree(built.folder, tmp_path / "copy")
    return Builds(tmp_path / "copy", built.cache)


def test_nothing_to_do(builds: Builds) -> None:
    """It prints the paths as usual, writes nothing, and imports nothing heavy."""
    before = builds.state()
    code = (
        "import sys\nfrom crib.cli import main\n"
        f"try: main(['all'])\nexcept SystemExit: print(*(sys.modules.keys() & {HEAVY}))"
    )
    done = builds.python("-c", code)
    *paths, heavy = done.stdout.splitlines()
    assert sorted(paths) == sorted(f"dist/{path}" for path in before)
    assert heavy == ""
    assert done.stderr == "Nothing has changed.\n"
    assert builds.state() == before
    assert builds.reasons() == {}


def test_nothing_to_show(builds: Builds) -> None:
    """Pocket booklets in large type do not exist; the first build says so, and so does the next."""
    told = [builds.run("pocket", "--theme", "large") for _ in range(2)]
    assert {(done.returncode, done.stdout) for done in told} == {(0, "")}
    assert {done.stderr for done in told} == {"Nothing was built: with these options, there is nothing to show.\n"}


@pytest.mark.parametrize("output", ["sheets", "cards", "quiz", "pocket", "book", "epub", "anki"])
def test_an_output_alone_is_what_all_has_built(builds: Builds, output: str) -> None:
    """An existing file is not built a second time."""
    assert builds.reasons(output) == {}


def test_a_touched_file_has_not_changed(builds: Builds) -> None:
    """Another time is a reason to look, not to build."""
    before = builds.state()
    os.utime(builds.book / "01-first-steps.md", (1e9, 1e9))
    assert builds.run("all").stderr == "Nothing has changed.\n"
    assert builds.state() == before


def test_a_change_under_the_same_time_and_size(builds: Builds) -> None:
    """--rehash finds changes hidden by sizes and times."""
    builds.edit("01-first-steps.md", "Whatever", "However ")
    os.utime(builds.book / "01-first-steps.md", (1e9, 1e9))
    assert builds.reasons("all") == {}
    assert "small-book.apkg" in builds.reasons("all", "--rehash")


def test_one_answer_changed(builds: Builds) -> None:
    """Only dependent files are built again, and the changed file is named."""
    before = builds.state()
    builds.edit("01-first-steps.md", "What a question asks for", "What questions ask for")
    shown = builds.reasons()
    assert set(shown.values()) == {"01-first-steps.md changed"}
    assert shown.keys() >= {"sheets/01-first-steps.pdf", "sheets.pdf", "cards.pdf", "book.pdf", "small-book.apkg"}
    assert builds.state() == before
    assert builds.run("all").returncode == 0
    after = builds.state()
    assert {path for path in after if after[path] != before.get(path)} == shown.keys()
    assert not shown.keys() & {"sheets/02-two.pdf", "pocket/02-two.pdf"}


def test_the_full_answer_is_on_no_sheet(builds: Builds) -> None:
    """A change in a part it does not show is no reason to build it."""
    builds.edit("01-first-steps.md", "Whatever", "All that")
    assert not any(path.startswith(("sheets", "pocket", "quiz")) for path in builds.reasons())


def test_same_bytes_as_built_at_once(builds: Builds, built: Builds) -> None:
    """A folder after many builds equals one after a single build."""
    builds.edit("01-first-steps.md", "Whatever", "All that")
    builds.run("book")
    builds.run("anki")
    builds.edit("01-first-steps.md", "All that", "Whatever")
    (builds.book / "anki.lock").write_bytes((built.book / "anki.lock").read_bytes())
    assert builds.run("all").returncode == 0
    assert data(builds.state()) == data(built.state())


def test_a_picture_changed(builds: Builds) -> None:
    """Pictures of chapters count like chapters."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="{}" height="9"/></svg>'
    (builds.book / "a.svg").write_text(svg.format(9))
    builds.edit("02-two.md", "Whatever", "![A box](a.svg)\n\nWhatever")
    for output in ("epub", "pocket"):
        builds.run(output)
    (builds.book / "a.svg").write_text(svg.format(5))
    assert set(builds.reasons("epub").values()) == {"a.svg changed"}
    assert builds.reasons("pocket") == {}


def test_what_is_lost_or_changed_in_dist_is_built_again(builds: Builds) -> None:
    """Lost and changed files are built again from the cache, with the same bytes."""
    before = builds.state()
    (builds.out / "sheets/01-first-steps.pdf").unlink()
    (builds.out / "sheets/02-two.pdf").write_text("mine")
    assert builds.reasons() == {
        "sheets/01-first-steps.pdf": "modified since it was built",
        "sheets/02-two.pdf": "modified since it was built",
    }
    builds.run("all")
    assert data(builds.state()) == data(before)


def test_other_options_are_another_build(builds: Builds) -> None:
    """A theme changes printed outputs only."""
    shown = builds.reasons("all", "--theme", "ink")
    assert set(shown.values()) == {"built with other options"}
    assert "sheets.pdf" in shown
    assert "small-book.apkg" not in shown
    builds.run("pocket", "--theme", "ink")
    assert builds.reasons("pocket", "--theme", "ink") == {}
    assert builds.reasons("all").keys() == {"pocket/01-first-steps.pdf", "pocket/02-two.pdf"}


def test_templates_changed(builds: Builds) -> None:
    """A style sheet of cards is for cards only."""
    css = (ROOT / "templates/cards/cards.css").read_text()
    (builds.folder / "mine/cards").mkdir(parents=True)
    (builds.folder / "mine/cards/cards.css").write_text(f"{css}\n/* mine */\n")
    assert builds.reasons("cards", "--templates", "mine") == {"cards.pdf": "built with other options"}
    for output in ("cards", "pocket"):
        builds.run(output, "--templates", "mine")
    (builds.folder / "mine/cards/cards.css").write_text(f"{css}\n/* still mine */\n")
    assert builds.reasons("cards", "--templates", "mine") == {"cards.pdf": "mine/cards/cards.css changed"}
    assert builds.reasons("pocket", "--templates", "mine") == {}


def test_a_chapter_that_goes_takes_its_files_along(builds: Builds) -> None:
    """Files of a removed chapter are removed, but only files of Crib."""
    (builds.out / "sheets/mine.pdf").write_text("mine")
    (builds.book / "anki.lock").unlink()
    (builds.book / "02-two.md").unlink()
    builds.run("sheets")
    assert not (builds.out / "sheets/02-two.pdf").exists()
    assert (builds.out / "sheets/mine.pdf").read_text() == "mine"


def test_a_stranger_s_folder(builds: Builds, tmp_path: Path) -> None:
    """Parts from another machine are computed again, with the same bytes."""
    before = builds.state()
    (builds.out / "sheets/01-first-steps.pdf").unlink()
    assert builds.run("sheets", XDG_CACHE_HOME=str(tmp_path / "another")).returncode == 0
    assert data(builds.state()) == data(before)


def test_a_problem_is_told_each_time(builds: Builds) -> None:
    """A failure is not cached; the line is right even after other edits."""
    builds.edit("01-first-steps.md", "What a", "日 What a")
    builds.edit("01-first-steps.md", "\n## What", "\n\n\n## What")
    first, second = builds.run("sheets"), builds.run("sheets")
    assert first.returncode == second.returncode == 1
    line = (builds.book / "01-first-steps.md").read_text().split("日")[0].count("\n") + 1
    assert f"01-first-steps.md:{line}: error[glyph]" in first.stderr
    assert first.stderr == second.stderr
