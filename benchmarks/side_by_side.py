"""Compare Crib with plain scripts and Typst: same text, same machine, same run.

    .venv/bin/python -m benchmarks.side_by_side
    .venv/bin/python -m benchmarks.side_by_side --answers 150

For the lines of Typst, run it with a Python that has the wheel `typst`. Crib builds into an empty
folder unless the line says otherwise. `benchmarks/plain.py` describes the plain scripts.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.books import write_book
from benchmarks.measure import ROOT, Cost, FailedError, head, measure, row
from benchmarks.outputs import OUTPUTS, build, one_answer_changed
from benchmarks.plain import A_CHAPTER, A_FILE, scripts

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_COST = Cost()
_CHANGED = "one answer changed"


def crib(content: Path, work: Path) -> Iterator[tuple[str, str, Cost]]:
    """Yield output, case and cost for each build with Crib. Raises FailedError."""
    for output in OUTPUTS:
        yield output, "from nothing", build(output, content, work / output)
    out = work / "all"
    yield "all", "from nothing", build("all", content, out)
    yield "all", "nothing changed", build("all", content, out)
    with one_answer_changed(content):
        yield "all", _CHANGED, build("all", content, out)


def plain(content: Path, work: Path) -> dict[str, Cost]:
    """Print the costs of plain scripts, and return the sums of those that match an output of Crib.

    Raises FailedError if one of those fails.
    """
    sums = dict.fromkeys((A_CHAPTER, A_FILE), _NO_COST)
    for script in scripts(content, work):
        name = f"{script.name}, {script.sums}" if script.sums in sums else script.name
        try:
            cost = sum((measure(command, content) for command in script.commands), _NO_COST)
        except FailedError as error:
            if script.sums:
                raise
            print(row(script.output, name, f"not measured: {error}", "", ""), flush=True)
            continue
        _print_cost(script.output, name, cost)
        sums = {way: total + cost if way in script.sums else total for way, total in sums.items()}
    return sums


def compare(content: Path, work: Path) -> None:
    """Print all costs, and the ratios to watch."""
    print(head("output", "made by", "wall s", "CPU s", "largest MB", words=2), flush=True)
    ours = {}
    for output, case, cost in crib(content, work / "dist"):
        ours[output, case] = cost
        _print_cost(output, f"Crib, {case}", cost)
    sums = plain(content, work / "plain")
    for way, total in sums.items():
        _print_cost("all", f"plain scripts, {way}", total)
    cold, changed = ours["all", "from nothing"], ours["all", _CHANGED]
    print("\n" + head("ratio", "wall", "CPU", words=1))
    for way, total in sums.items():
        print(row(f"from nothing / plain scripts, {way}", cold.wall / total.wall, cold.cpu / total.cpu))
    print(row(f"{_CHANGED} / from nothing", changed.wall / cold.wall, changed.cpu / cold.cpu))
    print(f"\nLargest process of all Crib's: {max(cost.largest for cost in ours.values()):.0f} MB.")


def _print_cost(output: str, name: str, cost: Cost) -> None:
    print(row(output, name, cost.wall, cost.cpu, cost.largest), flush=True)


def main() -> None:
    """Print tables in Markdown, each line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    books = parser.add_mutually_exclusive_group()
    books.add_argument("--answers", type=int, metavar="N", help="generate a book of N answers")
    books.add_argument("--content", type=Path, default=ROOT / "content", help="use the book in this folder")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        if options.answers:
            write_book(content, options.answers)
        else:
            copytree(options.content, content)
        try:
            compare(content, Path(folder))
        except FailedError as error:
            sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
