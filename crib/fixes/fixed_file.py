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
"""Contents that no reading accepts."""


@dataclass
class FixedFile:
    """A file, and its text with some or all fixes.

    encoding  what was wrong with its encoding
    edits     how many edits there are of each kind
    is_left   whether it is left as it is
    """

    path: Path
    before: bytes
    text: str
    encoding: list[str]
    edits: Counter[str] = field(default_factory=Counter)
    is_left: bool = False

    @property
    def after(self) -> bytes:
        """The contents of the fixed file."""
        return self.before if self.is_left else self.text.encode()

    @property
    def original(self) -> str:
        """Its text without any fix."""
        return decode(self.before)

    @property
    def is_markdown(self) -> bool:
        """Whether it has text, not only settings."""
        return self.path.suffix.lower() != ".yaml"

    @property
    def settings(self) -> str:
        """Its settings: all of it, or the front matter of a chapter, with each line at its place in the file."""
        return self._front.text if self.is_markdown else self.text

    @property
    def markdown(self) -> str:
        """Its text after the front matter, with each line at its place in the file."""
        return self._front.rest

    @property
    def _front(self) -> FrontMatter:
        return read_front_matter(self.text, Report("")) or FrontMatter("", {}, "", is_there=False)

    def fix(self, kind: str, edits: Iterable[Edit]) -> None:
        """Apply *edits*, which are fixes of this *kind*."""
        found = list(edits)
        if found:
            self.text = apply_edits(self.text, found)
            self.edits[kind] += len(found)


def read_for_fixes(path: Path) -> FixedFile:
    """Return the file at *path* with its encoding fixed; if it cannot be read, which `check` reports, it is left."""
    try:
        data = read_inside(path, path.parent, limits.FILE_BYTES + 1)
        text, encoding = fix_encoding(decode(data))
    except (OSError, UnicodeDecodeError):
        return FixedFile(path, _UNREADABLE, "", [], is_left=True)
    return FixedFile(path, data, text, encoding, is_left=len(data) > limits.FILE_BYTES)
