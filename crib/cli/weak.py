"""The command `weak`: rank answers by a learner's failed reviews in Anki, and print the weakest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crib.cli.ankiconnect import ankiconnect_option
from crib.options import Command, all_of, build_options, landscape_option, print_options, select_options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crib.engine.job import Job
    from crib.model import Book
    from crib.options import Options
    from crib.render.templates import Templates
    from crib.weak.ranking import Ranking


def _options(command: Command) -> Command:
    return all_of(
        command,
        (
            build_options,
            click.option("--json", "as_json", is_flag=True, help="Build nothing; print all numbers as JSON."),
            click.option(
                "--today",
                type=click.DateTime(["%Y-%m-%d"]),
                metavar="DATE",
                help="Rank as of this day. [default: today in Anki]",
            ),
            click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N weakest. [default: all]"),
            click.option(
                "--fill",
                "pages",
                type=click.IntRange(min=1),
                metavar="N",
                help="Fit the weakest on a sheet of N pages. [default: 1, or with --top as many as it takes]",
            ),
            landscape_option,
            print_options,
            select_options,
            click.option("--notes", is_flag=True, help="Print the text of your own fields on the sheet."),
            ankiconnect_option("--anki", "Read the open profile of a running Anki with AnkiConnect."),
            click.argument("collection", type=click.Path(path_type=Path, dir_okay=False), required=False),
        ),
    )


@click.command()
@_options
def weak(  # noqa: PLR0913 - one for each option
    options: Options,
    *,
    collection: Path | None,
    url: str | None,
    top: int | None,
    pages: int | None,
    today: datetime | None,
    as_json: bool,
    notes: bool,
) -> None:
    """Print the answers you keep forgetting, by your own reviews in Anki: a sheet, flashcards, and a quiz.

    COLLECTION is collection.anki2 in the folder of an Anki profile, even while it is open in Anki, or an export
    (.colpkg, or .apkg with scheduling); by default, the profile used last. It is only read; nothing is sent.

    \b
    Examples:
      crib weak
      crib weak export.colpkg --top 20 --chapter 4 --theme ink
    """
    if collection and url:
        raise click.UsageError("--anki reads the open profile: leave out COLLECTION")
    from crib.pipeline.build import build_files
    from crib.pipeline.finishing import finished
    from crib.pipeline.reading import read_selected
    from crib.weak import report
    from crib.weak.collection import find_collection
    from crib.weak.history import days_since_1970
    from crib.weak.jobs import jobs
    from crib.weak.ranking import rank

    day = days_since_1970(today.date()) if today else None

    def ranked() -> tuple[Book, Ranking]:
        book = read_selected(options)
        path, words = find_collection(collection, url)
        if words and not options.quiet:
            click.echo(words, err=True)
        return book, rank(book, path, day, words=notes)

    def print_ranking(ranking: Ranking) -> None:
        for line in () if options.quiet else (*report.lines(ranking.weakest[:top]), report.summary(ranking)):
            click.echo(line, err=True)

    def weak_jobs(templates: Templates) -> Iterator[Job]:
        book, ranking = ranked()
        print_ranking(ranking)
        weak_ones = jobs(book, templates, ranking, top, pages if pages or top else 1)
        return finished(weak_ones, options.finishing, book, templates)

    if as_json:
        book, ranking = ranked()
        click.echo(json.dumps(report.as_json(book, ranking, ranking.in_order[:top]), ensure_ascii=False, indent=1))
    elif options.dry_run:
        print_ranking(ranked()[1])
    else:
        for path in build_files(options, "weak", weak_jobs):
            click.echo(path)
