"""Mutation testing: a seeded sample of mutants of the code that builds, each against the tests that run its line.

python -m tools.mutants [--count N] [--seed N] [--jobs N] [--only PREFIX]

Prints the diff of every mutant that survives. Works on a copy of the files that git knows, so nothing here changes.
Needs the package cosmic-ray, which makes the mutants (`make mutants` installs it).
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import shlex
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from os import chdir, cpu_count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing import Queue

MUTATED = ("crib/engine", "crib/print", "crib/outputs", "crib/model/ledger.py")
TESTS = ("tests/engine", "tests/pipeline", "tests/print", "tests/outputs", "tests/cli")
MOST_TESTS = 40
"""Tests that are run for one mutant, the fastest first."""

SECONDS = 240
"""A mutant whose tests take longer counts as killed: it never ends."""


def main() -> None:
    """Run the sample, and exit with status 1 if fewer than 90 % of the mutants are killed."""
    arguments = _arguments()
    with TemporaryDirectory() as scratch:
        copies = [Path(scratch, f"copy-{number}") for number in range(arguments.jobs)]
        for copy in copies:
            _copy(copy)
        sample = _sample(arguments)
        data, report = _measure(copies[0], Path(scratch))
        free: Queue[Path] = get_context("spawn").Queue()
        for copy in copies:
            free.put(copy)
        with ProcessPoolExecutor(len(copies), get_context("spawn"), _begin, (free, data, report)) as pool:
            results = pool.map(_tested, sample)
            survivors = sum(map(_show, count(1), sample, results))
    killed = len(sample) - survivors
    print(f"{killed} of {len(sample)} mutants were killed.")
    sys.exit(killed < 0.9 * len(sample))


def _show(number: int, mutation: Any, result: tuple[str, str]) -> bool:
    """Print the result for one mutant, and return whether it survived."""
    outcome, diff = result
    print(f"{number} {outcome:<11} {mutation.module_path}:{mutation.start_pos[0]} {mutation.operator_name}", flush=True)
    if outcome == "survived":
        print(diff, flush=True)
    return outcome == "survived"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("--count", type=int, default=300, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="draw other mutants")
    parser.add_argument("--jobs", type=int, default=cpu_count() or 1, help="how many at a time")
    parser.add_argument("--only", default="", help="only of files that begin with this path")
    return parser.parse_args()


def _copy(folder: Path) -> None:
    names = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True).stdout  # noqa: S607
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, folder / name)


def _sample(arguments: argparse.Namespace) -> list[Any]:
    from cosmic_ray.commands.init import init
    from cosmic_ray.work_db import WorkDB

    paths = [path for root in MUTATED for path in ([Path(root)] if root.endswith(".py") else Path(root).rglob("*.py"))]
    with contextlib.closing(WorkDB(":memory:", WorkDB.Mode.create)) as database:
        init(sorted(path for path in paths if str(path).startswith(arguments.only)), database, {})
        mutations = [mutation for item in database.work_items for mutation in item.mutations]
    possible = sorted(filter(_counts, mutations), key=lambda each: (str(each.module_path), each.start_pos, str(each)))
    return Random(arguments.seed).sample(possible, min(arguments.count, len(possible)))  # noqa: S311 - no secret


def _counts(mutation: Any) -> bool:
    """Return whether a mutation changes what runs: annotations and code for type checkers do not."""
    line = mutation.start_pos[0]
    return not any(start <= line <= end for start, end in _not_run(Path(mutation.module_path)))


def _not_run(path: Path) -> Iterator[tuple[int, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield node.lineno, node.end_lineno or node.lineno
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, max(node.lineno, node.body[0].lineno - 1)
        elif isinstance(node, ast.AnnAssign) and node.value is None:
            yield node.lineno, node.end_lineno or node.lineno


def _measure(copy: Path, scratch: Path) -> tuple[Path, Path]:
    """Run all tests once with coverage, and return its data and pytest's report."""
    settings, data, report = (scratch / name for name in ("coveragerc", "data", "report.xml"))
    settings.write_text(f"[run]\nsource = crib\ndynamic_context = test_function\ndata_file = {data}\n")
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-n0"]
    subprocess.run([*command, f"--junitxml={report}", *TESTS], cwd=copy, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    return data, report


class _Coverage:
    """Which tests run a line, and how long each takes."""

    def __init__(self, data: Path, report: Path) -> None:
        self._database = sqlite3.connect(data)
        self._seconds: dict[str, float] = {}
        for case in parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it
            name = f"{case.get('classname')}.{str(case.get('name')).partition('[')[0]}"
            self._seconds[name] = self._seconds.get(name, 0) + float(case.get("time", 0))

    def tests(self, path: str, line: int) -> list[str]:
        """Return the tests that run *line* of *path*, the fastest first; all of its room if only imports run it."""
        from coverage.numbits import numbits_to_nums

        rows = self._database.execute(
            "SELECT context, numbits FROM line_bits"
            " JOIN file ON file.id = file_id JOIN context ON context.id = context_id"
            " WHERE file.path LIKE ? AND context != ''",
            (f"%/{path}",),
        )
        names = [context for context, numbits in rows if line in numbits_to_nums(numbits)]
        known = sorted((name for name in names if name in self._seconds), key=self._seconds.__getitem__)
        return [_node(name) for name in known[:MOST_TESTS]] or [_room(path)]


def _node(name: str) -> str:
    """Return the node id of the test function with a dotted *name*."""
    module, _, function = name.rpartition(".")
    return f"{module.replace('.', '/')}.py::{function}"


def _room(path: str) -> str:
    """Return the folder of the tests of the module at *path*."""
    folder = Path("tests", *Path(path).parts[1:-1])
    return str(folder if folder.is_dir() else folder.parent)


_coverage: _Coverage


def _begin(free: Queue[Path], data: Path, report: Path) -> None:
    """Work in one of the *free* copies."""
    global _coverage  # noqa: PLW0603 - one a process
    chdir(free.get())
    _coverage = _Coverage(data, report)


def _tested(mutation: Any) -> tuple[str, str]:
    """Return the outcome for a mutant, and its diff."""
    from cosmic_ray.mutating import mutate_and_test

    tests = _coverage.tests(str(mutation.module_path), mutation.start_pos[0])
    command = shlex.join([sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *tests])
    result = mutate_and_test([mutation], command, SECONDS)
    return str(result.test_outcome.value if result.test_outcome else "incompetent"), str(result.diff)


if __name__ == "__main__":
    main()
