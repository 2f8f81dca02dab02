"""Import again: what the source has changed is changed, and what the writer has edited since is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crib.importers.record import ImportRecord, hash_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from crib.importers.chapters import WrittenAnswer, WrittenChapter

_HEADING = re.compile(r"^## .*?(?:\{#([a-z0-9-]+)[^{}]*\})?[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Piece:
    """A part of a chapter file: an answer with its key, or text without one, such as the front matter."""

    key: str
    text: str


@dataclass
class Merge:
    """Merges answers into the files of a folder.

    conflicts  keys of answers that were changed on both sides; the writer's are kept
    added, changed, removed  keys
    """

    before: ImportRecord
    is_published: bool
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    def replace(self, pieces: list[Piece], new: Mapping[str, WrittenAnswer]) -> list[Piece]:
        """Return *pieces* with what the source has changed in the *new* answers."""
        return [self._merged(piece, new) if piece.key in new else piece for piece in pieces]

    def insert(self, pieces: list[Piece], chapter: WrittenChapter, present: Collection[str]) -> list[Piece]:
        """Return the *pieces* of a chapter's file with the answers of *chapter* that are new, after their neighbors.

        present  the keys of all answers in the folder: the writer may have moved some to other files
        """
        result = list(pieces)
        place = 1 if result and not result[0].key else 0
        for answer in chapter.answers:
            at = next((i for i, piece in enumerate(result) if piece.key == answer.key), None)
            if at is not None:
                place = at + 1
            elif answer.key not in present:
                place += self._insert(result, place, answer)
        return result

    def _insert(self, pieces: list[Piece], place: int, answer: WrittenAnswer) -> int:
        """Insert *answer* at *place*, unless the writer deleted it; return the number of pieces inserted."""
        before = self.before.answers.get(answer.key)
        if before is None:
            pieces.insert(place, Piece(answer.key, answer.text))
            self.added.append(answer.key)
            return 1
        if before != hash_of(answer.text):
            self.conflicts.append(answer.key)
        return 0

    def _merged(self, piece: Piece, new: Mapping[str, WrittenAnswer]) -> Piece:
        """Return *piece* as it was written by the writer, or as it is in the source now."""
        answer = new[piece.key]
        before, source, here = self.before.answers.get(piece.key), hash_of(answer.text), hash_of(piece.text)
        if source in (before, here):
            return piece
        if here == before:
            self.changed.append(piece.key)
            return Piece(piece.key, answer.text)
        self.conflicts.append(piece.key)
        return piece

    def without(self, pieces: list[Piece], gone: Iterable[str]) -> list[Piece]:
        """Return *pieces* without answers that are *gone* from the source, unless edited since, or published."""
        gone = set(gone)
        result = []
        for piece in pieces:
            if piece.key in gone:
                is_own = self.before.answers.get(piece.key) == hash_of(piece.text)
                if is_own and not self.is_published:
                    self.removed.append(piece.key)
                    continue
                self.kept.append(piece.key)
            result.append(piece)
        return result


def pieces_of(text: str) -> list[Piece]:
    """Return the parts of a chapter's *text*; joined, they are the text."""
    return list(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    key, fence = "", ""
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif match:
            fence = match[1]
        elif heading := _HEADING.match(line):
            if lines:
                yield Piece(key, "".join(lines))
            key, lines = heading[1] or "", []
        lines.append(line)
    if lines:
        yield Piece(key, "".join(lines))


def joined(pieces: Iterable[Piece]) -> str:
    """Return the text of a chapter with *pieces*, one blank line between them."""
    return "\n\n".join(piece.text.strip("\n") for piece in pieces) + "\n"
