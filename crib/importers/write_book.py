"""Write an imported book into a folder: new, or over an earlier import of the same sources."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from crib import limits
from crib.files import folder as open_folder
from crib.files import is_there, read_inside, refuse_link, replace
from crib.importers.merge import Merge, Piece, joined, pieces_of
from crib.importers.record import RECORD_FILE, ImportRecord, hash_of, write_record
from crib.model.book_files import BOOK_FILE, BookFiles
from crib.model.chapter_names import readable
from crib.model.keys import slug, unique_keys
from crib.model.ledger import LOCK_FILE
from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.importers.write_chapters import WrittenBook, WrittenChapter

_IGNORED = {".git", ".gitignore", ".DS_Store"}


@dataclass
class Written:
    """The results of writing: files relative to the folder, questions by chapter file, and changes of an update."""

    files: list[str] = field(default_factory=list)
    questions: dict[str, int] = field(default_factory=dict)
    changes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def check_folder(folder: Path, *, update: bool, has_record: bool) -> None:
    """Raise BuildError unless a book may be written into *folder*."""
    refuse_link(folder)
    if update:
        if not has_record:
            hint = f"pass the folder of an earlier import, which has a file {RECORD_FILE}; without --update a new one"
            raise BuildError(Problem(str(folder), 0, "not-imported", "nothing was imported into this folder", hint))
        return
    if is_there(folder) and not folder.is_dir():
        raise BuildError(Problem(str(folder), 0, "not-empty", "this is a file, not a folder", "pass a new folder"))
    if folder.is_dir() and any(entry.name not in _IGNORED for entry in folder.iterdir()):
        hint = "pass an empty or new folder; to import the same sources again, use --update"
        raise BuildError(Problem(str(folder), 0, "not-empty", "this folder is not empty", hint))


def write_book(book: WrittenBook, pictures: Mapping[str, bytes], folder: Path, before: ImportRecord | None) -> Written:
    """Write *book* and its *pictures* into *folder*; merge it with an earlier import, recorded in *before*.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _Writer(book, pictures, folder, before).write()


class _Writer:
    def __init__(
        self, book: WrittenBook, pictures: Mapping[str, bytes], folder: Path, before: ImportRecord | None
    ) -> None:
        self._book = book
        self._pictures = pictures
        self._folder = folder
        self._merge = Merge(before or ImportRecord(), is_published=is_there(folder / LOCK_FILE))
        self._record = ImportRecord()
        self._written = Written()
        self._files: dict[str, list[Piece]] = {}

    def write(self) -> Written:
        """Write everything, the record last."""
        self._files = {path.name: pieces_of(self._text(path)) for path in BookFiles.of(self._folder).chapters}
        present = {piece.key for pieces in self._files.values() for piece in pieces if piece.key}
        new = {answer.key: answer for chapter in self._book.chapters for answer in chapter.answers}
        self._files = {name: self._merge.replace(pieces, new) for name, pieces in self._files.items()}
        names = self._names()
        for chapter in self._book.chapters:
            name = names[chapter.title]
            pieces = self._files.get(name) or [Piece("", front_matter(chapter))]
            self._files[name] = self._merge.insert(pieces, chapter, present)
            self._written.questions[name] = len(chapter.answers)
            self._record.chapters[chapter.title] = name
        self._remember()
        gone = self._merge.before.answers.keys() - self._record.answers.keys()
        for name, pieces in self._files.items():
            text = joined(self._merge.without(pieces, gone))
            path = self._folder / name
            if not is_there(path) or text.strip() != self._text(path).strip():
                self._put(name, text.encode())
        self._write_pictures()
        if not is_there(self._folder / BOOK_FILE):
            self._put(BOOK_FILE, book_settings(self._book, self._folder).encode())
        write_record(self._folder, self._record)
        if self._merge.before.answers:
            self._written.changes = {
                "added": tuple(self._merge.added),
                "changed": tuple(self._merge.changed),
                "removed": tuple(self._merge.removed),
                "no longer in the source, but edited here or published": tuple(self._merge.retained),
                "changed here and in the source; yours are kept": tuple(self._merge.conflicts),
            }
        return self._written

    def _remember(self) -> None:
        """Record the hashes of the source; an answer in conflict keeps its old one, to be reported again."""
        for chapter in self._book.chapters:
            for answer in chapter.answers:
                conflict = answer.key in self._merge.conflicts
                old = self._merge.before.answers.get(answer.key, "")
                self._record.answers[answer.key] = old if conflict else hash_of(answer.text)
                self._record.known[answer.question] = answer.key

    def _names(self) -> dict[str, str]:
        """Return the file of each chapter by title: that of the earlier import, or a new one."""
        names = {title: name for title, name in self._merge.before.chapters.items() if name in self._files}
        new = [chapter for chapter in self._book.chapters if chapter.title not in names]
        used = {int(name.split("-")[0]) for name in self._files}
        slugs = unique_keys((slug(chapter.title) for chapter in new), ())
        for chapter, stem in zip(new, slugs, strict=True):
            number = chapter.number
            while number in used:
                number += 1
            used.add(number)
            names[chapter.title] = f"{number:02d}-{stem}.md"
        return names

    def _write_pictures(self) -> None:
        for name, data in self._pictures.items():
            self._record.pictures[name] = hash_of(data)
            if not is_there(self._folder / name) or self._merge.before.pictures.get(name) != hash_of(data):
                self._put(name, data)

    def _put(self, name: str, data: bytes) -> None:
        *folders, last = Path(name).parts
        with open_folder(self._folder, folders, create=True) as parent:
            replace(last, parent, data)
        self._written.files.append(name)

    def _text(self, path: Path) -> str:
        with suppress(UnicodeDecodeError):
            return read_inside(path, self._folder, limits.IMPORT_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
        raise BuildError(Problem(str(path), 0, "encoding", "not in UTF-8", "save it in UTF-8 in your editor"))


def front_matter(chapter: WrittenChapter) -> str:
    """Return the front matter of *chapter*."""
    settings: dict[str, object] = {"title": chapter.title, "number": chapter.number}
    if chapter.exercises:
        settings["exercises"] = {_number(numbers): name for numbers, name in chapter.exercises}
    return f"---\n{_yaml(settings)}---\n"


def book_settings(book: WrittenBook, folder: Path) -> str:
    """Return the text of `book.yaml`."""
    settings: dict[str, object] = {"title": book.title or _title_of(book, folder), "language": book.language or "en"}
    if book.sources:
        settings["sources"] = {name: {"title": title, "url": url} for name, (title, url) in book.sources.items()}
    return _yaml(settings)


def _title_of(book: WrittenBook, folder: Path) -> str:
    if len(book.chapters) == 1:
        return book.chapters[0].title
    return readable(folder.absolute().name) or "Questions"


def _number(numbers: str) -> int | str:
    return int(numbers) if numbers.isdecimal() else numbers


def _yaml(settings: Mapping[str, object]) -> str:
    return yaml.safe_dump(dict(settings), sort_keys=False, allow_unicode=True, width=1000)
