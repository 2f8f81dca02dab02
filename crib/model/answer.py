"""An answer with its question, as a frozen dataclass; its text is compressed, or a long book would take gigabytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.model.numbers import is_letter, label_of
from crib.model.tree import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model.elements import Elements
    from crib.selection import Selection

TEXT_PARTS = ("question", "choices", "hint", "gist", "body", "cloze")
"""The text parts of an answer, in reading order."""


@dataclass(frozen=True)
class Source:
    """A resource outside the book: the source of an answer, or a solution of exercises."""

    title: str
    url: str


@dataclass(frozen=True)
class Picture:
    """A picture in an answer.

    target  the relative address of its file
    part    one of TEXT_PARTS
    line    its line in the chapter
    digest  the digest of its file
    sheet   True if it is marked for cheat sheets
    """

    target: str
    part: str
    line: int
    digest: str = ""
    sheet: bool = False


@dataclass(frozen=True)
class Answer:
    """One question with its gist (printed on sheets) and its whole answer.

    reverse   True if Anki has a reverse card; False, not None, if a published one was withdrawn
    keyed     True if its key is in the file; otherwise the key is made from the question
    typed     the words for learners to type in Anki; may be empty
    source    the paper or page for further reading
    abridged  True if its gist is only the first part of its body: see `crib.model.gist`
    links     the keys of all linked answers
    pictures  all pictures in its text
    packed    its text parts in the order of TEXT_PARTS, each packed
    """

    key: str
    chapter: int
    number: int
    tags: tuple[str, ...] = ()
    level: str = ""
    see: tuple[str, ...] = ()
    reverse: bool | None = None
    typed: str = ""
    source: Source | None = None
    line: int = 0
    keyed: bool = True
    abridged: bool = False
    links: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    packed: tuple[bytes, ...] = (b"",) * len(TEXT_PARTS)

    @property
    def question(self) -> Elements:
        """The question, as inlines."""
        return self._part("question")

    @property
    def choices(self) -> Elements:
        """The choices of the question: one task list, or nothing (see `task_lists`)."""
        return self._part("choices")

    @property
    def hint(self) -> Elements:
        """The hint, as blocks; may be empty."""
        return self._part("hint")

    @property
    def gist(self) -> Elements:
        """The short answer for cheat sheets; empty if there is only a body."""
        return self._part("gist")

    @property
    def body(self) -> Elements:
        """The full answer; empty if there is only a gist."""
        return self._part("body")

    @property
    def cloze(self) -> Elements:
        """A sentence with gaps; may be empty."""
        return self._part("cloze")

    @property
    def cloze_alone(self) -> bool:
        """True for a retired cloze of an answer still in the book."""
        return [name for name in TEXT_PARTS if name != "question" and self.has(name)] == ["cloze"]

    @property
    def code(self) -> str:
        """The code of the answer in every medium: `4.7` for an exercise, `2.a` for another question."""
        return f"{self.chapter}.{label_of(self.number)}"

    @property
    def is_own(self) -> bool:
        """True unless the question is an exercise of the companion work."""
        return is_letter(self.number)

    @property
    def parts(self) -> tuple[Elements, ...]:
        """All its text, in reading order."""
        return tuple(map(unpack, self.packed))

    @property
    def bare(self) -> Answer:
        """The answer without its text: its key and its code."""
        return Answer(self.key, self.chapter, self.number)

    def has(self, part: str) -> bool:
        """Return True if it has text in *part*, one of TEXT_PARTS."""
        return bool(self.packed[TEXT_PARTS.index(part)])

    def is_in(self, selection: Selection) -> bool:
        """Return True if *selection* includes it."""
        return selection.has(self.chapter, self.tags, self.level)

    def with_text(self, **parts: Elements) -> Answer:
        """Return the answer with other text in these *parts*."""
        return replace(
            self, packed=tuple(_packed(parts, name, old) for name, old in zip(TEXT_PARTS, self.packed, strict=True))
        )

    def only(self, *parts: str) -> Answer:
        """Return the answer without the text of other *parts*."""
        packed = (old if name in parts else b"" for name, old in zip(TEXT_PARTS, self.packed, strict=True))
        pictures = tuple(picture for picture in self.pictures if picture.part in parts)
        return replace(self, packed=tuple(packed), pictures=pictures)

    def _part(self, name: str) -> Elements:
        return unpack(self.packed[TEXT_PARTS.index(name)])


def _packed(parts: Mapping[str, Elements], name: str, old: bytes) -> bytes:
    return pack(parts[name]) if name in parts else old
