"""Actions of the command `anki`: compare a deck with an earlier edition, and push it to a running Anki."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from crib.engine.dist import Dist
from crib.outputs.anki import apkg
from crib.outputs.anki.ankiconnect import push
from crib.outputs.anki.decks import decks_by_search, retired_notes, retired_tag
from crib.outputs.anki.diff import diff_decks
from crib.outputs.anki.jobs import Edition
from crib.pipeline.reading import read, read_selected
from crib.pipeline.workers import open_cache
from crib.problems import BuildError
from crib.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

    from crib.options import Options


def print_changes(options: Options, old: Path, *, as_json: bool) -> None:
    """Print the changes of an update for people who have imported *old*. Raises CribError."""
    book = read(options.content, strict=options.strict)
    changes = diff_decks(old, Edition(book, Templates(options.templates)).package, book.key)
    if as_json:
        click.echo(json.dumps([asdict(change) for change in changes], indent=1))
        return
    width = max((len(change.note) for change in changes), default=0)
    for change in changes:
        row = f"{change.kind:<8} {change.note:<{width}}  {change.detail}"
        click.echo("".join(character if character.isprintable() else " " for character in row))
    counts = Counter(change.kind for change in changes)
    summary = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    click.echo(f"{summary}." if summary else "Nothing changes.", err=True)


def push_deck(options: Options, url: str) -> None:
    """Import the deck of the selection into the Anki at *url*. Raises BuildError.

    With AnkiConnect, Anki imports everything in a package, so this one has no deck options: they would replace
    the learner's own.
    """
    try:
        moved, tagged = _push(options, url)
    except KeyboardInterrupt:
        click.echo("Interrupted: the deck is built, but Anki may have only a part of it. Push again.", err=True)
        raise click.exceptions.Exit(130) from None
    if not options.quiet:
        click.echo(f"Anki has it: {moved} cards moved, {tagged} notes tagged as retired.", err=True)


def _push(options: Options, url: str) -> tuple[int, int]:
    dist = Dist(options.out)
    with open_cache(dist):
        book = read_selected(options, quiet=True)  # the build has printed its warnings
        package = Edition(book, Templates(options.templates)).package
    if not any(deck.notes for deck in package.decks):
        raise BuildError("there is nothing to push: the selection has no answers")
    plain = replace(package, decks=tuple(replace(deck, preset=None) for deck in package.decks))
    retired = [] if book.selection.names else retired_notes(book)
    with dist.lend(f"{book.stem}.apkg", apkg.write_apkg(plain)) as file:
        return push(file, decks_by_search(book), retired, retired_tag(book), url)
