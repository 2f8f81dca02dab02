"""A file of a book and its fixed text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crib import limits
from crib.files import read_inside
from crib.fixes.edit import apply_edits
from crib.fixes.encoding import decode, fix_encoding
from crib.problems import Report
from crib.source.front_matter import FrontMatter, read_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crib.fixes.edit import Edit

_UNREADABLE = b"\xff"
"""Contents that are never valid."""


@dataclass
class FixedFile:
    """A file, and its text with some or all fixes.

    encoding    the fixes of its encoding
    edits       the number of edits by kind
    is_skipped  True if it is left unchanged
    """

    path: Path
    before: bytes
    text: str
    encoding: list[str]
    edits: Counter[str] = field(default_factory=Counter)
    is_skipped: bool = False

    @property
    def after(self) -> bytes:
        """The contents of the fixed file."""
        return self.before if self.is_skipped else self.text.encode()

    @property
    def original(self) -> str:
        """The original text."""
        return decode(self.before)

    @property
    def is_markdown(self) -> bool:
        """True if it is Markdown, not only settings."""
        return self.path.suffix.lower() != ".yaml"

    @property
    def settings(self) -> str:
        """Its settings: the whole file, or the front matter of a chapter, with the line numbers of the file."""
        return self._front.text if self.is_markdown else self.text

    @property
    def markdown(self) -> str:
        """Its text after the front matter, with the line numbers of the file."""
        return self._front.rest

    @property
    def _front(self) -> FrontMatter:
        return read_front_matter(self.text, Report("")) or FrontMatter("", {}, "", is_there=False)

    def fix(self, kind: str, edits: Iterable[Edit]) -> None:
        """Apply *edits* of this *kind*."""
        fixes = list(edits)
        self.text = apply_edits(self.text, fixes)
        self.edits.update({kind: len(fixes)} if fixes else {})


def read_for_fixes(path: Path) -> FixedFile:
    """Return the file at *path* with its encoding fixed; an unreadable one is skipped, since `check` reports it."""
    try:
        data = read_inside(path, path.parent, limits.FILE_BYTES + 1)
        text, encoding = fix_encoding(decode(data))
    except (OSError, UnicodeDecodeError):
        return FixedFile(path, _UNREADABLE, "", [], is_skipped=True)
    return FixedFile(path, data, text, encoding, is_skipped=len(data) > limits.FILE_BYTES)
