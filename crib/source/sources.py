"""Names of sources, defined in `book.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Final

    from crib.problem_codes import Code

UNKNOWN_SOURCE: Final = "unknown-source"


def unknown_source(name: str, sources: Collection[str]) -> tuple[Code, str, str]:
    """Return code, text and hint for a *name* missing in *sources*."""
    names = f"use one of: {', '.join(sources)}" if sources else "add `sources:` to book.yaml"
    return UNKNOWN_SOURCE, f"book.yaml has no source `{name}`", names
