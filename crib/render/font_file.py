"""Open font files, with broken ones reported as BuildError."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crib.problems import BuildError, Problem, short

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fontTools.ttLib import TTFont


@contextmanager
def opened_font(path: Path) -> Iterator[TTFont]:
    """Open the font file *path*; a saved copy keeps its date. Raises BuildError, also for broken tables."""
    from fontTools.ttLib import TTFont

    try:
        with path.open("rb") as file, TTFont(file, lazy=True, recalcTimestamp=False, fontNumber=0) as font:
            yield font
    except Exception as error:  # noqa: BLE001 - fontTools raises whatever a broken table leads to
        what = f"not a readable font: {short(str(error)) or type(error).__name__}"
        raise BuildError(Problem(str(path), 0, "font", what, "replace or remove it")) from None
