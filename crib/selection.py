"""Selection and print settings, from the command line and `book.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_NAME = 100
"""Longer lists of keys are shortened to a hash in file names."""


@dataclass(frozen=True)
class PrintSettings:
    """Print settings of a book.

    paper      the paper size: `A4`, `Letter`, or a poster size
    landscape  the orientation of cheat sheets
    theme      `color`, `ink` (black text, no fills), `large` (14 pt and larger) or `card` (cheat sheets in boxes)
    """

    paper: str = "A4"
    landscape: bool = True
    theme: str = "color"

    @property
    def book_theme(self) -> str:
        """The theme of everything but cheat sheets."""
        return "color" if self.theme == "card" else self.theme


@dataclass(frozen=True)
class Finishing:
    """Finishing of a PDF after layout.

    page_ranges  the first and last page of each range to keep, counted from 1; all if there are none
    grayscale    convert all colors to shades of gray
    impose       `booklet`, `2up` or `4up`; nothing if empty
    signature    the number of pages of a signature of a booklet; None for one that can be stapled
    """

    page_ranges: tuple[tuple[int, int], ...] = ()
    grayscale: bool = False
    impose: str = ""
    signature: int | None = None


@dataclass(frozen=True)
class Selection:
    """A selection of answers by `chapters`, `tags` and `levels`; an empty field selects all.

    `keys` and `see` narrow it to the answers with these keys, and to those of `see` with their related answers
    (*See also*, in both directions).
    """

    chapters: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    see: tuple[str, ...] = ()

    def has(self, chapter: int, tags: Iterable[str], level: str) -> bool:
        """Return True if it includes an answer of this *chapter* and *level* with these *tags*."""
        return (
            (not self.chapters or chapter in self.chapters)
            and (not self.tags or not set(self.tags).isdisjoint(tags))
            and (not self.levels or level in self.levels)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The suffixes of file names for this selection."""
        return (*(f"{number:02d}" for number in self.chapters), *self.names_in_chapter)

    @property
    def names_in_chapter(self) -> tuple[str, ...]:
        """The suffixes of the file name of a chapter, for a selection of its answers."""
        keys = (*self.keys, *(f"see-{key}" for key in self.see))
        if len("-".join(keys)) > _LONGEST_NAME:
            digest = sha256(" ".join(keys).encode()).hexdigest()
            keys = (f"{len(keys)}-keys-{digest[:8]}",)
        return (*self.tags, *self.levels, *keys)


EVERYTHING = Selection()
