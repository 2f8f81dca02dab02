"""Decks on the real Anki, for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from crib.outputs.anki import jobs as anki
from crib.render.templates import Templates
from tests.pdfs import made

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anki.cards import Card
    from anki.import_export_pb2 import ImportResponse

    from crib.model import Book


@dataclass
class Deck:
    """A package, its book, and a collection after one import."""

    book: Book
    file: Path
    collection: Collection
    response: ImportResponse

    @property
    def cards(self) -> Iterator[Card]:
        """Every card, rendered by Anki when asked for its question or answer."""
        return map(self.collection.get_card, self.collection.find_cards(""))

    def note(self, key: str) -> dict[str, str]:
        """Return the fields of the note with this *key*."""
        [note_id] = self.collection.find_notes(f'"note:Crib Recall" Key:{key}')
        return dict(self.collection.get_note(note_id).items())

    def cloze(self, key: str) -> str:
        """Return the text of the cloze note with this *key*."""
        [note_id] = self.collection.find_notes(f'"note:Crib Cloze" Key:{key}')
        return str(self.collection.get_note(note_id)["Text"])


def package(book: Book, templates: Path | None = None) -> bytes:
    """Return the deck of *book* as Crib writes it."""
    *_, data = made(anki.jobs(book, Templates(templates))).values()
    return data


def load(collection: Collection, file: Path, **options: Any) -> ImportResponse:
    """Import *file* with *options*, by default Anki's own."""
    request = ImportAnkiPackageRequest(package_path=str(file), options=ImportAnkiPackageOptions(**options))
    response: ImportResponse = collection.import_anki_package(request)
    collection.models._clear_cache()  # or Anki shows the note type of before
    return response


def imported(book: Book, folder: Path) -> Deck:
    """Import the deck of *book* into a new collection in *folder*."""
    file = folder / "deck.apkg"
    file.write_bytes(package(book))
    collection = Collection(str(folder / "collection.anki2"))
    return Deck(book, file, collection, load(collection, file))


def rows(collection: Collection) -> list[Any]:
    """Return every row of notes, cards and reviews, and when a full sync became necessary."""
    tables = ("notes", "cards", "revlog")
    found = [collection.db.all(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    return [*found, collection.db.scalar("SELECT scm FROM col")]
