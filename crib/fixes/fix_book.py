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
"""The rules for markup read as text, by the kind of their fixes."""

_SETTLED = {BOOK_FILE, TAGS_FILE, NOTATION_FILE, RETIRED_FILE}
"""Files that are always part of a book."""


def fix_book(folder: Path) -> tuple[list[FixedFile], list[Problem]]:
    """Return the fixed files of the book in *folder*, and problems with files that cannot be fixed.

    Nothing is written to *folder*. The fixed files are read in a temporary folder; questions, answers and keys must
    be the same there as with only the markup fixed.
    """
    files = [read_for_fixes(path) for path in _paths(folder)]
    if not files:
        return [], [problem for problem in read_book(folder).problems if problem.severity == ERROR]
    problems = [problem for file in files if (problem := _fix_markup(file))]
    with TemporaryDirectory(prefix="crib-") as temporary:
        copy = Path(temporary) / (folder.resolve().name or "book")
        copy.mkdir()
        before = _read_copy(files, copy)
        _skip_others(files, before)
        problems += _fix_markers_and_keys(files, before, folder)
        changed = changed_files(before, _read_copy(files, copy))
    problems += [_skip(file, changed[file.path.name]) for file in files if file.path.name in changed]
    return [file for file in files if file.after != file.before], problems


def _paths(folder: Path) -> list[Path]:
    files = BookFiles.of(folder)
    return [path for path in (*files.named, *files.chapters) if path.name != LOCK_FILE]


def _read_copy(files: list[FixedFile], copy: Path) -> Reading:
    """Write the text of *files* to the folder *copy*, and read the book there."""
    for file in files:
        (copy / file.path.name).write_bytes(file.after)
    return read_book(copy)


def _fix_markup(file: FixedFile) -> Problem | None:
    """Fix markup in *file* that pandoc reads as text; return a problem if that would change anything else."""
    if file.is_skipped:
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
                return _skip(file, min(edited))
    return None


def _blocks(file: FixedFile) -> Elements:
    return read_markdown(file.markdown, Report(""))


def _skip_others(files: list[FixedFile], reading: Reading) -> None:
    """Skip those of *files* that are not part of the book: Markdown without questions."""
    parts = {*_SETTLED, *(Path(chapter.file).name for chapter in reading.book.chapters)}
    for file in files:
        file.is_skipped = file.is_skipped or file.path.name not in parts


def _fix_markers_and_keys(files: list[FixedFile], reading: Reading, folder: Path) -> Iterator[Problem]:
    """Fix list markers, and write the default keys of *reading*; yield a problem if these may not be final."""
    keys = _default_keys(reading)
    if keys and not reading.complete:
        hint = "fix the problems that `check` reports first: a file that cannot be read may have the same keys"
        yield Problem(str(folder), 0, "fix", "no keys are written while a file of the book cannot be read", hint)
        keys = {}
    for file in files:
        if file.is_markdown and not file.is_skipped:
            blocks = _blocks(file)
            markers = list(list_markers(file.markdown, blocks))
            missing = list(missing_keys(file.markdown, blocks, keys.get(file.path.name, {})))
            file.fix("list marker", markers)
            file.fix("key", missing)


def _default_keys(reading: Reading) -> dict[str, dict[int, str]]:
    """Return the default keys of questions without a written one, by file name and line."""
    keys: dict[str, dict[int, str]] = defaultdict(dict)
    for chapter in reading.book.chapters:
        for answer in chapter.answers:
            if not answer.keyed and answer.has("question"):
                keys[Path(chapter.file).name][answer.line] = answer.key
    return keys


def _skip(file: FixedFile, line: int) -> Problem:
    """Leave *file* unchanged, and return the problem to report."""
    file.is_skipped = True
    text = "a fix here would change more than it should, so this file is left as it is"
    return Problem(str(file.path), line, "fix", text, "make the change that `check` asks for by hand")
