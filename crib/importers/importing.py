"""Import sources into a folder: read, write, report."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from crib.foreign.source_file import source_files
from crib.importers.formats import SUFFIXES, ReadOptions, is_known, read
from crib.importers.pictures import PictureStore
from crib.importers.questions import Imported, LeftOut
from crib.importers.record import read_record
from crib.importers.report import ImportReport
from crib.importers.restore import is_export, restore
from crib.importers.write_book import check_folder, write_book
from crib.importers.write_chapters import write_chapters
from crib.problems import BuildError, merged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crib.foreign.source_file import SourceFile


@dataclass(frozen=True)
class ImportOptions:
    """Options of an import, from the command line.

    format    the format of all sources; empty to detect it
    update    update an earlier import of the same sources
    download  download pictures from the web
    """

    format: str = ""
    reading: ReadOptions = field(default_factory=ReadOptions)
    update: bool = False
    download: bool = False


def import_sources(sources: Sequence[Path], folder: Path, options: ImportOptions) -> ImportReport:
    """Write the questions in *sources* into *folder*, as a book. Raises CribError and OSError."""
    exports = [source for source in source_files(sources, SUFFIXES | {".json"}) if is_export(source)]
    if exports and not options.format:
        return _restored(exports, folder, options)
    before = read_record(folder) if options.update else None
    check_folder(folder, update=options.update, has_record=before is not None)
    imports = _read(sources, options)
    if not any(chapter.questions for imported in imports for chapter in imported.chapters):
        hint = "name the format with --format, or see docs/import.md for the supported shapes"
        raise BuildError("no questions were found", code="no-questions", hint=hint)
    pictures = PictureStore(_downloader() if options.download else None)
    book = write_chapters(imports, pictures, before.known if before else {})
    written = write_book(book, pictures.files, folder, before)
    return ImportReport(
        folder=str(folder),
        questions=written.questions,
        files=tuple(written.files),
        left_out=tuple(sorted(book.left_out, key=lambda piece: (piece.file, piece.line))),
        notes=tuple(dict.fromkeys(note for imported in imports for note in imported.notes)),
        changes=written.changes or None,
    )


def _restored(exports: Sequence[SourceFile], folder: Path, options: ImportOptions) -> ImportReport:
    """Write an exported book into *folder*. Raises CribError and OSError."""
    if options.update or len(exports) > 1:
        what = "an exported book cannot be merged with another"
        raise BuildError(what, code="export", hint="import each into a new folder of its own")
    check_folder(folder, update=False, has_record=False)
    return restore(exports[0], folder)


def _read(sources: Sequence[Path], options: ImportOptions) -> list[Imported]:
    """Read all *sources*. Raises CribError with the problems of all of them."""
    imports, errors = [], []
    for source in source_files(sources, SUFFIXES):
        try:
            if source.path in sources or options.format or is_known(source):
                imports.append(read(source, options.format, options.reading))
            else:  # such as settings of some program in a folder
                imports.append(_not_read(source))
        except BuildError as error:
            errors.append(error)
    if errors:
        raise merged(errors)
    return imports


def _not_read(source: SourceFile) -> Imported:
    piece = LeftOut(source.name, 0, "", source.path.name, "left out: unknown file format")
    return Imported(file=source.name, chapters=(), left_out=(piece,))


def _downloader() -> partial[bytes]:
    from crib.importers.download import download

    return partial(download, schemes=("https",))
