"""The ledger of published Anki notes (`anki.lock`): id, content hash and modification time of each.

Anki updates a note only if the imported one is newer. The ledger gives a note a later time when its content
changes, and only then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

LOCK_FILE = "anki.lock"
VERSION = 1
HASH_DIGITS = 16
TIME = "%Y-%m-%dT%H:%M:%SZ"
YEARS = range(1970, 2100)

NUMBERS = range(500_000_000_000, 500_000_000_000 + (1 << 40), 16)
"""The ids of notes in Anki; the 15 numbers after each are the ids of its cards.

An id is also a creation time in milliseconds, and Anki changes those in the future: ours are
from 1985 to 2020.
"""
TYPES = {"recall": 1764020814937, "cloze": 1764020815284, "typed": 1764020816158}
"""The ids of the note types by their names; they never change."""


@dataclass(frozen=True)
class LedgerEntry:
    """One note or note type as published.

    hash      of its content; empty if two different contents were published with this time
    id        its id in Anki
    modified  its last change, in seconds since 1970
    cards     the numbers, from 1, of all its cards so far; cards of a cloze are its gaps
    """

    hash: str
    id: int
    modified: int
    cards: tuple[int, ...] = ()


@dataclass(frozen=True)
class Content:
    """The current content of a note or note type.

    hash  of the content, by `hash_of`
    id    its id if it is new
    """

    name: str
    hash: str
    id: int
    cards: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """The entries by name, such as `recall/feature-scaling`, and the line of each in the file.

    book  the key of the book
    """

    book: str
    entries: Mapping[str, LedgerEntry] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def advance(self, contents: Iterable[Content], released: int) -> Ledger:
        """Return the ledger with *contents* published at *released*, in seconds since 1970.

        Changed entries get this time, or one second more than before if that is later. New ones get
        the first free id from their own on.
        """
        entries = dict(self.entries)
        used = {entry.id for entry in entries.values()}
        for content in sorted(contents, key=lambda content: content.name):
            entry = entries.get(content.name)
            if entry is None:
                number = next_free_id(content.id, used)
                used.add(number)
                entries[content.name] = LedgerEntry(content.hash, number, released, content.cards)
            elif entry.hash != content.hash:
                modified, cards = max(released, entry.modified + 1), _either(entry.cards, content.cards)
                entries[content.name] = replace(entry, hash=content.hash, modified=modified, cards=cards)
        return replace(self, entries=entries, lines={})

    def changes(self, newer: Ledger) -> list[str]:
        """Return the sorted names of added, removed and changed entries in *newer*."""
        names = self.entries.keys() | newer.entries.keys()
        return sorted(name for name in names if self.entries.get(name) != newer.entries.get(name))

    def dump(self) -> bytes:
        """Return the ledger as JSON, sorted, with one entry per line.

        The first and last lines never change, so any subset of the lines between them is valid JSON, and git can
        merge two ledgers with `merge=union`.
        """
        first, last = f' "book": {json.dumps(self.book)},', f' "version": {VERSION}'
        return ("\n".join(["{", first, *self._dumped(), last, "}"]) + "\n").encode()

    def _dumped(self) -> Iterator[str]:
        for name, entry in sorted(self.entries.items()):
            time = datetime.fromtimestamp(entry.modified, timezone.utc).strftime(TIME)
            value: dict[str, Any] = {"hash": entry.hash, "id": entry.id, "mod": time}
            if entry.cards:
                value["cards"] = entry.cards
            yield f" {json.dumps(name)}: {json.dumps(value)},"


def hash_of(parts: Iterable[str]) -> str:
    """Return a hash of all *parts* of a note or note type."""
    return sha256(json.dumps(list(parts)).encode()).hexdigest()[:HASH_DIGITS]


def merge_entries(one: LedgerEntry, other: LedgerEntry) -> LedgerEntry:
    """Merge the entries of a note published by two people separately.

    The later one wins. If both have the same time but different content, the hash becomes empty, so the note
    counts as changed in the next build.
    """
    cards = _either(one.cards, other.cards)
    if one.modified != other.modified:
        return replace(max(one, other, key=lambda entry: entry.modified), cards=cards)
    return replace(one, hash=one.hash if one.hash == other.hash else "", cards=cards)


def next_free_id(number: int, used: Container[int]) -> int:
    """Return the first free id of a note, from *number* on."""
    while number in used:
        number = NUMBERS[(NUMBERS.index(number) + 1) % len(NUMBERS)]
    return number


def _either(one: Iterable[int], other: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({*one, *other}))
