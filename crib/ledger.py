"""What was last published of each note, so that an update touches only notes that changed.

Anki takes a note from a package only if it is newer than the one it has. The ledger gives a
note a later time when its content changes, and only then: `anki.lock`, beside the book.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LOCK_FILE = "anki.lock"
VERSION = 1
HASH_DIGITS = 16
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Entry:
    """One note or note type as published.

    hash      of its content; empty if more than one content was published with this time
    id        its number in Anki
    modified  when it last changed, in seconds since 1970
    """

    hash: str
    id: int
    modified: int


@dataclass(frozen=True)
class Content:
    """What a note or note type is made of now; *id* is the number it gets if it is new."""

    name: str
    parts: tuple[str, ...]
    id: int


@dataclass(frozen=True)
class Ledger:
    """The entries by name, such as `recall/feature-scaling`, and the line each stands on."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def advance(self, contents: Iterable[Content], released: int, step: int) -> Ledger:
        """Return the ledger with *contents* published at *released*, in seconds since 1970.

        What has changed gets this time, or one second more than before if that is later. What is
        new gets the next free number from its own on, in steps of *step*.
        """
        entries = dict(self.entries)
        taken = {entry.id for entry in entries.values()}
        for content in sorted(contents, key=lambda content: content.name):
            now = _hash(content.parts)
            entry = entries.get(content.name)
            if entry is None:
                number = content.id
                while number in taken:
                    number += step
                taken.add(number)
                entries[content.name] = Entry(now, number, released)
            elif entry.hash != now:
                entries[content.name] = replace(entry, hash=now, modified=max(released, entry.modified + 1))
        return Ledger(entries)

    def changes(self, newer: Ledger) -> list[str]:
        """Return the names of what *newer* has otherwise, or only one of the two has, sorted."""
        names = self.entries.keys() | newer.entries.keys()
        return sorted(name for name in names if self.entries.get(name) != newer.entries.get(name))

    def dump(self) -> bytes:
        """Return the ledger as JSON, sorted and an entry a line.

        The last line is always the same, so that any set of these lines between the braces is
        JSON again: what `merge=union` of git makes of two ledgers can be read.
        """
        return ("\n".join(["{", *self._dumped(), f' "version": {VERSION}', "}"]) + "\n").encode()

    def _dumped(self) -> Iterator[str]:
        for name, entry in sorted(self.entries.items()):
            time = datetime.fromtimestamp(entry.modified, timezone.utc).strftime(TIME)
            value = json.dumps({"hash": entry.hash, "id": entry.id, "mod": time})
            yield f" {json.dumps(name)}: {value},"


def join(one: Entry, other: Entry) -> Entry:
    """Return what is known of a note after two people published it apart from each other.

    The later of the two stands. If both have one time but not one content, neither can be told
    from the other by time: the note counts as changed next time, whatever it holds.
    """
    if one.modified != other.modified:
        return max(one, other, key=lambda entry: entry.modified)
    return one if one.hash == other.hash else replace(one, hash="")


def _hash(parts: Iterable[str]) -> str:
    return sha256(json.dumps(list(parts)).encode()).hexdigest()[:HASH_DIGITS]
