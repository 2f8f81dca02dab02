"""Command line options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crib.selection import PrintSettings, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Command = Any
"""A function that click options decorate."""

_FOLDER = click.Path(path_type=Path, file_okay=False)


@dataclass(frozen=True)
class Options:
    """The options of every build command; those in `print` replace settings of the book."""

    content: Path
    templates: Path | None
    out: Path
    workers: int | None
    scheduler: str | None
    quiet: bool
    verbose: bool
    dry_run: bool
    rehash: bool
    strict: bool
    no_limits: bool
    selection: Selection
    print: Mapping[str, Any]


def _names(record: type[Any]) -> list[str]:
    return [field.name for field in fields(record)]


def _folder(name: str, default: str, text: str) -> Callable[[Command], Command]:
    """Return an option for a folder, which need not be there."""
    return click.option(name, type=_FOLDER, default=Path(default), metavar="DIR", help=f"{text} [default: {default}]")


content_option = _folder("--content", "content", "The folder of the book: book.yaml and its chapters.")
out_option = _folder("--out", "dist", "The folder for built files.")


strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")


def templates_option(command: Command) -> Command:
    """Give *command* the option `--templates`."""
    return click.option(
        "--templates",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        metavar="DIR",
        help="A folder of templates (they are code: trust them) that replace Crib's own.",
    )(command)


def chapter_option(text: str) -> Callable[[Command], Command]:
    """Return the option that selects chapters."""
    return click.option("--chapter", "chapters", type=click.IntRange(min=1), multiple=True, metavar="N", help=text)


def build_options(command: Callable[..., None]) -> Command:
    """Give *command* the options of a build as its first argument, and its own options by name."""

    def build(chapters: tuple[int, ...], **values: Any) -> None:
        def taken(*names: str) -> dict[str, Any]:
            return {name: values.pop(name) for name in names if name in values}

        selection = Selection(chapters=tuple(sorted(set(chapters))), **taken("tags", "levels", "keys", "see"))
        settings = {name: value for name, value in taken(*_names(PrintSettings)).items() if value is not None}
        common = taken(*_names(Options))
        command(Options(**common, selection=selection, print=settings), **values)

    return all_of(
        update_wrapper(build, command),
        (
            click.option("--no-limits", is_flag=True, help="Lift limits of time and memory, for a book you trust."),
            strict_option,
            click.option("--rehash", is_flag=True, help="Read all files, even those with the same size and time."),
            click.option("-n", "--dry-run", is_flag=True, help="Build nothing; print what would be built, and why."),
            click.option("-v", "--verbose", is_flag=True, help="Print the time and size of each file."),
            click.option("-q", "--quiet", is_flag=True, help="Print only paths and problems."),
            click.option(
                "-j",
                "workers",
                type=click.IntRange(min=1),
                metavar="N",
                help="Use N worker processes. [default: one per processor]",
            ),
            chapter_option("Only chapter N; repeatable. File names then contain the chapters."),
            click.option(
                "--scheduler",
                callback=_scheduler,
                metavar="ADDRESS",
                help="Use the workers of a Dask cluster, such as tcp://127.0.0.1:8786, instead of processes here.",
            ),
            out_option,
            templates_option,
            content_option,
        ),
    )


def print_options(command: Command) -> Command:
    """Give *command* the print options, which replace the settings of `book.yaml`."""
    return all_of(
        command,
        (
            click.option(
                "--theme",
                type=click.Choice(["color", "ink", "large"]),
                help="Ink: black text, no fills. Large: 14 pt or more.",
            ),
            click.option(
                "--paper", type=click.Choice(["A4", "Letter"], case_sensitive=False), help="The size of a sheet."
            ),
        ),
    )


def landscape_option(command: Command) -> Command:
    """Give *command* the option that only cheat sheets know."""
    return click.option("--landscape/--portrait", default=None, help="The orientation of cheat sheets.")(command)


def select_options(command: Command) -> Command:
    """Give *command* the options that choose answers beside `--chapter`."""
    return all_of(
        command,
        (
            click.option(
                "--level",
                "levels",
                type=click.Choice(["recall", "explain", "derive"]),
                multiple=True,
                help="Only answers of this level; repeatable.",
            ),
            click.option(
                "--see",
                multiple=True,
                metavar="KEY",
                help="Only the answer KEY and those related to it (see); repeatable.",
            ),
            click.option("--key", "keys", multiple=True, metavar="KEY", help="Only the answer KEY; repeatable."),
            click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only answers with this tag; repeatable."),
        ),
    )


def _scheduler(context: click.Context, parameter: click.Parameter, address: str | None) -> str | None:
    """Return *address*, where a Dask scheduler may be."""
    try:
        url = urlsplit(address or "tcp://none:0")
        known = url.scheme == "tcp" and url.hostname and url.port is not None
    except ValueError:
        known = False
    if not known:
        raise click.BadParameter(f"{address!r} is not an address such as tcp://127.0.0.1:8786", context, parameter)
    return address


def all_of(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    """Decorate *command* with *options*, the last of which is the first in its help text."""
    for option in options:
        command = option(command)
    return command
