"""Mutation testing: a seeded sample of mutants of the build code, each run against the tests of its line.

python -m tools.mutants [--count N] [--seed N] [--jobs N] [--only PREFIX] [--data FOLDER]

Prints the killing test of each mutant, or the diff of a surviving one. Works on copies of the files under version
control, so nothing here changes. Needs the package cosmic-ray (`make mutants` installs it).
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from difflib import unified_diff
from functools import cache
from itertools import count, islice
from multiprocessing import get_context
from os import chdir, cpu_count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from multiprocessing import Queue

MUTATED = ("crib/engine", "crib/print", "crib/outputs", "crib/model/ledger.py")
TESTS = ("tests/engine", "tests/pipeline", "tests/print", "tests/outputs", "tests/cli", "tests/model")
MOST_SECONDS = 60
"""Maximum time of a mutant's tests, measured without it; the fastest are run first, and at least `LEAST_TESTS`."""

LEAST_TESTS = 5
LEAST_CPU_SECONDS = 30
TIMES_LONGER = 5
"""Timeout of a mutant, as a multiple of the time without it, plus `LEAST_CPU_SECONDS`."""

MEMORY = 4_000_000
"""Memory limit of a mutant, in KiB."""

WALL_SECONDS = 1800
"""Timeout of a mutant in elapsed time: it would wait forever."""

_Position = tuple[int, int]
"""Line and column."""


def main() -> None:
    """Run the sample, and exit with status 1 if fewer than 90 % of the mutants are killed."""
    arguments = _arguments()
    with TemporaryDirectory() as scratch:
        copies = [Path(scratch, f"copy-{number}") for number in range(arguments.jobs)]
        for copy in copies:
            _copy(copy)
        sample = _sample(arguments)
        data = arguments.data or Path(scratch)
        if not (data / "report.xml").exists():
            _measure(copies[0], data)
        free: Queue[Path] = get_context("spawn").Queue()
        for copy in copies:
            free.put(copy)
        with ProcessPoolExecutor(len(copies), get_context("spawn"), _begin, (free, data)) as pool:
            outcomes = Counter(map(_show, count(1), sample, pool.map(_tested, sample)))
    killed = len(sample) - outcomes["survived"]
    print(f"{killed} of {len(sample)} mutants were killed, {outcomes['timeout']} of them by a timeout.")
    sys.exit(killed < 0.9 * len(sample))


def _show(number: int, mutation: Any, result: tuple[str, str]) -> str:
    """Print the result for one mutant, and return its outcome."""
    outcome, details = result
    place = f"{mutation.module_path}:{mutation.start_pos[0]}"
    print(f"{number} {outcome:<8} {place} {mutation.operator_name} {details}", flush=True)
    return outcome


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("--count", type=int, default=300, help="number of mutants")
    parser.add_argument("--seed", type=int, default=1, help="draw other mutants")
    parser.add_argument("--jobs", type=int, default=cpu_count() or 1, help="number of mutants at a time")
    parser.add_argument("--only", default="", help="only of files that begin with this path")
    parser.add_argument("--data", type=Path, help="folder to keep the coverage of tests in, for the next run")
    return parser.parse_args()


def _copy(folder: Path) -> None:
    """Copy all files under version control, and compile them with hashes, to tell mutants from the original."""
    names = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True).stdout  # noqa: S607
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, folder / name)
    compiling = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode=checked-hash", "crib", "tests"]
    subprocess.run(compiling, cwd=folder, check=True)  # noqa: S603


def _sample(arguments: argparse.Namespace) -> list[Any]:
    from cosmic_ray.commands.init import init
    from cosmic_ray.work_db import WorkDB

    paths = [path for root in MUTATED for path in ([Path(root)] if root.endswith(".py") else Path(root).rglob("*.py"))]
    with contextlib.closing(WorkDB(":memory:", WorkDB.Mode.create)) as database:
        init(sorted(path for path in paths if str(path).startswith(arguments.only)), database, {})
        mutations = [mutation for item in database.work_items for mutation in item.mutations]
    possible = sorted(filter(_counts, mutations), key=lambda m: (str(m.module_path), m.start_pos, str(m)))
    shuffled = Random(arguments.seed).sample(possible, len(possible))  # noqa: S311 - no secret
    return list(islice(filter(_compiles, shuffled), arguments.count))


def _compiles(mutation: Any) -> bool:
    """Return True if a mutant is valid Python: cosmic-ray also replaces the stars of arguments."""
    from cosmic_ray.mutating import mutate_code

    try:
        ast.parse(mutate_code(mutation.module_path.read_text(), _operator(mutation), mutation.occurrence))
    except SyntaxError:
        return False
    return True


def _operator(mutation: Any) -> Any:
    from cosmic_ray.plugins import get_operator

    return get_operator(mutation.operator_name)(**mutation.operator_args)


def _counts(mutation: Any) -> bool:
    """Return True if a mutation changes running code: not annotations, nor code for type checkers."""
    return not any(start <= mutation.start_pos < end for start, end in _not_run(Path(mutation.module_path)))


@cache
def _not_run(path: Path) -> tuple[tuple[_Position, _Position], ...]:
    tree = ast.parse(path.read_text())
    return tuple(((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)) for node in _types(tree))


def _types(tree: ast.Module) -> Iterator[Any]:
    """Yield the code of *tree* for type checkers only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield node
        annotations = (getattr(node, name, None) for name in ("annotation", "returns"))
        yield from (annotation for annotation in annotations if annotation)


def _measure(copy: Path, data: Path) -> None:
    """Run all tests once with coverage, and write its data and pytest's report to the folder *data*."""
    data.mkdir(parents=True, exist_ok=True)
    settings = data / "coveragerc"
    settings.write_text(f"[run]\nsource = crib\ndynamic_context = test_function\ndata_file = {data / 'coverage'}\n")
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-n0"]
    report = data / "report.xml"
    subprocess.run([*command, f"--junitxml={report}", *TESTS], cwd=copy, check=False, stdout=subprocess.DEVNULL)  # noqa: S603


class _Coverage:
    """Tests by line, and their times."""

    def __init__(self, data: Path) -> None:
        self._database = sqlite3.connect(data / "coverage")
        self._seconds: dict[str, float] = defaultdict(float)
        failed = set()
        for case in parse(data / "report.xml").iter("testcase"):  # noqa: S314 - pytest wrote it
            name = f"{case.get('classname')}.{str(case.get('name')).partition('[')[0]}"
            self._seconds[name] += float(case.get("time", 0))
            if case.find("failure") is not None or case.find("error") is not None:
                failed.add(name)  # fails without a mutant, and would seem to kill all of them
        for name in failed:
            del self._seconds[name]

    def tests(self, path: str, line: int) -> tuple[list[str], float]:
        """Return the tests of *line* of *path*, the fastest first, and their total time in seconds.

        If only imports run this line, return the tests of all lines of the file.
        """
        from coverage.numbits import numbits_to_nums

        rows = self._database.execute(
            "SELECT context, numbits FROM line_bits"
            " JOIN file ON file.id = file_id JOIN context ON context.id = context_id"
            " WHERE file.path LIKE ? AND context != ''",
            (f"%/{path}",),
        )
        lines = {context: numbits_to_nums(numbits) for context, numbits in rows if context in self._seconds}
        names = [name for name in lines if line in lines[name]] or list(lines) or list(self._seconds)
        chosen = list(self._affordable(names))
        return list(map(_node, chosen)), sum(map(self._seconds.__getitem__, chosen))

    def _affordable(self, names: Iterable[str]) -> Iterator[str]:
        spent = 0.0
        for number, name in enumerate(sorted(names, key=self._seconds.__getitem__)):
            spent += self._seconds[name]
            if number < LEAST_TESTS or spent < MOST_SECONDS:
                yield name


def _node(name: str) -> str:
    """Return the node id of the test function with a dotted *name*."""
    module, _, function = name.rpartition(".")
    return f"{module.replace('.', '/')}.py::{function}"


_coverage: _Coverage


def _begin(free: Queue[Path], data: Path) -> None:
    """Work in one of the *free* copies."""
    global _coverage  # noqa: PLW0603 - one a process
    _coverage = _Coverage(data.absolute())
    chdir(free.get())


def _tested(mutation: Any) -> tuple[str, str]:
    """Return the outcome for a mutant, with its killing test, or its diff if it survived."""
    from cosmic_ray.mutating import use_mutation

    path = mutation.module_path
    tests, seconds = _coverage.tests(str(path), mutation.start_pos[0])
    with use_mutation(path, _operator(mutation), mutation.occurrence) as (before, after):
        status, output = _run(tests, LEAST_CPU_SECONDS + TIMES_LONGER * round(seconds))
    if status is None:
        return "timeout", ""
    if status:
        killer = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
        return "killed", killer[1] if killer else "by not being imported"
    diff = unified_diff(before.splitlines(), after.splitlines(), "before", "after", "", "", 1, "")
    return "survived", "\n".join(["", *list(diff)[2:]])


def _run(tests: Sequence[str], cpu_seconds: int) -> tuple[int | None, str]:
    """Return pytest's exit status, None if it took too long, and its output."""
    limited = ["sh", "-c", f'ulimit -t {cpu_seconds}; ulimit -d {MEMORY}; exec "$@"', "sh"]
    command = [*limited, sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(  # noqa: S603
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        return None, ""
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return (None if process.returncode == -signal.SIGXCPU else process.returncode), output


if __name__ == "__main__":
    main()
