"""What an update of a deck brings to who has an older package of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.outputs.anki import read_apkg as deckfile
from crib.outputs.anki.note_types import KINDS
from crib.outputs.anki.read_apkg import Deck, Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.outputs.anki.apkg import Package


@dataclass(frozen=True)
class Change:
    """One row of a comparison.

    kind    `new`, `changed`, `moved` or `retired`
    note    what the ledger calls the note or note type, such as `recall/feature-scaling`
    detail  the deck of a new or retired note, the parts that changed, or both decks of a move
    """

    kind: str
    note: str
    detail: str


def compare(old: Path, package: Package, key: str) -> list[Change]:
    """Return what *package*, the deck of the book *key*, changes for who has imported *old*. Raises BuildError."""
    after = _of_package(package)
    before = deckfile.read(old, key, after.notes)
    return sorted(_changes(before, after), key=lambda change: (change.kind, change.note, change.detail))


def _changes(before: Deck, after: Deck) -> Iterator[Change]:
    for kind in KINDS:
        one, other = before.types.get(kind.id), after.types.get(kind.id)
        if one and other and (parts := _differing(one, other)):
            yield Change("changed", f"type/{kind.name}", parts)
    for guid, note in after.notes.items():
        known = before.notes.get(guid)
        if known is None:
            yield Change("new", note.name, note.deck)
            continue
        if known.deck != note.deck:
            yield Change("moved", note.name, f"{known.deck} → {note.deck}")
        if parts := _differing(known.parts, note.parts):
            yield Change("changed", note.name, parts)
    for guid, note in before.notes.items():
        if guid not in after.notes:
            yield Change("retired", note.name, note.deck)


def _differing(before: dict[str, str], after: dict[str, str]) -> str:
    return ", ".join(name for name in {**before, **after} if before.get(name) != after.get(name))


def _of_package(package: Package) -> Deck:
    names = {kind.id: kind.name for kind in KINDS}
    notes, types = {}, {}
    for deck in package.decks:
        for note in deck.notes:
            fields = dict(zip((field.name for field in note.type.fields), note.fields, strict=True))
            parts = {**fields, "tags": " ".join(sorted(note.tags))}
            notes[note.guid] = Note(f"{names[note.type.id]}/{fields['Key']}", deck.name, parts)
            templates = {t.name: f"{t.front}\n{t.back}" for t in note.type.templates}
            types[note.type.id] = {"fields": "\n".join(fields), **templates, "style": note.type.css}
    return Deck(notes, types)
