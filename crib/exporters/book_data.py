"""A book as data for `crib export --format json`; docs/export.schema.json defines the format."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crib.exporters.text_parts import strip_of, texts_of
from crib.files import is_there, read_inside
from crib.model.book_files import BOOK_FILE, NOTATION_FILE
from crib.model.ledger import LOCK_FILE
from crib.model.numbers import label_of
from crib.problems import BuildError, Report
from crib.source.settings import read_settings
from crib.source.text_file import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.exporters.text_parts import AnswerText
    from crib.model import Answer, Book, Chapter, Exercises

FORMAT = "crib"
VERSION = 1

Data = dict[str, Any]


def book_data(book: Book) -> Data:
    """Return all of *book*: settings, answers, pictures, and the ledger. Raises BuildError."""
    settings = _settings(book)
    names = {(source["title"], source["url"]): name for name, source in settings.get("sources", {}).items()}
    data: Data = {
        "format": FORMAT,
        "version": VERSION,
        "settings": settings,
        "tags": dict(book.tags),
        "chapters": [_chapter(chapter, names) for chapter in book.chapters],
        "retired": list(_answers(book.retired, names)) if book.retired else [],
        "notation": _text_file(book, NOTATION_FILE),
        "ledger": _text_file(book, LOCK_FILE),
        "pictures": dict(_pictures(book)),
    }
    return {name: value for name, value in data.items() if value or name in ("version", "chapters")}


def _settings(book: Book) -> Data:
    """Return the settings in `book.yaml`, and defaults for key, title and language."""
    text = _text_file(book, BOOK_FILE)
    settings = read_settings(text, "book", Report(BOOK_FILE)) if text.strip() else {}
    return {"key": book.key, "title": book.title, "language": book.language, **settings}


def _text_file(book: Book, name: str) -> str:
    """Return the text of the file *name* of *book*; empty without this file. Raises BuildError."""
    path = book.folder / name
    if not is_there(path):
        return ""
    report = Report(str(path))
    text = read_text(path, report)
    if text is None:
        raise BuildError(*report.problems)
    return text


def _chapter(chapter: Chapter, names: Mapping[tuple[str, str], str]) -> Data:
    data: Data = {"number": chapter.number, "title": chapter.title, "slug": chapter.slug}
    if chapter.exercises:
        sources = ((exercises, exercises.source) for exercises in chapter.exercises)
        data["exercises"] = {_numbers(exercises): names[source.title, source.url] for exercises, source in sources}
    if chapter.formulas:
        data["formulas"] = strip_of(_text_of(chapter))
    return {**data, "answers": list(_answers(chapter, names))}


def _text_of(chapter: Chapter) -> str:
    """Return the text of the file of *chapter*. Raises BuildError."""
    report = Report(chapter.file)
    text = read_text(Path(chapter.file), report)
    if text is None:
        raise BuildError(*report.problems)
    return text


def _numbers(exercises: Exercises) -> str:
    return exercises.numbers.replace("–", "-")


def _answers(chapter: Chapter, names: Mapping[tuple[str, str], str]) -> Iterator[Data]:
    text = _text_of(chapter)
    for answer, texts in zip(chapter.answers, texts_of(chapter.answers, text), strict=True):
        yield answer_data(answer, texts, names)


def answer_data(answer: Answer, texts: AnswerText, names: Mapping[tuple[str, str], str]) -> Data:
    """Return *answer* as data; empty fields are left out."""
    data: Data = {
        "key": answer.key,
        "keyed": None if answer.keyed else False,
        "number": label_of(answer.number) if answer.is_own else answer.number,
        "question": texts.question,
        **texts.parts,
        "typed": answer.typed,
        "tags": list(answer.tags),
        "level": answer.level,
        "see": list(answer.see),
        "source": names[answer.source.title, answer.source.url] if answer.source else "",
        "table": texts.table,
        "fields": [{"name": field.name, "text": field.text} for field in texts.fields],
    }
    filled = {name: value for name, value in data.items() if value or value is False}
    return {**filled, "reverse": answer.reverse} if answer.reverse is not None else filled


def _pictures(book: Book) -> Iterator[tuple[str, str]]:
    """Yield the name and the Base64 data of each picture of *book*. Raises OSError."""
    answers = [*book.answers, *(book.retired.answers if book.retired else ())]
    for name in sorted({unquote(picture.target) for answer in answers for picture in answer.pictures}):
        data = read_inside(book.folder / name, book.folder, -1)
        yield name, base64.b64encode(data).decode("ascii")
