"""Diff of two editions of a deck: new, changed, moved and retired notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.outputs.anki.note_types import KINDS
from crib.outputs.anki.read_apkg import DeckContents, NoteContents, read_deck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.outputs.anki.apkg import Package


@dataclass(frozen=True)
class NoteChange:
    """One row of a diff.

    kind    `new`, `changed`, `moved` or `retired`
    note    the name of the note or note type in the ledger, such as `recall/feature-scaling`
    detail  the deck of a new or retired note, the changed parts, or both decks of a moved one
    """

    kind: str
    note: str
    detail: str


def diff_decks(old: Path, package: Package, key: str) -> list[NoteChange]:
    """Return the changes from *old*, an .apkg file, to *package*, a deck of the book *key*. Raises BuildError."""
    after = _contents_of(package)
    before = read_deck(old, key, after.notes)
    return sorted(_changes(before, after), key=lambda change: (change.kind, change.note, change.detail))


def _changes(before: DeckContents, after: DeckContents) -> Iterator[NoteChange]:
    for kind in KINDS:
        old_type, new_type = before.types.get(kind.id), after.types.get(kind.id)
        if old_type and new_type and (parts := _changed_parts(old_type, new_type)):
            yield NoteChange("changed", f"type/{kind.name}", parts)
    for guid, note in after.notes.items():
        old_note = before.notes.get(guid)
        if old_note is None:
            yield NoteChange("new", note.name, note.deck)
            continue
        if old_note.deck != note.deck:
            yield NoteChange("moved", note.name, f"{old_note.deck} → {note.deck}")
        if parts := _changed_parts(old_note.parts, note.parts):
            yield NoteChange("changed", note.name, parts)
    for guid, note in before.notes.items():
        if guid not in after.notes:
            yield NoteChange("retired", note.name, note.deck)


def _changed_parts(before: dict[str, str], after: dict[str, str]) -> str:
    return ", ".join(name for name in {**before, **after} if before.get(name) != after.get(name))


def _contents_of(package: Package) -> DeckContents:
    names = {kind.id: kind.name for kind in KINDS}
    notes, types = {}, {}
    for deck in package.decks:
        for note in deck.notes:
            fields = dict(zip((field.name for field in note.type.fields), note.fields, strict=True))
            parts = {**fields, "tags": " ".join(sorted(note.tags))}
            notes[note.guid] = NoteContents(f"{names[note.type.id]}/{fields['Key']}", deck.name, parts)
            templates = {t.name: f"{t.front}\n{t.back}" for t in note.type.templates}
            types[note.type.id] = {"fields": "\n".join(fields), **templates, "style": note.type.css}
    return DeckContents(notes, types)
