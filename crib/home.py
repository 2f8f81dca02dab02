"""Name and install location of Crib, and the command line to run one of its modules as a program."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

DISTRIBUTION = "crib-study"
"""The name of the package that installs Crib; `crib` is another project's."""

PACKAGE = Path(__file__).parent


def command(module: str, *arguments: object) -> list[str]:
    """Return the command line to call `main` of a *module* of Crib in another Python process."""
    code = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); from {module} import main; main()"
    return [sys.executable, "-c", code, *map(str, arguments)]


@cache
def own_folder() -> Path:
    """Return the folder of Crib's own templates: beside the package, or in it once installed."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"
