"""The command `import`: questions from other formats."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crib.cli.next_step import command_to_build
from crib.options import Command, all_of
from crib.plurals import count

if TYPE_CHECKING:
    from crib.importers.report import ImportReport


_OPTIONS = (
    click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
    click.option("--download", is_flag=True, help="Download pictures (https only), instead of linking to them."),
    click.option("--update", is_flag=True, help="Import again into the same folder, and keep your edits there."),
    click.option("--answer", "answers", multiple=True, metavar="COLUMN", help="A column with answers; repeatable."),
    click.option("--question", default="", metavar="COLUMN", help="The column with questions. [default: the first]"),
    click.option(
        "--by",
        "chapter_level",
        type=click.IntRange(1, 6),
        metavar="LEVEL",
        help="Begin a chapter at headings of this level, 1 to 6. [default: the nearest above each question]",
    ),
    click.option("--format", "format_", default="", metavar="NAME", help="The format, if the suffix is not enough."),
    click.option(
        "--to",
        "folder",
        required=True,
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="The folder of the new book.",
    ),
    click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SOURCE…"),
)


def _options(command: Command) -> Command:
    return all_of(command, _OPTIONS)


@click.command("import")
@_options
def import_(sources: tuple[Path, ...], folder: Path, *, as_json: bool, **values: Any) -> None:
    """Make a book from questions in other formats: Markdown, Word, Anki, tables and more.

    \b
    Examples:
      crib import README.md --to mybook
      crib import vault/ --to mybook --update
    """
    from crib.importers.formats import FORMATS, ReadOptions
    from crib.importers.importing import ImportOptions, import_sources

    name = values["format_"]
    if name and name not in FORMATS:
        raise click.BadParameter(f"{name!r} is not one of: {', '.join(FORMATS)}", param_hint="--format")
    reading = ReadOptions(values["chapter_level"] or 0, values["question"], values["answers"])
    options = ImportOptions(name, reading, update=values["update"], download=values["download"])
    _print(_checked(import_sources(sources, folder, options), folder), as_json=as_json)


def _checked(report: ImportReport, folder: Path) -> ImportReport:
    """Return *report* with the problems of the written book."""
    from crib.pipeline.reading import read_with_warnings
    from crib.problems import ContentError

    try:
        read_with_warnings(folder)
    except ContentError as error:
        return replace(report, problems=tuple(error.problems))
    return report


def _print(report: ImportReport, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        for file in report.files:
            click.echo(str(Path(report.folder) / file))
        for line in report.as_text():
            click.echo(line, err=True)
        questions, chapters = sum(report.questions.values()), len(report.questions)
        omitted = f", {count(len(report.left_out), 'piece')} left out" if report.left_out else ""
        click.echo(f"{count(questions, 'question')} in {count(chapters, 'chapter')}{omitted}.", err=True)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    if report.problems:
        raise click.exceptions.Exit(1)
    if not as_json:
        command = command_to_build(Path(report.folder))
        click.echo(f"Next: read the chapters, and build the book with `{command}`.", err=True)
