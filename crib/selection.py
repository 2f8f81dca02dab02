"""Selection and print settings, from the command line and `book.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_NAME = 100
"""Keys that take more characters are not spelled out in the names of files."""


@dataclass(frozen=True)
class PrintSettings:
    """How a book is printed.

    paper      the paper size, `A4` or `Letter`, or that of a poster
    landscape  whether cheat sheets are in landscape
    theme      `color`, `ink` (black text, no fills) or `large` (14 pt and larger)
    """

    paper: str = "A4"
    landscape: bool = True
    theme: str = "color"


@dataclass(frozen=True)
class Finishing:
    """What is done to a PDF once its pages are laid out.

    page_ranges  the first and the last page of each range of pages to keep, counted from 1; all if there are none
    grayscale    whether all colors become shades of gray
    impose       `booklet`, `2up` or `4up`; nothing if empty
    signature    the number of pages of a signature of a booklet; None for one that can be stapled
    """

    page_ranges: tuple[tuple[int, int], ...] = ()
    grayscale: bool = False
    impose: str = ""
    signature: int | None = None


@dataclass(frozen=True)
class Selection:
    """The selected answers: those that fit `chapters`, `tags` and `levels`; an empty field fits all.

    If there are any `keys` or `see`, only the answers with these keys, and those that are related to one of `see`:
    itself, the answers that it refers to under *See also*, and those that refer to it.
    """

    chapters: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    see: tuple[str, ...] = ()

    def has(self, chapter: int, tags: Iterable[str], level: str) -> bool:
        """Tell whether it includes an answer of this *chapter* and *level* with these *tags*."""
        return (
            (not self.chapters or chapter in self.chapters)
            and (not self.tags or not set(self.tags).isdisjoint(tags))
            and (not self.levels or level in self.levels)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The suffixes of file names that show the selection."""
        return (*(f"{number:02d}" for number in self.chapters), *self.names_in_chapter)

    @property
    def names_in_chapter(self) -> tuple[str, ...]:
        """The suffixes of the file name of a chapter, of which only some answers may be selected."""
        keys = (*self.keys, *(f"see-{key}" for key in self.see))
        if len("-".join(keys)) > _LONGEST_NAME:
            digest = sha256(" ".join(keys).encode()).hexdigest()
            keys = (f"{len(keys)}-keys-{digest[:8]}",)
        return (*self.tags, *self.levels, *keys)


EVERYTHING = Selection()
