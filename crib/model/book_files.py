"""The files in a book's folder, classified by name: settings, chapters, misplaced chapters."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crib.model.chapter_names import order_of
from crib.model.ledger import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOK_FILE = "book.yaml"
TAGS_FILE = "tags.yaml"
NOTATION_FILE = "notation.md"
RETIRED_FILE = "retired.md"

_MARKDOWN = re.compile(r"[^.].*\.(?:md|markdown)", re.IGNORECASE | re.DOTALL)
_LIKE_A_CHAPTER = re.compile(r"[0-9].*\.(?:md|markdown)", re.IGNORECASE | re.DOTALL)
_OF_A_REPOSITORY = re.compile(
    r"(?i:README|LICEN[CS]E|CONTRIBUTING|CHANGELOG|CODE[_-]OF[_-]CONDUCT)(?:[._-].*)?\.(?i:md|markdown)|"
    r"(?:AGENTS|AUTHORS|CITATION|CLAUDE|CONTRIBUTORS|COPYING|GOVERNANCE|HISTORY|INSTALL|MAINTAINERS|NEWS|NOTICE|"
    r"ROADMAP|SECURITY|SUPPORT|TODO)\.md",
    re.DOTALL,
)
"""Files about a repository. Possible names of chapters count only in capitals."""

_TEMPORARY = f"{LOCK_FILE}."
_NAMED = {BOOK_FILE, TAGS_FILE, NOTATION_FILE, RETIRED_FILE, LOCK_FILE}


def default_book() -> Path:
    """Return the folder `content`, or the current folder if it has no such folder and is a book."""
    is_here = Path(BOOK_FILE).is_file() and not Path("content").exists()
    return Path() if is_here else Path("content")


@dataclass(frozen=True)
class BookFiles:
    """The files in a book's folder except pictures, by role; each list is sorted.

    named      settings, notation, retired answers, the ledger
    chapters   other Markdown files; those with questions are chapters
    misplaced  files in subfolders with names like chapters
    temporary  temporary copies of the ledger, probably left by a killed build
    """

    named: tuple[Path, ...]
    chapters: tuple[Path, ...]
    misplaced: tuple[Path, ...]
    temporary: tuple[Path, ...]

    @classmethod
    def of(cls, folder: Path) -> BookFiles:
        """List *folder* and its subfolders, without following links or reading files."""
        top = sorted(Path(entry.path) for entry in _entries(folder))
        return cls(
            named=tuple(path for path in top if path.name in _NAMED),
            chapters=tuple(sorted(filter(_may_be_a_chapter, top), key=lambda path: order_of(path.name))),
            misplaced=tuple(sorted(_below(folder))),
            temporary=tuple(path for path in top if path.name.startswith(_TEMPORARY)),
        )

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The input files of a build, except the pictures in chapters."""
        return (*self.named, *self.chapters, *self.misplaced)


def _may_be_a_chapter(path: Path) -> bool:
    name = path.name
    return bool(_MARKDOWN.fullmatch(name)) and name not in _NAMED and not _OF_A_REPOSITORY.fullmatch(name)


def _below(folder: Path) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from (Path(inner.path) for inner in _entries(entry.path) if _LIKE_A_CHAPTER.fullmatch(inner.name))


def _entries(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        yield from entries
