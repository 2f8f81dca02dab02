"""The command line; what a command needs is imported when it runs.

Paths of built files go to stdout, everything else to stderr. Exit status: 0 built, 1 problems in
the content or a failed build, 2 wrong usage, 3 a missing system library, 130 interrupted, 143
terminated.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime, timezone
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from crib import __version__
from crib.options import build_options, content_option, out_option, print_options
from crib.problems import ContentError, CribError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crib.dist import Dist
    from crib.model import Book, Selection
    from crib.options import Options
    from crib.outputs import Job
    from crib.render.templates import Templates

_PRINTED = ("sheets",)
_LAST_EPOCH = 4_102_444_800  # 2100: the container of an e-book knows no time after 2107
_NEXT = {
    "sheets": "Print {path}",
    "epub": "Open {path} in a reading app",
    "anki": "Import {path} into Anki",
}


class _Group(click.Group):
    """Tells a CribError, and what the system refuses, in words, with its exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; SIGTERM ends it as Ctrl-C does, with nothing left behind."""
        signal(SIGTERM, _terminate)
        try:
            return super().invoke(ctx)
        except CribError as error:
            told = str(error)
            click.echo(told if "error[" in told else f"error: {told}", err=True)
            ctx.exit(error.exit_status)
        except BrokenPipeError:
            raise  # click ends quietly where the reader of a pipe has gone
        except OSError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            click.echo("Interrupted; nothing was changed.", err=True)
            ctx.exit(130)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crib")
def main() -> None:
    """One source of answers: printed cheat sheets, an e-book and an Anki deck.

    \b
    Examples:
      python build.py all                      everything, into dist/
      python build.py pdf --chapter 4          the cheat sheet of chapter 4
      python build.py check --content mybook   only look for problems
    """


@main.command()
@print_options
@build_options
def pdf(options: Options) -> None:
    """Build everything to print.

    \b
    Examples:
      python build.py pdf
      python build.py pdf --chapter 4 --chapter 5 --theme ink -j 2
    """
    _build(options, *_PRINTED)


@main.command()
@build_options
def epub(options: Options) -> None:
    """Build the e-book.

    \b
    Example:
      python build.py epub --out ~/Books
    """
    _build(options, "epub")


@main.command()
@build_options
def anki(options: Options) -> None:
    """Build the Anki deck.

    \b
    Example:
      python build.py anki --templates my-cards
    """
    _build(options, "anki")


@main.command("all")
@print_options
@build_options
def everything(options: Options) -> None:
    """Build everything: what is printed, the e-book and the Anki deck.

    \b
    Example:
      python build.py all --content mybook --out mybook/dist
    """
    _build(options, *_PRINTED, "epub", "anki")


@main.command()
@content_option
def check(content: Path) -> None:
    """Look for problems in the content; build nothing.

    \b
    Example:
      python build.py check --content mybook
    """
    book = _read(content)
    found = _count(len(book.chapters), "chapter"), _count(sum(1 for _ in book.answers), "answer")
    click.echo(f"No problems: {', '.join(found)}.", err=True)


@main.command()
@out_option
def clean(out: Path) -> None:
    """Remove what was built, and nothing else.

    \b
    Example:
      python build.py clean --out ~/Books
    """
    from crib.dist import Dist

    _finish_in_any_case()
    click.echo(f"Removed {_count(len(Dist(out).clean()), 'file')}.", err=True)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _terminate(*_: object) -> None:
    sys.exit(128 + SIGTERM)


def _finish_in_any_case() -> None:
    """Let nobody interrupt the moment in which files of `dist/` come and go."""
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)


def _read(content: Path) -> Book:
    """Return the book in *content*. Raises ContentError with all its problems."""
    from crib.lint import lint
    from crib.source import read_book

    reading = read_book(content)
    problems = [*reading.problems, *lint(reading.book, complete=reading.complete)]
    if problems:
        raise ContentError(problems)
    return _dated(reading.book)


def _dated(book: Book) -> Book:
    """Return *book* as of SOURCE_DATE_EPOCH, if that is set (reproducible-builds.org)."""
    from dataclasses import replace

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return book
    if not re.fullmatch("[0-9]{1,10}", epoch) or int(epoch) >= _LAST_EPOCH:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a number of seconds before 2100: {epoch!r}")
    return replace(book, released=datetime.fromtimestamp(int(epoch), timezone.utc))


def _selected(book: Book, selection: Selection) -> Book:
    known = [chapter.number for chapter in book.chapters]
    _refuse_unknown("chapter", selection.chapters, known)
    _refuse_unknown("tag", selection.tags, sorted({tag for answer in book.answers for tag in answer.tags}))
    return book.select(selection) if selection.names else book


def _refuse_unknown(what: str, wanted: Iterable[Any], known: Iterable[Any]) -> None:
    if missing := [each for each in wanted if each not in known]:
        raise click.UsageError(f"there is no {what} {missing[0]}: the book has {', '.join(map(str, known)) or 'none'}")


def _build(options: Options, *outputs: str, **settings: Any) -> None:
    from dataclasses import replace

    from crib.dist import Dist
    from crib.render.templates import Templates

    book = _selected(_read(options.content), options.selection)
    book = replace(book, print=replace(book.print, **options.print))
    dist = Dist(options.out)
    with dist.open():
        templates = Templates(options.templates)
        planned = {job: output for output in outputs for job in _jobs(output, book, templates, **settings)}
        _run(list(planned), dist, options)
        files = {job.path: output for job, output in planned.items()}
        _finish_in_any_case()
        for path in dist.publish(files, replaced=() if book.selection.names else outputs):
            click.echo(path)
    if not options.quiet:
        _tell_next(options.out, files)


def _jobs(output: str, book: Book, templates: Templates, **settings: Any) -> Iterable[Job]:
    from importlib import import_module

    jobs: Iterable[Job] = import_module(f"crib.outputs.{output}").jobs(book, templates, **settings)
    return jobs


def _run(jobs: list[Job], dist: Dist, options: Options) -> None:
    from crib.run import cores, run, workers

    started = perf_counter()
    shown = not options.quiet and not options.verbose and sys.stderr.isatty()
    with (
        workers(min(options.workers or cores(), max(1, len(jobs)))) as executor,
        click.progressbar(length=len(jobs), label="Building", file=sys.stderr, hidden=not shown) as bar,
    ):

        def done(job: Job, result: Any) -> None:
            if not job.path:
                return
            dist.stage(job.path, result)
            bar.update(1)
            if options.verbose:
                click.echo(f"{perf_counter() - started:6.1f} s  {len(result):>9,} bytes  {job.path}", err=True)

        run(jobs, executor, done)


def _tell_next(out: Path, files: dict[str, str]) -> None:
    """Say what to do with the last file of each output; a book's whole file comes last."""
    last = {output: out / path for path, output in files.items()}
    told = "; ".join(_NEXT[output].format(path=path) for output, path in last.items())
    click.echo(f"Next: {told}." if told else "Nothing to build: the book has no answers yet.", err=True)
