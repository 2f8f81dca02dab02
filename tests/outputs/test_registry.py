"""Outputs of installed packages: found by their entry point, and built as Crib's own are."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from crib.outputs.registry import GROUP, OUTPUTS
from tests.conftest import ROOT, MakeBook
from tests.preview.test_watch import WAITING, watching

if TYPE_CHECKING:
    from pathlib import Path

RECORD = '''
"""All gists of a book as plain text."""

from crib.outputs.output import Output

OUTPUT = Output(
    name="gists",
    help="Build a list of all keys.",
    next="Read {path}",
    jobs_from="crib_gists.jobs:jobs",
    lays_out=False,
)
'''
JOBS = '''
"""The jobs of the stub output."""

from crib.engine.job import Job


def jobs(book, templates):
    yield Job("gists.txt", write, tuple(answer.key for answer in book.answers))


def write(*keys):
    return "".join(f"{key}\\n" for key in keys).encode()
'''


def crib(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line, and return its result."""
    command = [sys.executable, "-m", "crib", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a package with the output `gists` in a folder of its own, on the path of every process."""
    site = tmp_path / "site"
    files = {
        "crib_gists/__init__.py": RECORD,
        "crib_gists/jobs.py": JOBS,
        "crib_gists-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: crib-gists\nVersion: 1.0\n",
        "crib_gists-1.0.dist-info/entry_points.txt": f"[{GROUP}]\ngists = crib_gists:OUTPUT\n",
    }
    for name, text in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(dedent(text))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")])))
    return site


@pytest.mark.usefixtures("installed")
def test_it_has_a_command() -> None:
    """The output's command is in the help, among Crib's own."""
    assert "  gists   Build a list of all keys.\n" in crib("--help").stdout
    assert " crib gists [OPTIONS]\n\n  Build a list of all keys.\n" in crib("gists", "--help").stdout


@pytest.mark.usefixtures("installed")
def test_it_is_built(make_book: MakeBook, tmp_path: Path) -> None:
    """The command builds the file, and prints the next step; the second time there is nothing to do."""
    arguments = "gists", "-j", 1, "--content", make_book(), "--out", tmp_path / "dist"
    done = crib(*arguments)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/dist/gists.txt\n"), done.stderr
    assert done.stderr == f"Next: Read {tmp_path}/dist/gists.txt.\n"
    assert (tmp_path / "dist/gists.txt").read_text() == "answer\n"
    assert crib(*arguments).stderr == "Nothing has changed.\n"


@pytest.mark.usefixtures("installed")
def test_it_belongs_to_all(make_book: MakeBook, tmp_path: Path) -> None:
    """It is not part of `pdf`, as set in its record."""
    arguments = "--content", make_book(), "--out", tmp_path / "dist", "-n"
    assert "gists.txt: " in crib("all", *arguments).stdout
    printed = crib("pdf", *arguments).stdout
    assert "book.pdf: " in printed
    assert "gists.txt" not in printed


@pytest.mark.usefixtures("installed")
def test_it_is_watched(make_book: MakeBook, tmp_path: Path) -> None:
    """`watch` builds the output."""
    with watching(make_book(), "--out", tmp_path / "dist", "gists") as watch:
        assert f"Next: Read {tmp_path}/dist/gists.txt.\n{WAITING}" in watch.wait()


def test_it_replaces_none(installed: Path) -> None:
    """An output by the name of one of Crib's is ignored; without the package only Crib's are left."""
    entry = installed / "crib_gists-1.0.dist-info/entry_points.txt"
    record = installed / "crib_gists/__init__.py"
    record.write_text(record.read_text().replace('name="gists"', 'name="epub"'))
    assert "Build a list of all keys." not in crib("--help").stdout
    entry.unlink()
    commands = crib("--help").stdout
    assert "gists" not in commands
    assert all(f"\n  {output.name} " in commands for output in OUTPUTS)


@pytest.mark.parametrize(
    ("record", "warning"),
    [
        ("import nosuch", "warning: the output crib_gists:OUTPUT cannot be loaded: No module named 'nosuch'"),
        ("OUTPUT = 'gists'", "warning: crib_gists:OUTPUT is not a crib.outputs.output.Output"),
    ],
)
def test_a_broken_one_does_no_harm(installed: Path, record: str, warning: str) -> None:
    """A failure to load it is a warning; all other commands work."""
    (installed / "crib_gists/__init__.py").write_text(record)
    done = crib("--help")
    assert (done.returncode, done.stderr) == (0, f"{warning}\n")
    assert "gists" not in done.stdout
    assert "\n  sheets " in done.stdout
