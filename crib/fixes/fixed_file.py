"""A file of a book and its fixed text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crib import limits
from crib.files import read_inside
from crib.fixes.edit import apply_edits
from crib.fixes.encoding import decode, fix_encoding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crib.fixes.edit import Edit

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


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
        """Whether it has text, not settings."""
        return self.path.suffix.lower() == ".md"

    @property
    def front(self) -> str:
        """Its settings: all of it, or the front matter of a chapter."""
        match = _FRONT_MATTER.match(self.text)
        return "" if self.is_markdown and not match else match[0] if match and self.is_markdown else self.text

    @property
    def markdown(self) -> str:
        """Its text, with blank lines in place of the front matter."""
        front = self.front
        return "\n" * front.count("\n") + self.text[len(front) :]

    def fix(self, kind: str, edits: Iterable[Edit]) -> None:
        """Apply *edits*, which are fixes of this *kind*."""
        found = list(edits)
        if found:
            self.text = apply_edits(self.text, found)
            self.edits[kind] += len(found)


def read_for_fixes(path: Path) -> FixedFile | None:
    """Return the file at *path* with its encoding fixed; None if it cannot be read as text, which `check` reports."""
    try:
        data = read_inside(path, path.parent, limits.FILE_BYTES + 1)
        text, encoding = fix_encoding(decode(data))
    except (OSError, UnicodeDecodeError):
        return None
    return FixedFile(path, data, text, encoding) if len(data) <= limits.FILE_BYTES else None
