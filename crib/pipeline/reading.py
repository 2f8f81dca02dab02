"""Read the book of a command: check for problems, then apply the selection and print settings."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import datetime, timezone
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from crib.lint import lint
from crib.problems import ERROR, WARNING, ContentError
from crib.source import read_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from crib.model import Book
    from crib.options import Options
    from crib.problems import Problem
    from crib.selection import Selection

_LAST_EPOCH = 4_102_444_800  # 2100: the ZIP container of an e-book has no dates after 2107

_FEW = 100
"""Longer lists of valid values are shortened: keys of a large book would fill the screen."""


def read(content: Path, *, strict: bool = False, quiet: bool = False) -> Book:
    """Return the book in *content*, and print warnings unless *quiet*. Raises ContentError with all problems."""
    book, warnings = read_with_warnings(content, strict=strict)
    report_warnings(warnings, strict=False, quiet=quiet)
    return book


def read_with_warnings(content: Path, *, strict: bool = False) -> tuple[Book, list[Problem]]:
    """Return the book in *content*, and its warnings.

    Raises ContentError with all problems if one of them is an error; with *strict*, warnings are errors.
    """
    reading = read_book(content)
    book = _dated(reading.book)
    all_problems = {*reading.problems, *lint(book, complete=reading.complete)}
    problems = sorted(all_problems, key=lambda problem: problem.place)
    if strict:
        problems = [replace(problem, severity=ERROR) for problem in problems]
    if any(problem.severity == ERROR for problem in problems):
        raise ContentError(problems)
    return book, problems


def report_warnings(warnings: Iterable[Problem], *, strict: bool, quiet: bool) -> None:
    """Print each of *warnings* once, unless *quiet*. Raises ContentError with them if *strict*."""
    once = dict.fromkeys(warnings)
    if strict and any(warning.severity == WARNING for warning in once):
        raise ContentError(replace(warning, severity=ERROR) for warning in once if warning.severity == WARNING)
    for warning in () if quiet else once:
        click.echo(str(warning), err=True)


def read_selected(options: Options, *, quiet: bool = False) -> Book:
    """Return the selected part of the book, with the print settings of *options*; print warnings unless *quiet*.

    Raises ContentError, and click.UsageError for a selection of missing chapters, tags or answers.
    """
    book = select(read(options.content, strict=options.strict, quiet=quiet), options.selection)
    settings = replace(book.print, **options.print)
    own_pages = (settings.paper, settings.book_theme) == (book.print.paper, book.print.book_theme)
    return replace(book, print=settings, own_pages=own_pages)


def _dated(book: Book) -> Book:
    """Return *book* as of SOURCE_DATE_EPOCH, if set (reproducible-builds.org)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return book
    if not re.fullmatch("[0-9]{1,10}", epoch) or int(epoch) >= _LAST_EPOCH:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds before 2100: {epoch!r}")
    return replace(book, released=datetime.fromtimestamp(int(epoch), timezone.utc), dated=True)


def select(book: Book, selection: Selection) -> Book:
    """Return the selected part of *book*. Raises click.UsageError for missing chapters, tags or answers."""
    chapters = [chapter.number for chapter in book.chapters]
    _refuse_unknown("chapter", selection.chapters, chapters)
    _refuse_unknown("tag", selection.tags, sorted({tag for answer in book.answers for tag in answer.tags}))
    _refuse_unknown("answer", (*selection.keys, *selection.see), [answer.key for answer in book.answers])
    return book.select(selection) if selection.names else book


def _refuse_unknown(noun: str, selected: Iterable[Any], valid: Sequence[Any]) -> None:
    if missing := [value for value in selected if value not in valid]:
        names = list(map(str, valid))
        near = get_close_matches(str(missing[0]), names) if len(names) > _FEW else names
        raise click.UsageError(f"there is no {noun} {missing[0]}: the book has {', '.join(near) or 'none'}")
