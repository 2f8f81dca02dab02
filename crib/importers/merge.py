"""Merge a new import into the folder of an earlier one: a three-way merge that keeps the writer's edits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crib.importers.record import ImportRecord, hash_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from crib.importers.write_chapters import WrittenAnswer, WrittenChapter

_HEADING = re.compile(r"^## .*?(?:\{#([a-z0-9-]+)[^{}]*\})?[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Piece:
    """A part of a chapter file: an answer with its key, or other text, such as the front matter."""

    key: str
    text: str


@dataclass
class Merge:
    """Merge of answers into the files of a folder.

    before        the record of the earlier import
    is_published  True if the folder has a ledger: no answer is removed
    added, changed, removed
                  keys of answers by result
    retained      keys of answers missing in the source, but edited or published since
    conflicts     keys of answers changed on both sides; the writer's are kept
    """

    before: ImportRecord
    is_published: bool
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    retained: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    def replace(self, pieces: list[Piece], new: Mapping[str, WrittenAnswer]) -> list[Piece]:
        """Return *pieces* with the changes of the source in the *new* answers."""
        return [self._merged(piece, new) if piece.key in new else piece for piece in pieces]

    def insert(self, pieces: list[Piece], chapter: WrittenChapter, present: Collection[str]) -> list[Piece]:
        """Return the *pieces* of a chapter's file with the new answers of *chapter*, each after its neighbor.

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
        """Return *piece* as edited by the writer, or as in the source now."""
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
        """Return *pieces* without answers *gone* from the source, unless edited or published since."""
        gone = set(gone)
        result = []
        for piece in pieces:
            if piece.key in gone:
                is_own = self.before.answers.get(piece.key) == hash_of(piece.text)
                if is_own and not self.is_published:
                    self.removed.append(piece.key)
                    continue
                self.retained.append(piece.key)
            result.append(piece)
        return result


def pieces_of(text: str) -> list[Piece]:
    """Split the *text* of a chapter into its parts."""
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
