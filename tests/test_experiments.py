"""`make experiments`: scripts are run, and their numbers are compared with those in the text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import write_book
from tools.experiments import main

if TYPE_CHECKING:
    from pathlib import Path

CHAPTER = """\
## How deep? {#depth}

::: gist
Twenty levels.
:::

Twenty.

::: practice
A tree of [1,024]{.measured as=leaves within=10%} leaves was [67]{.measured as=depth within=5} deep.
:::
"""


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('print("leaves", 1100)\nprint("depth", 62)', []),
        ('print("leaves", 1130)\nprint("depth", 73)', ["`leaves` is 1024 ± 102.4", "`depth` is 67 ± 5"]),
        ('print("leaves", 1024)', ["prints no `depth`"]),
        ('print("leaves", 1024)\nprint("depth", 67)\nprint("width", 3)', ["no text quotes `width`"]),
        ('print("leaves: 1024")\nprint("a depth of 67")', ["something other than lines `name value`"]),
        ('raise SystemExit("no data")', ["failed: no data"]),
    ],
)
def test_numbers_must_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str], script: str, told: list[str]) -> None:
    """Numbers outside their tolerance, and numbers only in the text or the script, are errors with their line."""
    folder = write_book(tmp_path, CHAPTER)
    (folder / "experiments").mkdir()
    (folder / "experiments/depth.py").write_text(script)
    assert main(sys.executable, [], folder) == bool(told)
    problems = capsys.readouterr().err
    assert problems.count("error[measured]") == len(told)
    assert [each for each in told if each not in problems] == []


def test_an_answer_without_an_experiment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names without a practice block are wrong usage, and a block without a script is an error."""
    folder = write_book(tmp_path, CHAPTER)
    assert main(sys.executable, ["nothing"], folder) == 2
    assert main(sys.executable, ["depth"], folder) == 1
    assert "depth.py" in capsys.readouterr().err
