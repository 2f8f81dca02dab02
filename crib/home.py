"""Where Crib itself lies."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


@cache
def own_folder() -> Path:
    """Return the folder of Crib's own templates: beside the package, or in it once installed."""
    installed = PACKAGE / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"
