"""The data model of a book: frozen dataclasses, without I/O.

Text is a list of pandoc elements (`tree`), never changed in place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crib.model.elements import target
from crib.model.publication import UNPUBLISHED, Publication
from crib.model.tree import find_all
from crib.model.writing_direction import writing_direction
from crib.selection import EVERYTHING, PrintSettings, Selection

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from crib.model.answer import Answer, Source
    from crib.model.elements import Elements
    from crib.model.ledger import Ledger


@dataclass(frozen=True)
class Exercises:
    """Exercises with solutions in another source: `numbers` as printed (`8`, `8–10`), or `all`."""

    numbers: str
    source: Source

    @property
    def count(self) -> str:
        """The key of the label in `exercise_names`: `one`, `several` or `all`."""
        return "all" if self.numbers == "all" else "several" if "–" in self.numbers else "one"


@dataclass(frozen=True)
class Formula:
    """A formula of a chapter's formula strip, with its name and its conditions (may be empty), all as inlines."""

    name: Elements
    formula: Elements
    holds: Elements

    @property
    def parts(self) -> tuple[Elements, ...]:
        """All its text, in reading order."""
        return (self.name, self.formula, self.holds)


@dataclass(frozen=True)
class Chapter:
    """One file of the book; `slug` is its file name without the number."""

    number: int
    title: str
    slug: str
    file: str
    answers: tuple[Answer, ...]
    exercises: tuple[Exercises, ...]
    formulas: tuple[Formula, ...] = ()

    @property
    def has_own(self) -> bool:
        """True if any of its questions is not an exercise of the companion work."""
        return any(answer.is_own for answer in self.answers)

    @property
    def name(self) -> str:
        """The stem of the names of its built files, such as `04-training-models`."""
        return f"{self.number:02d}-{self.slug}"


@dataclass(frozen=True)
class Text:
    """The text of a file other than a chapter."""

    file: str
    blocks: Elements


@dataclass(frozen=True)
class StyleGuide:
    """The style rules of a book; an empty one is off.

    gist      the least and the most characters of a gist
    gists     require a gist of every answer
    question  the required end of every question
    names     names in their only correct spelling
    """

    gist: tuple[int, int] | None = None
    gists: bool = False
    question: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """The whole book, or a selection of its answers, in the order of their numbers.

    `released` is the only time in any output; `tags` maps each tag to its description, and `notation`
    explains the signs in formulas.

    companion    the work with the exercises answered here; may be empty
    dated        True if the writer set `released`; otherwise no output shows it
    own_pages    True if no option changes answers, paper or theme, so page numbers are those of the printed book
    others       the answers outside the selection
    neighbors    answers elsewhere in the same output, without their text
    retired      answers removed from all outputs; learners may still have them in Anki
    ledger       the published notes of the deck; None if nothing was published
    publication  the publisher's metadata
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
    style: StyleGuide
    print: PrintSettings
    tags: Mapping[str, str]
    notation: Text | None
    chapters: tuple[Chapter, ...]
    dated: bool = True
    selection: Selection = EVERYTHING
    own_pages: bool = True
    others: tuple[Answer, ...] = ()
    neighbors: tuple[Answer, ...] = ()
    retired: Chapter | None = None
    ledger: Ledger | None = None
    publication: Publication = UNPUBLISHED

    @property
    def direction(self) -> str:
        """The writing direction of the language: `ltr` or `rtl`."""
        return writing_direction(self.language)

    @property
    def answers(self) -> Iterator[Answer]:
        """Every answer, in reading order."""
        return (answer for chapter in self.chapters for answer in chapter.answers)

    @cached_property
    def _bare_answers(self) -> Mapping[str, Answer]:
        return {answer.key: answer.bare for answer in self.answers}

    @property
    def files(self) -> Iterator[str]:
        """The files of its chapters and their pictures."""
        for chapter in self.chapters:
            yield chapter.file
            for answer in chapter.answers:
                yield from (str(self.folder / unquote(picture.target)) for picture in answer.pictures)

    @property
    def lines(self) -> dict[str, int]:
        """The lines of its answers in their files, by key."""
        return {answer.key: answer.line for answer in self.answers}

    @property
    def all_pictures(self) -> dict[str, str]:
        """The digests of all pictures by file, including those of answers outside the selection."""
        answers = (*self.answers, *self.others, *(self.retired.answers if self.retired else ()))
        pictures = (picture for answer in answers for picture in answer.pictures)
        return {str(self.folder / unquote(picture.target)): picture.digest for picture in pictures}

    @property
    def stem(self) -> str:
        """The stem of the files of the whole book: its key and the selection."""
        return self.named(self.key)

    def named(self, name: str) -> str:
        """Return *name* followed by the selection."""
        return "-".join([name, *self.selection.names])

    def named_chapter(self, chapter: Chapter) -> str:
        """Return the stem of the built files of *chapter*, followed by the selection of its answers."""
        return "-".join([chapter.name, *self.selection.names_in_chapter])

    @property
    def bare(self) -> Book:
        """The book without its text: the data shared by all pages."""
        nothing: dict[str, Any] = {"chapters": (), "others": (), "tags": {}, "notation": None}
        return replace(self, **nothing, retired=None, ledger=None)

    def part(self, chapter: Chapter, *parts: str) -> Book:
        """Return the book with only *chapter*, these *parts* of its answers, and the codes of linked answers.

        It is an argument of jobs: their cache keys change only when these parts do, not with the rest of the book.
        """
        answers = tuple(answer.only(*parts) for answer in chapter.answers)
        linked_keys = {key for answer in answers for key in (*answer.see, *answer.links)}
        linked_keys -= {answer.key for answer in answers}
        linked = (self._bare_answers[key] for key in linked_keys & self._bare_answers.keys())
        neighbors = tuple(sorted(linked, key=lambda answer: (answer.chapter, answer.number)))
        return replace(self.bare, chapters=(replace(chapter, answers=answers, formulas=()),), neighbors=neighbors)

    @property
    def sources(self) -> Iterator[Source]:
        """The sources of exercises and answers, in reading order."""
        for chapter in self.chapters:
            yield from (exercises.source for exercises in chapter.exercises)
            yield from (answer.source for answer in chapter.answers if answer.source)

    @property
    def linked_from_notation(self) -> tuple[Answer, ...]:
        """The answers the notation links to, without their text."""
        targets = {target(link) for link in find_all(self.notation.blocks, "Link")} if self.notation else set()
        return tuple(answer.bare for answer in self.answers if f"#{answer.key}" in targets)

    @property
    def formula_chapters(self) -> tuple[Chapter, ...]:
        """The chapters with formulas, without their answers."""
        return tuple(replace(chapter, answers=(), exercises=()) for chapter in self.chapters if chapter.formulas)

    def select(self, selection: Selection) -> Book:
        """Return the book with only the answers of *selection*; chapters left without any are dropped.

        A chapter selected by its number alone is kept whole, even without answers; others lose exercises and
        formulas.
        """
        selected = self._named_in(selection)
        keys = {
            answer.key
            for answer in self.answers
            if answer.is_in(selection) and (not selected or answer.key in selected)
        }
        chapters = tuple(
            replace(chapter, answers=tuple(answer for answer in chapter.answers if answer.key in keys))
            for chapter in self.chapters
            if not selection.chapters or chapter.number in selection.chapters
        )
        if selection.names_in_chapter:
            chapters = tuple(replace(chapter, exercises=(), formulas=()) for chapter in chapters if chapter.answers)
        others = tuple(answer for answer in self.answers if answer.key not in keys)
        return replace(self, chapters=chapters, selection=selection, others=others)

    def _named_in(self, selection: Selection) -> set[str]:
        """Return the keys named by *selection*, and those of answers related to its `see`."""
        see = set(selection.see)
        referring = {answer.key for answer in self.answers if not see.isdisjoint(answer.see)}
        referred = {key for answer in self.answers if answer.key in see for key in answer.see}
        return {*selection.keys, *see, *referring, *referred}

    def only(self, keys: Container[str]) -> Book:
        """Return the book with only the answers of *keys*; chapters left without any are dropped."""
        chapters = (
            replace(chapter, answers=tuple(answer for answer in chapter.answers if answer.key in keys))
            for chapter in self.chapters
        )
        others = tuple(answer for answer in self.answers if answer.key not in keys)
        with_any = tuple(chapter for chapter in chapters if chapter.answers)
        return replace(self, chapters=with_any, others=(*self.others, *others), own_pages=False)
