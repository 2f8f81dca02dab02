"""Lint keys of answers and the date of release: a book may leave them out, but its Anki deck needs them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from crib.lint.finding import answers
from crib.model import Text
from crib.model.book_files import BOOK_FILE
from crib.program_name import program_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def fix_command(book: Book) -> str:
    """Return the command that writes the keys of *book*."""
    of_book = "" if str(book.folder) in ("content", ".") else f" --content {shlex.quote(str(book.folder))}"
    return f"{program_name()} fix{of_book}"


def no_key(book: Book) -> Iterator[Finding]:
    """Find the first answer whose key is not written, and say how many there are."""
    found = [(chapter, answer) for chapter, answer in answers(book) if not answer.keyed]
    if found:
        chapter, answer = found[0]
        files = len({each.file for each, _ in found})
        several = f"{len(found)} questions" + (f" in {files} files" if files > 1 else "")
        text = f"{several} have no key" if len(found) > 1 else "this question has no key"
        hint = f"`{fix_command(book)}` writes keys: without them Anki takes an edited question for a new one"
        yield chapter, answer.line, text, hint


def no_date(book: Book) -> Iterator[Finding]:
    """Find that a book has no date of release."""
    if not book.dated:
        hint = "add `released: YYYY-MM-DD`, and a later date for each edition: Anki imports only what is newer"
        yield Text(str(book.folder / BOOK_FILE), []), 0, "the book has no date of release", hint
