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
from pathlib import Path
from signal import SIG_IGN, SIGINT, SIGTERM, signal
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from crib import __version__
from crib.options import (
    build_options,
    content_option,
    landscape_option,
    out_option,
    print_options,
    select_options,
    templates_option,
)
from crib.problems import BuildError, ContentError, CribError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.dist import Dist
    from crib.model import Book, Selection
    from crib.options import Options
    from crib.outputs import Job, Record
    from crib.render.templates import Templates

_LAST_EPOCH = 4_102_444_800  # 2100: the container of an e-book knows no time after 2107
_ANKICONNECT = "http://127.0.0.1:8765"
_PRINTED = ("book", "sheets", "cards", "quiz", "pocket")  # the longest first
_DRIFT = click.FloatRange(-5, 5)
_NEXT = {
    "sheets": "Print {path}",
    "cards": "Print {path} on both sides",
    "quiz": "Print {path}",
    "pocket": "Print and fold {path}",
    "book": "Print {path} on both sides",
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
@landscape_option
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
@landscape_option
@click.option("--pages", type=click.IntRange(min=1), metavar="N", help="Fill N pages with each chapter.")
@print_options
@build_options
def sheets(options: Options, pages: int | None) -> None:
    """Build the cheat sheets: one PDF a chapter, and one of all.

    \b
    Examples:
      python build.py sheets --paper Letter --portrait
      python build.py sheets --chapter 4 --pages 1
    """
    _build(options, "sheets", pages=pages)


@main.command()
@click.option("--dy", type=_DRIFT, default=0, metavar="MM", help="Move the backs down, or up if less than 0.")
@click.option("--dx", type=_DRIFT, default=0, metavar="MM", help="Move the backs to the right, or left if less than 0.")
@click.option(
    "--flip", type=click.Choice(["long", "short"]), default="long", help="The edge the printer turns paper over."
)
@select_options
@print_options
@build_options
def cards(options: Options, flip: str, dx: float, dy: float) -> None:
    """Build flashcards, to print on both sides and cut; the first sheet says how.

    \b
    Examples:
      python build.py cards --level recall
      python build.py cards --tag attention --flip short --dx 0.5 --dy -0.3
    """
    _build(options, "cards", flip=flip, dx=dx, dy=dy)


@main.command()
@click.option(
    "--key", type=click.Choice(["end", "file"]), default="end", help="Where the answers go: last, or a second file."
)
@click.option("--papers", type=click.IntRange(1, 26), default=1, metavar="N", help="Make N different papers.")
@click.option("--seed", type=int, default=0, metavar="N", help="Draw other questions, in another order.")
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="Draw N questions. [default: all]")
@select_options
@print_options
@build_options
def quiz(options: Options, count: int | None, seed: int, papers: int, key: str) -> None:
    """Build a quiz: questions with room to answer, and the key.

    \b
    Examples:
      python build.py quiz --chapter 4
      python build.py quiz --count 10 --seed 7 --papers 4 --key file
    """
    _build(options, "quiz", count=count, seed=seed, papers=papers, key=key)


@main.command()
@print_options
@build_options
def pocket(options: Options) -> None:
    """Build pocket booklets: one sheet a chapter, to fold and cut once.

    \b
    Example:
      python build.py pocket --chapter 4
    """
    _build(options, "pocket")


@main.command()
@print_options
@build_options
def book(options: Options) -> None:
    """Build the book, to print on both sides and bind.

    \b
    Example:
      python build.py book --paper Letter
    """
    _build(options, "book")


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
@click.option("--json", "as_json", is_flag=True, help="Tell changes as JSON.")
@click.option(
    "--diff",
    "old",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="APKG",
    help="Only tell what changes for who has this deck.",
)
@click.option(
    "--push",
    "url",
    is_flag=False,
    flag_value=_ANKICONNECT,
    metavar="[URL]",
    help=f"Then hand the deck to a running Anki with AnkiConnect. [{_ANKICONNECT}]",
)
@click.option("--locked", is_flag=True, help="Fail if anki.lock would change.")
@build_options
def anki(options: Options, *, locked: bool, url: str | None, old: Path | None, as_json: bool) -> None:
    """Build the Anki deck, and write to anki.lock what is published.

    \b
    Examples:
      python build.py anki --locked
      python build.py anki --diff last-edition.apkg
      python build.py anki --push
    """
    if as_json and not old:
        raise click.UsageError("--json goes with --diff")
    if url and not url.startswith(("http://", "https://")):
        raise click.UsageError(f"--push takes an address that begins with http://, not {url}")
    if old:
        _tell_changes(options, old, as_json=as_json)
        return
    book = _build(options, "anki", locked=locked)
    if url:
        _push(book, options.out / f"{book.stem}.apkg", url)


@main.command("all")
@landscape_option
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
@templates_option
@content_option
def check(content: Path, templates: Path | None) -> None:
    """Look for problems in the content; build nothing.

    \b
    Example:
      python build.py check --content mybook
    """
    book = _read(content)
    found = _count(len(book.chapters), "chapter"), _count(sum(1 for _ in book.answers), "answer")
    click.echo(f"No problems: {', '.join(found)}.", err=True)
    if book.ledger is not None:
        from crib.outputs.anki import Edition, named
        from crib.render.templates import Templates

        if changes := Edition(book, Templates(templates)).changes:
            click.echo(f"Not in anki.lock until `python build.py anki` runs: {named(changes)}.", err=True)


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


@main.command()
@out_option
def a11y(out: Path) -> None:
    """Report on the accessibility of the PDFs that were built.

    \b
    Example:
      python build.py a11y --out ~/Books
    """
    from crib.dist import Dist
    from crib.press.audit import NOT_VALIDATED, audit

    paths = sorted(path for path in Dist(out).built if path.endswith(".pdf"))
    if not paths:
        raise BuildError(f"no PDF was built in {out}: `python build.py pdf` makes some")
    reports = {path: audit((out / path).read_bytes()) for path in paths}
    for path, report in reports.items():
        click.echo(f"{path}: {report}")
    click.echo(f"\n{NOT_VALIDATED}")
    if found := sum(len(report.findings) for report in reports.values()):
        raise BuildError(f"{found} findings in {len(paths)} files")


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


def _build(options: Options, *outputs: str, **settings: Any) -> Book:
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
        for record in dict.fromkeys(job.record for job in planned if job.record):
            _keep(record, quiet=options.quiet)
    if not options.quiet:
        _tell_next(options.out, files)
    return book


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


def _keep(record: Record, *, quiet: bool) -> None:
    """Write what the book keeps of an output; where it may not be written to, the output is none the worse."""
    from crib.dist import replace_file

    try:
        replace_file(record.path, record.data)
    except OSError as error:
        click.echo(f"warning: {record.path}: {error.strerror}; a later build will not know this one", err=True)
    else:
        if record.told and not quiet:
            click.echo(record.told, err=True)


def _tell_changes(options: Options, old: Path, *, as_json: bool) -> None:
    """Write what the deck as it is now changes for who has imported *old*."""
    import json
    from collections import Counter
    from dataclasses import asdict

    from crib.outputs.anki import Edition
    from crib.outputs.deckdiff import compare
    from crib.render.templates import Templates

    if options.selection.names:
        raise click.UsageError("--diff compares the whole book: leave out what selects a part of it")
    changes = compare(old, Edition(_read(options.content), Templates(options.templates)).package)
    if as_json:
        click.echo(json.dumps([asdict(change) for change in changes], indent=1, ensure_ascii=False))
        return
    width = max((len(change.note) for change in changes), default=0)
    for change in changes:
        row = f"{change.kind:<8} {change.note:<{width}}  {change.detail}"
        click.echo("".join(character if character.isprintable() else " " for character in row))
    counts = Counter(change.kind for change in changes)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    click.echo(f"{told}." if told else "Nothing changes.", err=True)


def _push(book: Book, package: Path, url: str) -> None:
    """Hand *package* to a running Anki."""
    from crib.ankiconnect import push
    from crib.outputs.anki import homes, retired_notes, retired_tag

    moved, tagged = push(package, homes(book), retired_notes(book), retired_tag(book), url)
    click.echo(f"Anki has it: {moved} cards moved, {tagged} notes tagged as retired.", err=True)


def _tell_next(out: Path, files: dict[str, str]) -> None:
    """Say what to do with the last file of each output; a book's whole file comes last."""
    last = {output: out / path for path, output in files.items()}
    told = "; ".join(_NEXT[output].format(path=path) for output, path in last.items())
    click.echo(f"Next: {told}." if told else "Nothing was built: what was asked for has no answers.", err=True)
