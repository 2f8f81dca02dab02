"""Measure each output: from nothing, with nothing changed, and with one answer changed.

    .venv/bin/python -m benchmarks.outputs --answers 150 1500 15000
    .venv/bin/python -m benchmarks.outputs --content content --outputs sheets all

Every line is one run of `build.py` on a copy of the book. Each output is built into a folder of its
own, without the cache of another.
"""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.books import write_book
from benchmarks.measure import PYTHON, Cost, FailedError, head, measure, row

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTPUTS = ("sheets", "cards", "quiz", "pocket", "book", "epub", "anki")


def build(output: str, content: Path, out: Path) -> Cost:
    """Return the cost of building *output* of the book in *content*. Raises FailedError."""
    return measure([PYTHON, "build.py", output, "--quiet", "--content", content, "--out", out])


@contextmanager
def one_answer_changed(content: Path) -> Iterator[None]:
    """Add a paragraph to the gist of the first answer of the middle chapter, until the context ends."""
    chapters = sorted(path for path in content.glob("[0-9]*.md") if "::: gist" in path.read_text(encoding="utf-8"))
    path = chapters[len(chapters) // 2]
    before = path.read_text(encoding="utf-8")
    head, start, text = before.partition("::: gist\n")
    gist, end, rest = text.partition("\n:::\n")
    path.write_text(f"{head}{start}{gist}\n\nAnd more.{end}{rest}", encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


def costs(output: str, content: Path, out: Path) -> Iterator[tuple[str, Cost]]:
    """Yield the cost of *output* in each of the three cases. Raises FailedError."""
    yield "from nothing", build(output, content, out)
    yield "nothing changed", build(output, content, out)
    with one_answer_changed(content):
        yield "one answer changed", build(output, content, out)


def _print_costs(name: str, content: Path, out: Path, outputs: list[str]) -> None:
    for output in outputs:
        try:
            for case, cost in costs(output, content, out / output):
                print(row(name, output, case, cost.wall, cost.cpu, cost.largest, cost.parent), flush=True)
        except FailedError as error:
            print(row(name, output, str(error), "", "", "", ""), flush=True)


def main() -> None:
    """Print a table in Markdown, each line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    books = parser.add_mutually_exclusive_group(required=True)
    books.add_argument("--answers", type=int, nargs="+", default=[], metavar="N", help="generate books of N answers")
    books.add_argument("--content", type=Path, help="use the book in this folder")
    parser.add_argument("--outputs", nargs="+", default=[*OUTPUTS, "all"], choices=[*OUTPUTS, "pdf", "all"])
    options = parser.parse_args()
    print(head("book", "output", "case", "wall s", "CPU s", "largest MB", "parent MB", words=3), flush=True)
    for book in options.answers or [options.content]:
        with TemporaryDirectory() as folder:
            content = Path(folder) / "content"
            if isinstance(book, int):
                write_book(content, book)
            else:
                copytree(book, content)
            name = f"{book:,} answers" if isinstance(book, int) else str(book)
            _print_costs(name, content, Path(folder) / "dist", options.outputs)


if __name__ == "__main__":
    main()
