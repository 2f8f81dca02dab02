"""The command `new`: start a new book."""

from __future__ import annotations

from errno import ENOTEMPTY
from pathlib import Path

import click

from crib.cli.next_step import command_to_build
from crib.model.chapter_names import readable
from crib.problems import Report


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", metavar="TEXT", help="The title of the book. [default: the name of the folder]")
@click.option("--language", metavar="TAG", default="en-US", help="Its language, such as fr. [default: en-US]")
@click.option("--author", "authors", multiple=True, metavar="NAME", help="Its author; repeatable.")
def new(folder: Path, title: str | None, language: str, authors: tuple[str, ...]) -> None:
    """Start a new book in FOLDER, with a sample chapter that is ready to build.

    \b
    Examples:
      crib new mybook
      crib new mybook --title "World Capitals" --author "A. Writer"
    """
    from crib.scaffold import scaffold, write_scaffold

    name = _one_line(title) if title is not None else readable(folder.resolve().name) or "My Book"
    texts = scaffold(name, language, [_one_line(author) for author in authors])
    _refuse_settings(texts["book.yaml"])
    try:
        for path in write_scaffold(folder, texts):
            click.echo(folder / path)
    except OSError as error:
        if error.errno == ENOTEMPTY:
            hint = "choose another folder: `new` never writes into one with other files"
            raise click.UsageError(f"{folder} is not empty; {hint}") from None
        raise
    _warn_without_labels(language)
    click.echo(f"Next: edit the chapter, and build the book with `{command_to_build(folder)}`.", err=True)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _refuse_settings(text: str) -> None:
    """Raise click.UsageError if *text*, made from the options, is not a valid book.yaml."""
    from crib.source.settings import read_settings

    report = Report("")
    read_settings(text, "book", report)
    for problem in report.problems:
        raise click.UsageError(f"{problem.text}: {problem.hint}")


def _warn_without_labels(language: str) -> None:
    """Warn if Crib has no labels in *language*: then no output can be built."""
    from crib.render.templates import Templates

    if not Templates().labels_path(language):
        hint = f"copy labels/en.yaml to labels/{language}.yaml in a folder for --templates, and translate it"
        click.echo(f"warning[labels]: there are no labels in the language `{language}`\n  hint: {hint}", err=True)
