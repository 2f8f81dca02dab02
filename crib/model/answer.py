"""An answer with its question: a frozen dataclass, whose text is packed, since a long book would take gigabytes."""

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
"""The parts of an answer that hold text, in reading order."""


@dataclass(frozen=True)
class Source:
    """A resource outside the book that answers some of its exercises, or that an answer rests on."""

    title: str
    url: str


@dataclass(frozen=True)
class Picture:
    """A picture of the book; `digest` is that of its file.

    part, line  its place: which of TEXT_PARTS, and its line in the file
    """

    target: str
    part: str
    line: int
    digest: str = ""


@dataclass(frozen=True)
class Answer:
    """One question with its gist (printed on sheets) and its whole answer.

    reverse   whether Anki has a reverse card; False, not None, if the published one was withdrawn
    keyed     whether the file has its key; if not, the key is made from the question
    typed     the word or words that Anki asks learners to type; may be empty
    source    the paper or page to read more in
    abridged  whether its gist is only the first part of its body: see `crib.model.gist`
    links     the keys of the answers that its text links to
    pictures  all pictures in its text
    packed    its text by the names in TEXT_PARTS, each packed
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
        """The answers that the question offers: a task list as the only block, or nothing (see `task_lists`)."""
        return self._part("choices")

    @property
    def hint(self) -> Elements:
        """The hint, as blocks; may be empty."""
        return self._part("hint")

    @property
    def gist(self) -> Elements:
        """The short answer that cheat sheets print; empty if the body is all there is."""
        return self._part("gist")

    @property
    def body(self) -> Elements:
        """The whole answer; empty if the gist is all there is."""
        return self._part("body")

    @property
    def cloze(self) -> Elements:
        """A sentence with gaps; may be empty."""
        return self._part("cloze")

    @property
    def cloze_alone(self) -> bool:
        """Whether this is a retired cloze whose answer is not retired."""
        return [name for name in TEXT_PARTS if name != "question" and self.has(name)] == ["cloze"]

    @property
    def code(self) -> str:
        """The number of the answer in every medium, such as `4.7`, or `2.a` if the question is our own."""
        return f"{self.chapter}.{label_of(self.number)}"

    @property
    def is_own(self) -> bool:
        """Whether the question is not an exercise of the work that the book accompanies."""
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
        """Tell whether it has text in *part*, one of TEXT_PARTS."""
        return bool(self.packed[TEXT_PARTS.index(part)])

    def is_in(self, selection: Selection) -> bool:
        """Tell whether *selection* includes it."""
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
