"""Defaults of settings missing in `book.yaml`, the same on every machine."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from crib.model.chapter_names import UNTITLED, readable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crib.model import Chapter
    from crib.model.ledger import Ledger

LANGUAGE = "en"
UNDATED = datetime(1980, 1, 1, tzinfo=timezone.utc)
"""The date of a book without one: the earliest possible in a ZIP archive."""


def default_title(folder: Path, chapters: Sequence[Chapter]) -> str:
    """Return the title of the only one of *chapters*, else the name of *folder*."""
    return chapters[0].title if len(chapters) == 1 else readable(folder.resolve().name) or UNTITLED


def last_published(ledger: Ledger | None) -> datetime:
    """Return the time of the last change in *ledger*."""
    times = [entry.modified for entry in ledger.entries.values()] if ledger else []
    return max(UNDATED, datetime.fromtimestamp(max(times, default=0), timezone.utc))
