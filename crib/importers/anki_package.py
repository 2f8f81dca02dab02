"""Import Anki packages, `.apkg` and `.colpkg`, in all three formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.foreign.anki_package import EXPORT_AGAIN, AnkiPackage
from crib.importers.anki_collection import read_collection
from crib.importers.anki_notes import imported_notes

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import Imported


def read(source: SourceFile, options: ReadOptions) -> Imported:
    """Return the notes of a package. Raises CribError."""
    package = AnkiPackage(source)
    try:
        notes = read_collection(package.database())
    except ValueError as error:
        raise source.problem("package", f"its database cannot be read: {error}", EXPORT_AGAIN) from None
    return imported_notes(source, notes, options, package.picture)
