"""The formats of `crib export`: a book as JSON, CSV or Markdown."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

from crib.exporters.book_data import book_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crib.exporters.book_data import Data
    from crib.model import Book

_COLUMNS = ("chapter", "code", "key", "question", "gist", "choices", "answer", "cloze", "hint", "typed", "tags")


def as_json(book: Book) -> str:
    """Return all of *book* as JSON; `crib import` restores the same book. Raises CribError."""
    return json.dumps(book_data(book), ensure_ascii=False, indent=1) + "\n"


def as_csv(book: Book) -> str:
    """Return *book* as CSV, with a row for each answer, and text in Markdown. Raises CribError."""
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for chapter, answer in _all(book_data(book)):
        row = {
            **answer,
            "chapter": chapter["title"],
            "code": f"{chapter['number']}.{answer['number']}",
            "answer": body_of(answer),
            "tags": " ".join(answer.get("tags", ())),
        }
        writer.writerow([row.get(name, "") for name in _COLUMNS])
    return file.getvalue()


def as_markdown(book: Book) -> str:
    """Return *book* as one Markdown text, with a heading for each chapter and question. Raises CribError."""
    data = book_data(book)
    pieces = [f"# {data['settings']['title']}"]
    for chapter in data["chapters"]:
        pieces += [f"## {chapter['title']}", *filter(None, [chapter.get("formulas")])]
        for answer in chapter["answers"]:
            pieces.append(f"### {answer['question']}")
            pieces += [text for text in (answer.get("choices"), answer.get("gist"), body_of(answer)) if text]
    return "\n\n".join(pieces) + "\n"


def body_of(answer: Data) -> str:
    """Return the body of an answer, or the other columns of a row of a table."""
    fields = [f"**{field['name']}** {field['text']}" for field in answer.get("fields", ()) if field["text"]]
    return str(answer.get("body", "")) or "\n\n".join(fields)


def _all(data: Data) -> Iterator[tuple[Data, Data]]:
    for chapter in data["chapters"]:
        for answer in chapter["answers"]:
            yield chapter, answer


WRITERS: Mapping[str, Callable[[Book], str]] = {"csv": as_csv, "json": as_json, "md": as_markdown}
"""Formats of `crib export`, by name."""
