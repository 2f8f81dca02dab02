"""A book as data: frozen, without I/O.

Text is kept as pandoc wrote it (`tree`): a list of elements, never changed in place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from crib.ledger import Ledger
    from crib.tree import Elements

# https://cldr.unicode.org: likely subtags, and the scripts of those that run from right to left
_RTL_LANGUAGES = {
    "ar",
    "arc",
    "ckb",
    "dv",
    "fa",
    "he",
    "ks",
    "lrc",
    "mzn",
    "nqo",
    "pnb",
    "ps",
    "sd",
    "syr",
    "ug",
    "ur",
    "yi",
}
_RTL_SCRIPTS = {"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}


@dataclass(frozen=True)
class Source:
    """A place outside the book that answers some of its exercises."""

    title: str
    url: str


@dataclass(frozen=True)
class Exercises:
    """Exercises answered elsewhere: `numbers` as a reader reads them (`8`, `8–10`), or `all`."""

    numbers: str
    source: Source

    @property
    def count(self) -> str:
        """Which of the labels `exercise_names` fits: `one`, `several` or `all`."""
        return "all" if self.numbers == "all" else "several" if "–" in self.numbers else "one"


@dataclass(frozen=True)
class Answer:
    """One question with its gist (what a sheet prints) and its whole answer.

    reverse  whether Anki also asks for the question; False, not None, if that was given up
    """

    key: str
    chapter: int
    number: int
    question: Elements
    gist: Elements
    body: Elements
    hint: Elements
    cloze: Elements
    tags: tuple[str, ...]
    level: str
    see: tuple[str, ...]
    reverse: bool | None
    line: int

    @property
    def cloze_alone(self) -> bool:
        """Whether this is a cloze that has retired while its answer lives on."""
        return bool(self.cloze) and not self.body

    @property
    def code(self) -> str:
        """The short name an answer has in every medium, such as `4.7`."""
        return f"{self.chapter}.{self.number}"

    @property
    def parts(self) -> tuple[Elements, ...]:
        """All its text, in reading order."""
        return (self.question, self.hint, self.gist, self.body, self.cloze)


@dataclass(frozen=True)
class Chapter:
    """One file of the book; `slug` is its file name without the number."""

    number: int
    title: str
    slug: str
    file: str
    answers: tuple[Answer, ...]
    exercises: tuple[Exercises, ...]

    @property
    def name(self) -> str:
        """The stem of every file made from it, such as `04-training-models`."""
        return f"{self.number:02d}-{self.slug}"


@dataclass(frozen=True)
class Text:
    """Text of a file that belongs to no chapter."""

    file: str
    blocks: Elements


@dataclass(frozen=True)
class Style:
    """What a book asks of its answers; what is empty is not asked.

    gist      the least and the most characters of a gist
    question  what every question ends with
    names     words to be written just so
    """

    gist: tuple[int, int] | None = None
    question: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Print:
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

    def __contains__(self, answer: Answer) -> bool:
        """Tell whether *answer* is wanted: of one of the chapters, with one of the tags, of one of the levels."""
        return (
            (not self.chapters or answer.chapter in self.chapters)
            and (not self.tags or not set(self.tags).isdisjoint(answer.tags))
            and (not self.levels or answer.level in self.levels)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What the names of files made from a part of a book tell of it."""
        return (*(f"{number:02d}" for number in self.chapters), *self.tags, *self.levels)


@dataclass(frozen=True)
class Book:
    """The whole book, or a selection of its answers, in the order of their numbers.

    `released` is the only time in any output; `tags` says what each tag is for, `notation` what
    the signs in formulas mean.

    others   the answers that were not selected
    retired  answers that no output has any more but readers may still have in Anki
    ledger   what of the deck was published; None if nothing was
    """

    folder: Path
    key: str
    title: str
    subtitle: str
    authors: tuple[str, ...]
    language: str
    license: str
    description: str
    released: datetime
    companion: str
    style: Style
    print: Print
    tags: Mapping[str, str]
    notation: Text | None
    chapters: tuple[Chapter, ...]
    selection: Selection = Selection()
    others: tuple[Answer, ...] = ()
    retired: Chapter | None = None
    ledger: Ledger | None = None

    @property
    def direction(self) -> str:
        """`rtl` if the language, or the script it names, is written from right to left, else `ltr`."""
        language, *rest = self.language.split("-")
        script = next((part for part in rest if part.isalpha() and len(part) == 4), "")
        return "rtl" if (script in _RTL_SCRIPTS if script else language in _RTL_LANGUAGES) else "ltr"

    @property
    def answers(self) -> Iterator[Answer]:
        """Every answer, in reading order."""
        return (answer for chapter in self.chapters for answer in chapter.answers)

    @property
    def stem(self) -> str:
        """What the files of the whole book are called: its key, and what is selected of it."""
        return self.named(self.key)

    def named(self, name: str) -> str:
        """Return *name* with what is selected of the book."""
        return "-".join([name, *self.selection.names])

    def select(self, selection: Selection) -> Book:
        """Return the book with only the answers of *selection*, and chapters that have any.

        A chapter that was asked for by its number alone stays, even without answers.
        """
        chapters = tuple(
            replace(chapter, answers=tuple(answer for answer in chapter.answers if answer in selection))
            for chapter in self.chapters
            if not selection.chapters or chapter.number in selection.chapters
        )
        if selection.tags or selection.levels:
            chapters = tuple(chapter for chapter in chapters if chapter.answers)
        others = tuple(answer for answer in self.answers if answer not in selection)
        return replace(self, chapters=chapters, selection=selection, others=others)
