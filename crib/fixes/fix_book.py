"""Fix a book: compute the new text of each file, and verify that the book reads the same."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from crib.fixes.captions import captions
from crib.fixes.fixed_file import FixedFile, read_for_fixes
from crib.fixes.headings import headings
from crib.fixes.keys import missing_keys
from crib.fixes.list_markers import list_markers
from crib.fixes.spaces import spaces, spaces_of_settings
from crib.fixes.verify import changed_files, same_words
from crib.model.book_files import BOOK_FILE, NOTATION_FILE, RETIRED_FILE, TAGS_FILE, BookFiles
from crib.model.ledger import LOCK_FILE
from crib.problems import ERROR, Problem, Report
from crib.source import read_book
from crib.source.markdown import read_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Elements
    from crib.source import Reading

_MARKUP = {"space": spaces, "heading": headings, "caption": captions}
"""The rules for markup that is not read as such, each under the kind of its fixes."""

_SETTLED = {BOOK_FILE, TAGS_FILE, NOTATION_FILE, RETIRED_FILE}
"""Files that are a part of every book that has them."""


def fix_book(folder: Path) -> tuple[list[FixedFile], list[Problem]]:
    """Return the files of the book in *folder* that need fixes, and problems with those that cannot be fixed.

    Nothing is written to *folder*. The fixed files are read in a folder of their own, where the questions, answers
    and keys must be those of the files with only their markup fixed.
    """
    files = [read_for_fixes(path) for path in _paths(folder)]
    if not files:
        return [], [problem for problem in read_book(folder).problems if problem.severity == ERROR]
    problems = [problem for file in files if (problem := _fix_markup(file))]
    with TemporaryDirectory(prefix="crib-") as temporary:
        copy = Path(temporary) / (folder.resolve().name or "book")
        copy.mkdir()
        before = _read_copy(files, copy)
        _leave_others(files, before)
        problems += _fix_markers_and_keys(files, before, folder)
        changed = changed_files(before, _read_copy(files, copy))
    problems += [_left(file, changed[file.path.name]) for file in files if file.path.name in changed]
    return [file for file in files if file.after != file.before], problems


def _paths(folder: Path) -> list[Path]:
    files = BookFiles.of(folder)
    return [path for path in (*files.named, *files.chapters) if path.name != LOCK_FILE]


def _read_copy(files: list[FixedFile], copy: Path) -> Reading:
    """Return the book as it is with the text of *files*, which is written to the folder *copy*."""
    for file in files:
        (copy / file.path.name).write_bytes(file.after)
    return read_book(copy)


def _fix_markup(file: FixedFile) -> Problem | None:
    """Fix what keeps markup from being read as such; return a problem if that would change anything else."""
    if file.is_left:
        return None
    file.fix("space", spaces_of_settings(file.settings))
    if not file.is_markdown:
        return None
    blocks = _blocks(file)
    for kind, rule in _MARKUP.items():
        while edits := list(rule(file.markdown, blocks)):  # fixed markup may have more of it inside
            file.fix(kind, edits)
            before, blocks = blocks, _blocks(file)
            edited = {edit.line for edit in edits}
            if not same_words(before, blocks, edited):
                return _left(file, min(edited))
    return None


def _blocks(file: FixedFile) -> Elements:
    return read_markdown(file.markdown, Report(""))


def _leave_others(files: list[FixedFile], reading: Reading) -> None:
    """Leave those of *files* as they are that are no part of the book: Markdown without questions."""
    parts = {*_SETTLED, *(Path(chapter.file).name for chapter in reading.book.chapters)}
    for file in files:
        file.is_left = file.is_left or file.path.name not in parts


def _fix_markers_and_keys(files: list[FixedFile], reading: Reading, folder: Path) -> Iterator[Problem]:
    """Fix list markers, and write the keys that *reading* made; yield a problem if these may not be the final ones."""
    keys = _unwritten(reading)
    if keys and not reading.complete:
        hint = "fix the problems that `check` reports first: a file that cannot be read may have the same keys"
        yield Problem(str(folder), 0, "fix", "no keys are written while a file of the book cannot be read", hint)
        keys = {}
    for file in files:
        if file.is_markdown and not file.is_left:
            blocks = _blocks(file)
            markers = list(list_markers(file.markdown, blocks))
            missing = list(missing_keys(file.markdown, blocks, keys.get(file.path.name, {})))
            file.fix("list marker", markers)
            file.fix("key", missing)


def _unwritten(reading: Reading) -> dict[str, dict[int, str]]:
    """Return the keys that reading made for questions without one, by the names of their files and their lines."""
    keys: dict[str, dict[int, str]] = defaultdict(dict)
    for chapter in reading.book.chapters:
        for answer in chapter.answers:
            if not answer.keyed and answer.has("question"):
                keys[Path(chapter.file).name][answer.line] = answer.key
    return keys


def _left(file: FixedFile, line: int) -> Problem:
    """Leave *file* as it is, and return the problem that says so."""
    file.is_left = True
    text = "a fix here would change more than it should, so this file is left as it is"
    return Problem(str(file.path), line, "fix", text, "make the change that `check` asks for by hand")
