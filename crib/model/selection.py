"""Selection and print settings, from the command line and `book.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class PrintSettings:
    """How a book is printed.

    paper      the name of a sheet, `A4` or `Letter`
    landscape  whether cheat sheets lie on their side
    theme      `color`, `ink` (black, without fills) or `large` (type of 14 points and more)
    """

    paper: str = "A4"
    landscape: bool = True
    theme: str = "color"


@dataclass(frozen=True)
class Selection:
    """Which answers are wanted; what is empty leaves the choice open."""

    chapters: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def has(self, chapter: int, tags: Iterable[str], level: str) -> bool:
        """Tell whether an answer is wanted: of one of the chapters, with one of the tags, of one of the levels."""
        return (
            (not self.chapters or chapter in self.chapters)
            and (not self.tags or not set(self.tags).isdisjoint(tags))
            and (not self.levels or level in self.levels)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What the names of files made from a part of a book tell of it."""
        return (*(f"{number:02d}" for number in self.chapters), *self.tags, *self.levels)


EVERYTHING = Selection()
