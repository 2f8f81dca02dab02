"""Command line options shared by several commands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crib.selection import Finishing, PrintSettings, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Command = Any
"""A function decorated with click options."""

_PAGE_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")

FOLDER = click.Path(path_type=Path, file_okay=False)
"""The type of an option for a folder, which may be missing."""


@dataclass(frozen=True)
class Options:
    """The options of every build command; those in `print` override `book.yaml`."""

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
    finishing: Finishing = field(default_factory=Finishing)


def _names(record: type[Any]) -> list[str]:
    return [field_.name for field_ in fields(record)]


def _folder(name: str, default: Callable[[], Path], text: str) -> Callable[[Command], Command]:
    """Return an option for a folder, which may be missing."""
    return click.option(name, type=FOLDER, default=default, metavar="DIR", help=text)


def _book() -> Path:
    from crib.model.book_files import default_book

    return default_book()


_BOOK_HELP = "The folder of the book. [default: content, or this folder if book.yaml is in it]"
content_option = _folder("--content", _book, _BOOK_HELP)
out_option = _folder("--out", lambda: Path("dist"), "The folder for built files. [default: dist]")


strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")


def templates_option(command: Command) -> Command:
    """Decorate *command* with the option `--templates`."""
    return click.option(
        "--templates",
        type=click.Path(path_type=Path, file_okay=False, exists=True),
        metavar="DIR",
        help="A folder of templates (they are code: trust them) that replace Crib's own.",
    )(command)


def chapter_option(text: str) -> Callable[[Command], Command]:
    """Return the option to select chapters."""
    return click.option("--chapter", "chapters", type=click.IntRange(min=1), multiple=True, metavar="N", help=text)


def build_options(command: Callable[..., None]) -> Command:
    """Decorate *command* with the options of a build; it gets them as an `Options`, and its own ones by name."""

    def build(chapters: tuple[int, ...], **values: Any) -> None:
        def pop(*names: str) -> dict[str, Any]:
            return {name: values.pop(name) for name in names if name in values}

        selection = Selection(chapters=tuple(sorted(set(chapters))), **pop("tags", "levels", "keys", "see"))
        settings = {name: value for name, value in pop(*_names(PrintSettings)).items() if value is not None}
        finishing = Finishing(**{name: value for name, value in pop(*_names(Finishing)).items() if value})
        if finishing.signature and finishing.impose != "booklet":
            raise click.UsageError("--signature is for booklets: add --impose booklet")
        common = pop(*_names(Options))
        command(Options(**common, selection=selection, print=settings, finishing=finishing), **values)

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


PAPERS = ("A4", "Letter")
"""Paper sizes of all printed outputs."""

THEMES = {"color": "", "ink": "Ink: black text, no fills.", "large": "Large: 14 pt or more."}
"""Themes of all printed outputs, and what their names do not say."""

SHEET_THEMES = {**THEMES, "card": "Card: cheat sheets with answers in boxes, tinted by topic."}
"""Themes where cheat sheets are printed; all else looks as in `color` in the last one."""


def print_options(
    command: Command, papers: Sequence[str] = PAPERS, themes: Mapping[str, str] = SHEET_THEMES
) -> Command:
    """Decorate *command* with the print options, which override `book.yaml`: *papers* and *themes* are its own."""
    return all_of(
        command,
        (
            click.option("--grayscale", is_flag=True, help="Turn all colors into shades of gray, also of pictures."),
            click.option(
                "--theme",
                type=click.Choice(list(themes)),
                help=" ".join(filter(None, themes.values())),
            ),
            click.option("--paper", type=click.Choice(papers, case_sensitive=False), help="The size of a sheet."),
        ),
    )


def pages_option(command: Command) -> Command:
    """Decorate *command* with the option to select pages of its file."""
    return click.option(
        "--pages", "page_ranges", callback=_page_ranges, metavar="N-M,…", help="Only these pages, such as 3-10,15."
    )(command)


def impose_options(command: Command) -> Command:
    """Decorate *command* with the options to put several pages on a sheet."""
    return all_of(
        command,
        (
            click.option(
                "--signature",
                type=click.IntRange(4, 400),
                callback=_signature,
                metavar="N",
                help="Pages of a signature of a booklet, a multiple of 4. [default: all up to 40, else 16]",
            ),
            click.option(
                "--impose",
                type=click.Choice(["booklet", "2up", "4up"]),
                help="Several pages on a sheet: a booklet to fold, or 2 or 4 pages side by side.",
            ),
        ),
    )


def landscape_option(command: Command) -> Command:
    """Decorate *command* with the option for the orientation of cheat sheets."""
    return click.option("--landscape/--portrait", default=None, help="The orientation of cheat sheets.")(command)


def select_options(command: Command) -> Command:
    """Decorate *command* with the options to select answers, except `--chapter`."""
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
    """Return the *address* of a Dask scheduler. Raises BadParameter."""
    try:
        url = urlsplit(address or "tcp://none:0")
        is_valid = url.scheme == "tcp" and url.hostname and url.port is not None
    except ValueError:
        is_valid = False
    if not is_valid:
        raise click.BadParameter(f"{address!r} is not an address such as tcp://127.0.0.1:8786", context, parameter)
    return address


def _page_ranges(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[tuple[int, int], ...]:
    """Return the first and last page of each range in *text*, such as 3-10,15. Raises BadParameter."""
    ranges = []
    for part in text.split(",") if text else ():
        match = _PAGE_RANGE.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise click.BadParameter(f"{part!r} is neither a page nor a range such as 3-10", context, parameter)
        ranges.append((first, last))
    return tuple(ranges)


def _signature(context: click.Context, parameter: click.Parameter, pages: int | None) -> int | None:
    """Return the number of *pages* of a signature. Raises BadParameter."""
    if pages and pages % 4:
        raise click.BadParameter(f"{pages} is not a multiple of 4: a folded sheet has four pages", context, parameter)
    return pages


def all_of(command: Command, options: Iterable[Callable[[Command], Command]]) -> Command:
    """Decorate *command* with *options*; its help lists them in reverse order."""
    for option in options:
        command = option(command)
    return command
