"""The command `anki` and its options: build the deck, compare it with an earlier edition, push it to Anki."""

from __future__ import annotations

from pathlib import Path
from signal import SIGINT, SIGTERM, getsignal, signal
from typing import TYPE_CHECKING

import click

from crib.cli.ankiconnect import ankiconnect_option
from crib.cli.build import options_of
from crib.cli.signals import terminate
from crib.outputs.anki import OUTPUT
from crib.pipeline.build import build

if TYPE_CHECKING:
    from crib.options import Options


@click.command(help=OUTPUT.help)
@click.option("--json", "as_json", is_flag=True, help="With --diff: print the changes as JSON.")
@click.option(
    "--diff",
    "old",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="APKG",
    help="Build nothing; print the changes for people who already have this deck.",
)
@ankiconnect_option("--push", "Then import the deck into a running Anki with AnkiConnect.")
@options_of(OUTPUT)
def anki(options: Options, *, locked: bool, url: str | None, old: Path | None, as_json: bool) -> None:
    """Build the deck, or only compare it (--diff)."""
    if as_json and not old:
        raise click.UsageError("--json needs --diff")
    if old and (url or locked):
        raise click.UsageError("--diff builds nothing: leave out " + ("--push" if url else "--locked"))
    if old and options.selection.names:
        raise click.UsageError("--diff compares the whole book: leave out options that select a part of it")
    if old:
        from crib.cli.deck import print_changes

        print_changes(options, old, as_json=as_json)
        return
    handler = getsignal(SIGINT)
    build(options, OUTPUT.name, locked=locked)
    if url and not options.dry_run:
        from crib.cli.deck import push_deck

        signal(SIGINT, handler)
        signal(SIGTERM, terminate)
        push_deck(options, url)
