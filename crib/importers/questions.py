"""Imported questions: plain data between the readers of formats and the writer of Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from crib.model.elements import Elements

    Media = Callable[[str], bytes | None]
    """Returns the file of a picture by its name in the source; None if there is no such file."""


class LeftOut(NamedTuple):
    """A piece of a source, left out or changed.

    line  its line; 0 if the format has no lines
    near  the heading or question above it, for a piece without a line
    what  the piece, shortened
    why   the reason, or its replacement
    """

    file: str
    line: int
    near: str
    what: str
    why: str


@dataclass(frozen=True)
class ImportedChoice:
    """One choice of a multiple-choice question, as blocks."""

    words: Elements
    right: bool


@dataclass(frozen=True)
class ImportedQuestion:
    """A question, as inlines, with its answer, as blocks.

    stem     blocks of the question that cannot be part of its line, such as code
    typed    the answer to type, of one word or a few
    number   its number in its chapter, or that of a letter (`number_of`); 0 for the next
    source   title and address of its source
    see      anchors of related questions
    key      the suggested key; empty for one made from the question
    origin   its id in the source, such as the GUID of a note; may be empty
    line     its line in the source; 0 if the format has no lines
    anchors  its names in links of the source
    """

    question: Elements
    answer: Elements
    line: int = 0
    stem: Elements = field(default_factory=list)
    gist: Elements = field(default_factory=list)
    hint: Elements = field(default_factory=list)
    cloze: Elements = field(default_factory=list)
    choices: tuple[ImportedChoice, ...] = ()
    typed: str = ""
    tags: tuple[str, ...] = ()
    level: str = ""
    reverse: bool = False
    number: int = 0
    source: tuple[str, str] | None = None
    see: tuple[str, ...] = ()
    key: str = ""
    origin: str = ""
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportedChapter:
    """A chapter, and exercises with solutions elsewhere: their numbers, and the address."""

    title: str
    questions: tuple[ImportedQuestion, ...]
    number: int = 0
    exercises: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Imported:
    """The contents of one source file.

    title     its title; may be empty
    language  its language tag; may be empty
    media     finds its pictures
    notes     sentences for the report, such as the effect on Anki's schedule
    """

    file: str
    chapters: tuple[ImportedChapter, ...]
    left_out: tuple[LeftOut, ...] = ()
    title: str = ""
    language: str = ""
    media: Media = lambda _: None
    notes: tuple[str, ...] = ()
