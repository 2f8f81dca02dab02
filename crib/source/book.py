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
from crib.model.keys import slug
from crib.model.ledger import LOCK_FILE
from crib.problems import ERROR, WARNING, Problem, Report
from crib.selection import PrintSettings
from crib.source.chapter import NO_QUESTIONS, read_chapters, read_retired
from crib.source.default_keys import UNNUMBERED, numbered, with_keys, with_number
from crib.source.defaults import LANGUAGE, UNDATED, default_title, last_published
from crib.source.ledger_file import read_ledger
from crib.source.notation import read_notation
from crib.source.publication import check_publication, publication
from crib.source.removed_notes import removed_notes
from crib.source.settings import line_of, read_settings
from crib.source.sources import UNKNOWN_SOURCE
from crib.source.text_file import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crib.model import Chapter, Text
    from crib.source.settings import Settings


@dataclass(frozen=True)
class Reading:
    """A book, read as far as possible, and all problems in it.

    If `complete` is false, whole chapters are missing, and links cannot be checked.
    """

    book: Book
    problems: tuple[Problem, ...]
    complete: bool
    sources: Mapping[str, Source]

    def reread(self, chapter: Chapter) -> Reading:
        """Return the reading with only the file of *chapter* read again."""
        [(new, problems)] = read_chapters([Path(chapter.file)], self.book.folder, self.sources)
        if new and new.number == UNNUMBERED:
            new = with_number(new, chapter.number)
        chapters = [new if new and old is chapter else old for old in self.book.chapters]
        book = replace(self.book, chapters=with_keys(chapters, self.book.retired))
        others = (problem for problem in self.problems if problem.file != chapter.file)
        return replace(self, book=book, problems=(*others, *problems))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause Python's cyclic garbage collector: it would scan the growing trees over and over."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@_without_collector()
def read_book(folder: Path) -> Reading:
    """Read the book in *folder*: chapters, and optional settings, notation, retired answers and ledger."""
    names = (BOOK_FILE, TAGS_FILE, NOTATION_FILE, RETIRED_FILE, LOCK_FILE)
    reports = [Report(str(folder / name)) for name in names]
    report, tags_report, notation_report, retired_report, lock_report = reports
    settings = _read_settings(folder, report)
    tags = _read_tags(folder, tags_report)
    notation = read_notation(folder / NOTATION_FILE, notation_report)
    sources = _sources(settings)
    files = BookFiles.of(folder)
    report.problems += _misplaced(files, folder)
    readings = list(read_chapters(files.chapters, folder, sources))
    chapters = numbered([chapter for chapter, _ in readings if chapter])
    retired, complete = None, all(chapter or _is_no_chapter(problems) for chapter, problems in readings)
    if is_there(folder / RETIRED_FILE):
        retired = read_retired(folder / RETIRED_FILE, folder, sources, retired_report)
        complete = complete and retired is not None
    book = replace(_book(folder, settings, tags, notation, with_keys(chapters, retired)), retired=retired)
    book = _with_ledger(book, lock_report)
    if complete:
        lock_report.problems += removed_notes(book)
    if report.problems and not sources:  # unreadable settings may have contained them
        readings = [
            (chapter, [problem for problem in problems if problem.code != UNKNOWN_SOURCE])
            for chapter, problems in readings
        ]
    in_chapters = _of_chapters([problem for _, problems in readings for problem in problems], chapters)
    return Reading(book, (*_problems(reports[:3]), *in_chapters, *_problems(reports[3:])), complete, sources)


def _is_no_chapter(problems: Iterable[Problem]) -> bool:
    return all(problem.code == NO_QUESTIONS for problem in problems)


def _of_chapters(problems: Iterable[Problem], chapters: Iterable[Chapter]) -> Iterator[Problem]:
    """Yield *problems*; files without questions are errors if all *chapters* are empty."""
    is_empty = not any(chapter.answers or chapter.exercises for chapter in chapters)
    for problem in problems:
        yield replace(problem, severity=ERROR) if is_empty and problem.code == NO_QUESTIONS else problem


def _with_ledger(book: Book, report: Report) -> Book:
    """Return *book* with its ledger; a book without a date gets the last one in the ledger."""
    ledger = read_ledger(book.folder / LOCK_FILE, book.key, report)
    return replace(book, ledger=ledger, released=book.released if book.dated else last_published(ledger))


def _problems(reports: Iterable[Report]) -> list[Problem]:
    return [problem for report in reports for problem in report.problems]


def _read_settings(folder: Path, report: Report) -> Settings:
    if not is_there(folder / BOOK_FILE):
        return {}
    text = read_text(folder / BOOK_FILE, report)
    if text is None:
        return {}
    settings = read_settings(text, "book", report)
    check_publication(settings, text, report)
    gist = settings.get("style", {}).get("gist", "")
    if "least" in gist and gist["least"] > gist["most"]:
        line = line_of(text, "style", "gist")
        report.add(line, "wrong-value", "`least` of `style.gist` is greater than its `most`", "swap or correct them")
        del settings["style"]["gist"]
    return settings


def _sources(settings: Settings) -> dict[str, Source]:
    return {name: Source(**fields) for name, fields in settings.get("sources", {}).items()}


def _read_tags(folder: Path, report: Report) -> Settings:
    """Return the tags in `tags.yaml`; none without this file."""
    if not is_there(folder / TAGS_FILE):
        return {}
    text = read_text(folder / TAGS_FILE, report)
    return read_settings(text, "tags", report) if text is not None else {}


def _misplaced(files: BookFiles, folder: Path) -> Iterator[Problem]:
    """Yield a problem for each misplaced file in *folder*, and for a lack of chapters."""
    for path in files.misplaced:
        problem = "this looks like a chapter, but files in subfolders are not read"
        yield Problem(str(path), 1, "file-name", problem, f"move it into {folder}", WARNING)
    for path in (folder / LOCK_FILE, *files.temporary):
        if path.is_symlink():
            yield Problem(
                str(path), 1, "unreadable", "Crib does not write the ledger through a link", "remove the link"
            )
    if not folder.is_dir():
        hint = "pass the folder of your book: --content FOLDER"
        yield Problem(str(folder), 0, "no-book", "there is no such folder", hint)
    elif not files.chapters:
        hint = "add a file with questions, such as 01-first-steps.md; a README is not read"
        yield Problem(str(folder), 0, "no-chapters", "this folder contains no chapters", hint)


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


def _book(
    folder: Path, settings: Settings, tags: Settings, notation: Text | None, chapters: tuple[Chapter, ...]
) -> Book:
    title = settings.get("title") or default_title(folder, chapters)
    released = settings.get("released")
    return Book(
        folder=folder,
        key=settings.get("key") or slug(title),
        title=title,
        subtitle=settings.get("subtitle", ""),
        authors=tuple(settings.get("authors", ())),
        language=settings.get("language", LANGUAGE),
        license=settings.get("license", ""),
        description=settings.get("description", ""),
        released=datetime.fromisoformat(released).replace(tzinfo=timezone.utc) if released else UNDATED,
        companion=settings.get("companion", ""),
        style=_style(settings.get("style", {})),
        print=_print(settings.get("print", {})),
        tags=tags,
        notation=notation,
        chapters=chapters,
        dated=bool(released),
        publication=publication(settings, tags),
    )
