"""All outputs: those of Crib, and those of installed packages (entry points of the group `crib.outputs`)."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crib.outputs import anki, book, cards, epub, pocket, quiz, sheets

if TYPE_CHECKING:
    from crib.outputs.output import Output

OUTPUTS = (book.OUTPUT, sheets.OUTPUT, cards.OUTPUT, quiz.OUTPUT, pocket.OUTPUT, epub.OUTPUT, anki.OUTPUT)
"""Those of Crib, in the order in which they are built: the slowest first, so that no worker waits at the end."""

GROUP = "crib.outputs"


@cache
def outputs() -> dict[str, Output]:
    """Return all outputs by name; an installed one cannot replace one of Crib's."""
    return {output.name: output for output in (*_installed(), *OUTPUTS)}


def _installed() -> list[Output]:
    if not any(map(_declares_outputs, sys.path)):
        return []
    from importlib.metadata import entry_points

    return [entry.load() for entry in entry_points(group=GROUP)]


def _declares_outputs(folder: str) -> bool:
    """Return whether a package in *folder* may have outputs; to import importlib.metadata takes ten times as long."""
    return any(f"[{GROUP}]" in path.read_text("utf-8") for path in Path(folder).glob("*.dist-info/entry_points.txt"))
