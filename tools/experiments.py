"""Run the experiments of the book, and compare their numbers with those in its practice blocks.

    make experiments
    make experiments ARGS="tree-depth extra-trees"

The experiment of the answer KEY is content/experiments/KEY.py. It prints a line `name value` for each
marked number in the block: `[67]{.measured as=depth within=10%}` quotes `depth 64.0`.

Exit status: 0 all numbers hold; 1 a number has changed, or an experiment failed; 2 wrong usage.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from crib.model.practice import is_practice, measurements
from crib.problems import Problem
from crib.source import read_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Answer, Book

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "experiments"
SECONDS = 300
"""Timeout of an experiment; on an idle machine each takes less than 60."""

_ENVIRONMENT = {"KERAS_BACKEND": "jax", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A single thread makes times independent of the number of processors, and small arrays faster."""


def answers_in_practice(book: Book) -> Iterator[tuple[str, Answer]]:
    """Yield the file and the answer of each practice block of *book*."""
    for chapter in book.chapters:
        for answer in chapter.answers:
            if any(map(is_practice, answer.body)):
                yield chapter.file, answer


def run(script: Path, python: str) -> dict[str, float]:
    """Return the numbers printed by *script*, by name. Raises ValueError with the reason of a failure."""
    environment = {**os.environ, **_ENVIRONMENT}
    try:
        process = subprocess.run(  # noqa: S603 - only `make experiments` runs the scripts, and only those of this book
            [python, str(script)], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"took more than {SECONDS} s") from None
    if process.returncode:
        raise ValueError(f"failed: {(process.stderr.strip().splitlines() or ['no message'])[-1]}")
    try:
        return {name: float(value) for name, value in map(str.split, process.stdout.splitlines())}
    except ValueError:
        raise ValueError(f"printed something other than lines `name value`: {process.stdout[:200]!r}") from None


def compare(file: str, answer: Answer, measured: Mapping[str, float]) -> Iterator[Problem]:
    """Yield a problem for each number of *answer*, in *file*, outside the tolerance of the one *measured*."""
    quoted = {quote.name: quote for quote in measurements(answer.body)}
    for name in sorted(quoted.keys() - measured.keys()):
        yield Problem(file, quoted[name].line, "measured", f"the experiment prints no `{name}`", "print it")
    for name in sorted(measured.keys() - quoted.keys()):
        hint = f"quote it as `[{measured[name]:g}]{{.measured as={name} within=10%}}`, or do not print it"
        yield Problem(file, answer.line, "measured", f"no text quotes `{name}`", hint)
    for name, quote in quoted.items():
        if name in measured and not quote.accepts(measured[name]):
            text = f"`{name}` is {quote.value:g} ± {quote.tolerance:g} in the text, but {measured[name]:g} was measured"
            yield Problem(file, quote.line, "measured", text, "correct the text")


def try_answer(file: str, answer: Answer, folder: Path, python: str) -> list[Problem]:
    """Run the experiment of *answer*, print its numbers, and return its problems."""
    script, start = folder / FOLDER / f"{answer.key}.py", monotonic()
    try:
        measured = run(script, python)
    except ValueError as error:
        return [Problem(str(script), 0, "measured", f"the experiment {error}", "run it by itself to see more")]
    numbers = ", ".join(f"{name} {value:g}" for name, value in measured.items())
    print(f"{answer.code} {answer.key}: {numbers} ({monotonic() - start:.0f} s)", flush=True)
    return list(compare(file, answer, measured))


def main(python: str, keys: Sequence[str], folder: Path = ROOT / "content") -> int:
    """Try the answers with these *keys*, or all of them, with the interpreter *python*; return the exit status."""
    practiced = list(answers_in_practice(read_book(folder).book))
    if unknown := sorted(set(keys) - {answer.key for _, answer in practiced}):
        print(f"error: no practice block in: {', '.join(unknown)}", file=sys.stderr)
        return 2
    chosen = [(file, answer) for file, answer in practiced if not keys or answer.key in keys]
    problems = [problem for file, answer in chosen for problem in try_answer(file, answer, folder, python)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
