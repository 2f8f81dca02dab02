"""Selection and print settings, from the command line and `book.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class PrintSettings:
    """How a book is printed.

    paper      the paper size, `A4` or `Letter`
    landscape  whether cheat sheets are in landscape
    theme      `color`, `ink` (black text, no fills) or `large` (14 pt and larger)
    """

    paper: str = "A4"
    landscape: bool = True
    theme: str = "color"


@dataclass(frozen=True)
class Selection:
    """The selected answers; an empty field selects all."""

    chapters: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

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
        return (*(f"{number:02d}" for number in self.chapters), *self.tags, *self.levels)


EVERYTHING = Selection()
