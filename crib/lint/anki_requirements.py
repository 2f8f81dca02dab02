"""Lint the requirements of an Anki deck: keys of answers, and a date of release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.lint.finding import answers
from crib.model import Text
from crib.model.book_files import BOOK_FILE
from crib.program_name import command_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def no_key(book: Book) -> Iterator[Finding]:
    """Find the first answer without a written key, and count them."""
    without_key = [(chapter, answer) for chapter, answer in answers(book) if not answer.keyed]
    if without_key:
        chapter, answer = without_key[0]
        files = len({chapter.file for chapter, _ in without_key})
        several = f"{len(without_key)} questions" + (f" in {files} files" if files > 1 else "")
        text = f"{several} have no key" if len(without_key) > 1 else "this question has no key"
        fix = command_on(book.folder, "fix")
        hint = f"`{fix}` writes keys: without them Anki treats an edited question as a new one"
        yield chapter, answer.line, text, hint


def no_date(book: Book) -> Iterator[Finding]:
    """Find a missing date of release."""
    if book.chapters and not book.dated:
        hint = "add `released: YYYY-MM-DD`, and a later date for each edition: Anki imports only newer notes"
        yield Text(str(book.folder / BOOK_FILE), []), 0, "the book has no date of release", hint
