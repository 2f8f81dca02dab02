"""The house: imports go down only, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FLOORS = [
    {"problems", "tree", "mathalphabets", "ledger", "store", "home", "job", "choices"},
    {"model", "pandoc", "mathjax", "stamp", "inputs"},
    {"source"},
    {"lint", "render"},
    {"press"},
    {"outputs"},
    {"dist", "plan", "options", "ankiconnect", "ace"},
    {"run", "cluster", "noted"},
    {"building"},
    {"decks", "preview"},
    {"cli"},
]
"""Rooms of `crib/`, ground floor first; rooms of one floor do not know each other."""

MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "crib").rglob("*.py"))


def room(module: str) -> str:
    """Return the room that the dotted name of a module of ours lies in."""
    return ([*module.split("."), ""])[1]


def floor(name: str) -> int:
    """Return the floor of a room."""
    return next(i for i, rooms in enumerate(FLOORS) if name in rooms)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_go_down_only(path: Path) -> None:
    """A room knows its own modules and the floors below it."""
    here = room(".".join(path.with_suffix("").parts))
    if here in ("__init__", "__main__"):
        return
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" if node.module == "crib" else node.module for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith("crib.") and (there := room(name)) not in (here, "__version__"):
                assert floor(there) < floor(here), f"{path} imports {name}"


def test_every_room_has_a_floor() -> None:
    """A new room says where it stands."""
    rooms = {room(".".join(path.with_suffix("").parts)) for path in MODULES} - {"__init__", "__main__"}
    assert rooms == set().union(*FLOORS)


@pytest.mark.parametrize("arguments", [["--help"], ["pdf", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """Help is there at once."""
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
