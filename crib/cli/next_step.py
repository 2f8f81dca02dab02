"""The next command to run after `new` and `import`: the one to build the new book."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from crib.program_name import command_on

if TYPE_CHECKING:
    from pathlib import Path


def command_to_build(folder: Path) -> str:
    """Return the shell command to build the book in *folder* into its own `dist/`."""
    return f"{command_on(folder, 'all')} --out {shlex.quote(str(folder / 'dist'))}"
