"""The command line; what a command needs is imported when it runs.

Paths of built files go to stdout, everything else to stderr. Exit status: 0 built, 1 problems in
the content or a failed build, 2 wrong usage, 3 a missing system library, 130 interrupted, 143
terminated.
"""

from __future__ import annotations

import sys
from pathlib import Path
from signal import SIGINT, SIGTERM, getsignal, signal
from typing import TYPE_CHECKING

import click

from crib import __version__
from crib.pipeline.build import build, finish_in_any_case, read
from crib.pipeline.options import (
    build_options,
    content_option,
    landscape_option,
    out_option,
    print_options,
    select_options,
    templates_option,
)
from crib.problems import BuildError, CribError

if TYPE_CHECKING:
    from crib.pipeline.options import Options

_ANKICONNECT = "http://127.0.0.1:8765"
_PRINTED = ("book", "sheets", "cards", "quiz", "pocket")  # the longest first
_OUTPUTS = (*_PRINTED, "epub", "anki")
_DRIFT = click.FloatRange(-5, 5)


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


def _address(context: click.Context, parameter: click.Parameter, url: str | None) -> str | None:
    """Return *url*, where a running Anki may be."""
    from crib.outputs.anki.ankiconnect import check_address

    try:
        return url if url is None else check_address(url)
    except ValueError:
        raise click.BadParameter(f"{url!r} is not an address such as {_ANKICONNECT}", context, parameter) from None


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
    build(options, *_PRINTED)


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
    build(options, "sheets", pages=pages)


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
    build(options, "cards", flip=flip, dx=dx, dy=dy)


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
    build(options, "quiz", count=count, seed=seed, papers=papers, key=key)


@main.command()
@print_options
@build_options
def pocket(options: Options) -> None:
    """Build pocket booklets: one sheet a chapter, to fold and cut once.

    \b
    Example:
      python build.py pocket --chapter 4
    """
    build(options, "pocket")


@main.command()
@print_options
@build_options
def book(options: Options) -> None:
    """Build the book, to print on both sides and bind.

    \b
    Example:
      python build.py book --paper Letter
    """
    build(options, "book")


@main.command()
@build_options
def epub(options: Options) -> None:
    """Build the e-book.

    \b
    Example:
      python build.py epub --out ~/Books
    """
    build(options, "epub")


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
    callback=_address,
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
    if old and (url or locked):
        raise click.UsageError("--diff builds nothing: leave out " + ("--push" if url else "--locked"))
    if old and options.selection.names:
        raise click.UsageError("--diff compares the whole book: leave out what selects a part of it")
    if old:
        from crib.cli.deck import tell_changes

        tell_changes(options, old, as_json=as_json)
        return
    heeded = getsignal(SIGINT)
    build(options, "anki", locked=locked)
    if url and not options.dry_run:
        from crib.cli.deck import push_deck

        signal(SIGINT, heeded)
        signal(SIGTERM, _terminate)
        push_deck(options, url)


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
    build(options, *_OUTPUTS)


@main.command()
@templates_option
@content_option
def check(content: Path, templates: Path | None) -> None:
    """Look for problems in the content; build nothing.

    \b
    Example:
      python build.py check --content mybook
    """
    book = read(content)
    found = _count(len(book.chapters), "chapter"), _count(sum(1 for _ in book.answers), "answer")
    click.echo(f"No problems: {', '.join(found)}.", err=True)
    if book.ledger is not None:
        from crib.outputs.anki.jobs import Edition, named
        from crib.render.templates import Templates

        if changes := Edition(book, Templates(templates)).changes:
            click.echo(f"Not in anki.lock until `python build.py anki` runs: {named(changes)}.", err=True)


@main.command()
@click.option("--open", "opened", is_flag=True, help="Open it in your browser.")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Where to serve. [default: 4747, or one that is free]"
)
@out_option
@templates_option
@content_option
def serve(content: Path, templates: Path | None, out: Path, port: int | None, *, opened: bool) -> None:
    """Show the book in a browser while you write: what you save is there at once.

    \b
    Example:
      python build.py serve --content mybook --open
    """
    from crib.preview.serving import serve

    serve(content, templates, out, port, opened=opened)


@main.command()
@click.argument("outputs", nargs=-1, type=click.Choice(_OUTPUTS))
@landscape_option
@print_options
@build_options
def watch(options: Options, outputs: tuple[str, ...]) -> None:
    """Build OUTPUTS, or everything, again whenever a file changes.

    \b
    Examples:
      python build.py watch
      python build.py watch sheets anki --chapter 4
    """
    from crib.preview.serving import watch

    watch(options, outputs or _OUTPUTS)


@main.command()
@out_option
def clean(out: Path) -> None:
    """Remove what was built, and nothing else.

    \b
    Example:
      python build.py clean --out ~/Books
    """
    from crib.engine.dist import Dist

    finish_in_any_case()
    click.echo(f"Removed {_count(len(Dist(out).clean()), 'file')}.", err=True)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _terminate(*_: object) -> None:
    sys.exit(128 + SIGTERM)


@main.command()
@out_option
def a11y(out: Path) -> None:
    """Report on the accessibility of the PDFs and the e-books that were built.

    E-books are looked at by DAISY Ace, where that, Node and Chromium are on PATH.

    \b
    Example:
      python build.py a11y --out ~/Books
    """
    from crib.audit.pdf import NOT_VALIDATED, audit
    from crib.engine.dist import Dist

    built = sorted(Dist(out).built)
    pdfs, books = ([path for path in built if path.endswith(kind)] for kind in (".pdf", ".epub"))
    if not pdfs and not books:
        raise BuildError(f"neither PDF nor e-book was built in {out}: `python build.py all` makes them")
    reports = {path: audit((out / path).read_bytes()) for path in pdfs}
    for path, report in reports.items():
        click.echo(f"{path}: {report}")
    found = sum(len(report.findings) for report in reports.values()) + _ask_ace(out, books)
    if pdfs:
        click.echo(f"\n{NOT_VALIDATED}")
    if found:
        raise BuildError(f"{found} findings in {len(pdfs + books)} files")


def _ask_ace(out: Path, books: list[str]) -> int:
    """Tell what DAISY Ace finds in *books*, or that it was not asked; return how much it is."""
    from crib.audit import ace

    if lacking := ace.missing():
        for path in books:
            click.echo(f"{path}: NOT CHECKED: {lacking} not on PATH (`make a11y` brings Ace where Node is)")
        return 0
    findings = {path: ace.check(out / path) for path in books}
    for path, found in findings.items():
        click.echo("\n".join(f"{path}: {finding}" for finding in found or ["no findings (by DAISY Ace)"]))
    return sum(map(len, findings.values()))
