"""The command that builds a new book, which `new` and `import` name at their end."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from crib.program_name import program_name

if TYPE_CHECKING:
    from pathlib import Path


def command_to_build(folder: Path) -> str:
    """Return the command that builds the book in *folder* into its own `dist/`, as a shell takes it."""
    return f"{program_name()} all {shlex.join(['--content', str(folder), '--out', str(folder / 'dist')])}"
