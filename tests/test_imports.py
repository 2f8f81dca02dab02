"""The house: imports go down only, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLOORS = [
    {"home", "limits", "files", "selection", "plurals", "problem_codes", "system_packages"},
    {"problems"},
    {"model", "foreign"},
    {"engine", "options", "program_name"},
    {"markup"},
    {"source"},
    {"lint", "fixes", "render", "importers"},
    {"print", "scaffold", "exporters"},
    {"print.pdf"},
    {"print.fit", "audit"},
    {"outputs"},
    {"pipeline", "weak"},
    {"preview"},
    {"cli"},
]
"""Rooms of `crib/`, ground floor first; rooms of one floor do not know each other."""

MEDIA = sorted(path.parent.name for path in (ROOT / "crib/outputs").glob("*/__init__.py"))
PAGE_LIST = ("epub", "crib.outputs.book")
"""The only import from one medium to another: the e-book has the page list of the printed book.

`crib.outputs.chapters_with_gists` belongs to no medium; it gets pages from the printed book for all others.
"""

MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "crib").rglob("*.py"))


def room(module: str) -> str:
    """Return the package of a module of ours by its dotted name, possibly a subpackage."""
    parts = [*module.split("."), "", ""]
    inner = f"{parts[1]}.{parts[2]}"
    return inner if any(inner in rooms for rooms in FLOORS) else parts[1]


def floor(name: str) -> int:
    """Return the floor of a room."""
    return next(i for i, rooms in enumerate(FLOORS) if name in rooms)


def dotted(path: Path) -> str:
    """Return the dotted name of the module at *path*."""
    return ".".join(path.with_suffix("").parts)


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names of all of Crib's modules imported at *path*."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name for name in names if name.startswith("crib.") and name != "crib.__version__")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_go_down_only(path: Path) -> None:
    """A room imports its own modules and those of the floors below it."""
    here = room(dotted(path))
    if here in ("__init__", "__main__"):
        return
    for name in imports(path):
        there = room(name)
        assert there == here or floor(there) < floor(here), f"{path} imports {name}"


@pytest.mark.parametrize("medium", MEDIA)
def test_media_do_not_import_each_other(medium: str) -> None:
    """The only exception is the page list of the e-book."""
    others = tuple(f"crib.outputs.{other}." for other in MEDIA if other != medium)
    for path in MODULES:
        if path.parts[:3] == ("crib", "outputs", medium):
            for name in imports(path):
                assert not f"{name}.".startswith(others) or (medium, name.rpartition(".jobs")[0]) == PAGE_LIST


def test_every_room_has_a_floor() -> None:
    """Each package has a floor in the list."""
    rooms = {room(dotted(path)) for path in MODULES} - {"__init__", "__main__"}
    assert rooms == set().union(*FLOORS)


@pytest.mark.parametrize("arguments", [["--help"], ["pdf", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """Help loads no heavy libraries, so it is fast."""
    code = (
        "import sys\nfrom crib.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print(*sorted(m for m in sys.modules if m in "
        "{'weasyprint', 'genanki', 'pypandoc', 'jinja2', 'pygments', 'jsonschema', 'py_mini_racer', 'yaml', "
        "'distributed', 'watchfiles'}), sep=',')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == ""
