"""The command `weak`: rank answers by how often a learner forgets them in Anki."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crib.options import Command, all_of, chapter_option, content_option, select_options
from crib.selection import Selection

if TYPE_CHECKING:
    from datetime import datetime


def _options(command: Command) -> Command:
    return all_of(
        command,
        (
            click.option("--json", "as_json", is_flag=True, help="Print all answers with their numbers as JSON."),
            click.option(
                "--today",
                type=click.DateTime(["%Y-%m-%d"]),
                metavar="DATE",
                help="Rank as of this day. [default: today in Anki]",
            ),
            click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N weakest. [default: all]"),
            select_options,
            chapter_option("Only chapter N; repeatable."),
            content_option,
            click.argument("collection", type=click.Path(path_type=Path, dir_okay=False)),
        ),
    )


@click.command()
@_options
def weak(  # noqa: PLR0913, PLR0917 - one for each option
    collection: Path,
    content: Path,
    chapters: tuple[int, ...],
    levels: tuple[str, ...],
    tags: tuple[str, ...],
    top: int | None,
    today: datetime | None,
    *,
    as_json: bool,
) -> None:
    """Rank the answers that you keep forgetting, by your own reviews in Anki.

    COLLECTION is collection.anki2 in the folder of an Anki profile, also while Anki has it open, or an export
    (.colpkg, or .apkg with scheduling). It is only read; nothing is sent or kept.

    \b
    Examples:
      python3 build.py weak ~/.local/share/Anki2/User\\ 1/collection.anki2 --top 20
      python3 build.py weak export.colpkg --chapter 4 --json
    """
    from crib.pipeline.reading import read, select
    from crib.weak import report
    from crib.weak.ranking import rank

    selection = Selection(chapters=tuple(sorted(set(chapters))), tags=tags, levels=levels)
    book = select(read(content), selection)
    ranking = rank(book, collection, report.days_since_1970(today.date()) if today else None)
    if as_json:
        click.echo(json.dumps(report.as_json(book, ranking, ranking.in_order[:top]), ensure_ascii=False, indent=1))
        return
    for line in report.lines(ranking.weakest[:top]):
        click.echo(line)
    click.echo(report.summary(ranking), err=True)
