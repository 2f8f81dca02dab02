"""The files of a book's folder by their names: chapters, settings, and what looks like a chapter."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crib.model.ledger import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOK_FILE = "book.yaml"
TAGS_FILE = "tags.yaml"
NOTATION_FILE = "notation.md"
RETIRED_FILE = "retired.md"

CHAPTER_NAME = re.compile(r"(\d{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")

_LIKE_A_CHAPTER = re.compile(r"\d.*\.(?:md|markdown)", re.IGNORECASE)
_TEMPORARY = f"{LOCK_FILE}."
_NAMED = {BOOK_FILE, TAGS_FILE, NOTATION_FILE, RETIRED_FILE, LOCK_FILE}


@dataclass(frozen=True)
class BookFiles:
    """What the folder of a book has by name, each list sorted; pictures are named by chapters.

    named      settings, notation, retired answers, the ledger
    chapters   files that are named as chapters are
    misnamed   files that look like chapters, but have another name or are in a subfolder
    temporary  names that Crib may have given to copies of the ledger
    """

    named: tuple[Path, ...]
    chapters: tuple[Path, ...]
    misnamed: tuple[Path, ...]
    temporary: tuple[Path, ...]

    @classmethod
    def of(cls, folder: Path) -> BookFiles:
        """List *folder* and its subfolders, but none that a link leads to; read no file."""
        paths = sorted(_paths(folder))
        top = [path for path in paths if path.parent == folder]
        chapters = {path for path in top if CHAPTER_NAME.fullmatch(path.name)}
        alike = [path for path in paths if _LIKE_A_CHAPTER.fullmatch(path.name)]
        return cls(
            named=tuple(path for path in top if path.name in _NAMED),
            chapters=tuple(path for path in alike if path in chapters),
            misnamed=tuple(path for path in alike if path not in chapters),
            temporary=tuple(path for path in top if path.name.startswith(_TEMPORARY)),
        )

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Those that decide what is built."""
        return (*self.named, *self.chapters, *self.misnamed)


def _paths(folder: Path) -> Iterator[Path]:
    for entry in _entries(folder):
        if _LIKE_A_CHAPTER.fullmatch(entry.name) or entry.name in _NAMED or entry.name.startswith(_TEMPORARY):
            yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from (Path(inner.path) for inner in _entries(entry.path) if _LIKE_A_CHAPTER.fullmatch(inner.name))


def _entries(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from entries
