"""Questions as they are imported: plain data between the readers of formats and the writer of Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from crib.model.elements import Elements

    Media = Callable[[str], bytes | None]
    """Returns the file of a picture by its name in the source; None if there is no such file."""


class LeftOut(NamedTuple):
    """A piece of a source that did not become part of an answer, or not as it was.

    line  its line, 0 if the format has none
    near  the heading or question that it is below, if it has no line
    what  the piece, shortened
    why   why it was left out, or what became of it
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

    stem     blocks that belong to the question but cannot be part of its line, such as code
    typed    the answer to type, of one word or a few
    number   its number in its chapter, or that of a letter (`number_of`); 0 for the next
    source   the title and address to read more at
    see      anchors of related questions
    key      the key that it should have; empty for one made from the question
    origin   what the source knows it by, such as the GUID of a note; empty for none
    line     its line in the source; 0 if the format has none
    anchors  names that links of the source may use for it
    media    finds its pictures
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
    """A chapter, and the exercises that are answered elsewhere: their numbers, and the address."""

    title: str
    questions: tuple[ImportedQuestion, ...]
    number: int = 0
    exercises: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Imported:
    """All that was read from one source file.

    title     of the whole, empty if it has none
    language  its language tag, empty if unknown
    media     finds the pictures that it shows
    notes     sentences for the report, such as what becomes of the scheduling of Anki
    """

    file: str
    chapters: tuple[ImportedChapter, ...]
    left_out: tuple[LeftOut, ...] = ()
    title: str = ""
    language: str = ""
    media: Media = lambda _: None
    notes: tuple[str, ...] = ()
