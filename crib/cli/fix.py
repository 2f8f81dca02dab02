"""The command `fix`: fix problems with only one remedy in the files of a book."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

import click

from crib.options import content_option
from crib.plurals import count
from crib.problems import ContentError, Problem, escape_controls
from crib.program_name import program_name

if TYPE_CHECKING:
    from pathlib import Path

    from crib.fixes.fixed_file import FixedFile


@click.command()
@click.option("-n", "--dry-run", is_flag=True, help="Change nothing; print the changes as a diff.")
@content_option
def fix(content: Path, *, dry_run: bool) -> None:
    """Fix problems that have only one remedy; everything else in the files keeps its bytes.

    \b
    It adds keys to questions without one, so you can edit these later without
    creating new Anki cards, and fixes list markers, captions, nonbreaking
    spaces in markup, line ends and byte order marks.

    \b
    Examples:
      crib fix --content mybook -n   show the changes
      crib fix --content mybook      make them
    """
    if not fix_files(content, dry_run=dry_run):
        click.echo("Nothing to fix.", err=True)


def fix_files(content: Path, *, dry_run: bool = False) -> int:
    """Fix the book in *content*, or print a diff of its fixes; return the number of fixed files.

    Raises ContentError about the files that cannot be fixed, after fixing all others.
    """
    from crib.fixes.fix_book import fix_book

    files, problems = fix_book(content)
    for file in files:
        if dry_run:
            click.echo(_diff(file))
        elif problem := _write(file):
            problems.append(problem)
            continue
        click.echo(f"{file.path}: {_summary(file)}", err=True)
    if problems:
        raise ContentError(problems)
    return len(files)


def _write(file: FixedFile) -> Problem | None:
    from crib.files import edit_file

    try:
        edit_file(file.path, file.before, file.after)
    except OSError as error:
        reason = error.strerror or "the file cannot be written"
        return Problem(str(file.path), 0, "fix", reason, f"run `{program_name()} fix` again once that is settled")
    return None


def _diff(file: FixedFile) -> str:
    """Return the fixes of *file* as a unified diff."""
    lines = unified_diff(_lines(file.original), _lines(file.text), str(file.path), str(file.path), lineterm="")
    return escape_controls("\n".join(lines))


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _summary(file: FixedFile) -> str:
    """Return a summary of the fixes in *file*: `3 keys, 1 caption, line ends`."""
    return ", ".join([*(count(number, kind) for kind, number in file.edits.items()), *file.encoding])
