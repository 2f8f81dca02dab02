"""Read a whole book: `book.yaml`, `tags.yaml`, chapters, notation, retired answers and the ledger."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from crib.files import is_there
from crib.model import Book, Source, StyleGuide
from crib.model.book_files import BOOK_FILE, NOTATION_FILE, RETIRED_FILE, TAGS_FILE, BookFiles
from crib.model.ledger import LOCK_FILE
from crib.problems import Problem, Report
from crib.selection import PrintSettings
from crib.source.chapter import read_chapters, read_retired
from crib.source.ledger_file import read_ledger
from crib.source.notation import read_notation
from crib.source.removed_notes import removed_notes
from crib.source.settings import line_of, read_settings
from crib.source.text_file import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Chapter, Text
    from crib.source.settings import Settings


@dataclass(frozen=True)
class Reading:
    """A book as far as it could be read, and all problems found.

    If `complete` is false, whole chapters are missing, and links cannot be checked.
    """

    book: Book
    problems: tuple[Problem, ...]
    complete: bool
    sources: Mapping[str, Source]

    def reread(self, chapter: Chapter) -> Reading:
        """Return the reading with only the file of *chapter* read again."""
        [(new, problems)] = read_chapters([Path(chapter.file)], self.book.folder, self.sources)
        chapters = tuple(new if new and old is chapter else old for old in self.book.chapters)
        others = (problem for problem in self.problems if problem.file != chapter.file)
        return replace(self, book=replace(self.book, chapters=chapters), problems=(*others, *problems))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause Python's cyclic garbage collector, which would scan the growing trees over and over."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@_without_collector()
def read_book(folder: Path) -> Reading:
    """Read the book in *folder*: `book.yaml` and a file `NN-slug.md` a chapter."""
    names = (BOOK_FILE, TAGS_FILE, NOTATION_FILE)
    report, tags_report, notation_report = reports = [Report(str(folder / name)) for name in names]
    settings = _read_settings(folder, report)
    tags = _read_tags(folder, tags_report)
    notation = read_notation(folder / NOTATION_FILE, notation_report)
    sources = _sources(settings)
    files = BookFiles.of(folder)
    report.problems += _misplaced(files, folder)
    readings = list(read_chapters(files.chapters, folder, sources))
    chapters = [chapter for chapter, _ in readings if chapter]
    problems = [problem for _, problems in readings for problem in problems]
    book = _book(folder, settings, tags, notation, sorted(chapters, key=lambda chapter: chapter.number))
    complete = len(chapters) == len(readings)
    retired_report, lock_report = Report(str(folder / RETIRED_FILE)), Report(str(folder / LOCK_FILE))
    if is_there(folder / RETIRED_FILE):
        book = replace(book, retired=read_retired(folder / RETIRED_FILE, folder, retired_report))
        complete = complete and book.retired is not None
    book = replace(book, ledger=read_ledger(folder / LOCK_FILE, book.key, lock_report))
    if complete:
        lock_report.problems += removed_notes(book)
    before, after = reports, [retired_report, lock_report]
    problems = [*_problems(before), *problems, *_problems(after)]
    return Reading(book, tuple(problems), complete, sources)


def _problems(reports: list[Report]) -> list[Problem]:
    return [problem for report in reports for problem in report.problems]


def _read_settings(folder: Path, report: Report) -> Settings:
    if not is_there(folder / BOOK_FILE):
        report.add(
            1, "no-book", "the file is missing", "create it as the README shows, or pass the folder of your book"
        )
        return {}
    text = read_text(folder / BOOK_FILE, report)
    if text is None:
        return {}
    settings = read_settings(text, "book", report)
    gist = settings.get("style", {}).get("gist", "")
    if "least" in gist and gist["least"] > gist["most"]:
        line = line_of(text, "style", "gist")
        report.add(line, "wrong-value", "`least` of `style.gist` is greater than its `most`", "swap or correct them")
        del settings["style"]["gist"]
    return settings


def _sources(settings: Settings) -> dict[str, Source]:
    return {name: Source(**fields) for name, fields in settings.get("sources", {}).items()}


def _read_tags(folder: Path, report: Report) -> Settings:
    """Return the tags in `tags.yaml`; none if there is no such file."""
    if not is_there(folder / TAGS_FILE):
        return {}
    text = read_text(folder / TAGS_FILE, report)
    return read_settings(text, "tags", report) if text is not None else {}


def _misplaced(files: BookFiles, folder: Path) -> Iterator[Problem]:
    """Yield a problem for each file in *folder* that has the wrong name, and for a lack of chapters."""
    for path in files.misnamed:
        yield Problem(
            str(path),
            1,
            "file-name",
            "this looks like a chapter, but its name or folder does not match",
            f"name it NN-words-with-hyphens.md, such as 04-training-models.md, and move it into {folder}",
        )
    for path in (folder / LOCK_FILE, *files.temporary):
        if path.is_symlink():
            yield Problem(str(path), 1, "unreadable", "a link where Crib writes the ledger", "remove the link")
    if not files.chapters and folder.is_dir():
        hint = "add one with a name such as 01-first-steps.md"
        yield Problem(str(folder / BOOK_FILE), 1, "no-chapters", f"{folder} contains no chapters", hint)


def _style(settings: Settings) -> StyleGuide:
    gist = settings.get("gist", {})
    lengths = {"required": True} if gist == "required" else gist
    return StyleGuide(
        gist=(lengths["least"], lengths["most"]) if "least" in lengths else None,
        gists=lengths.get("required", False),
        question=settings.get("question", ""),
        names=tuple(settings.get("names", ())),
    )


def _print(settings: Settings) -> PrintSettings:
    defaults = PrintSettings()
    return PrintSettings(
        paper=settings.get("paper", defaults.paper),
        landscape=settings.get("landscape", defaults.landscape),
        theme=settings.get("theme", defaults.theme),
    )


def _book(folder: Path, settings: Settings, tags: Settings, notation: Text | None, chapters: list[Chapter]) -> Book:
    return Book(
        folder=folder,
        key=settings.get("key", ""),
        title=settings.get("title", ""),
        subtitle=settings.get("subtitle", ""),
        authors=tuple(settings.get("authors", ())),
        language=settings.get("language", ""),
        license=settings.get("license", ""),
        description=settings.get("description", ""),
        released=datetime.fromisoformat(settings.get("released", "1980-01-01")).replace(tzinfo=timezone.utc),
        companion=settings.get("companion", ""),
        style=_style(settings.get("style", {})),
        print=_print(settings.get("print", {})),
        tags=tags,
        notation=notation,
        chapters=tuple(chapters),
    )
