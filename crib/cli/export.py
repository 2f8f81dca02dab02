"""The command `export`: answers for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from crib.options import content_option


@click.command()
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE, not stdout.",
)
@click.option("--format", "name", required=True, type=click.Choice(["csv", "json", "md"]), help="The format.")
@content_option
def export(content: Path, name: str, file: Path | None) -> None:
    """Export the answers for other programs: as a table, as data, or as one text.

    \b
    Examples:
      crib export --format csv --to answers.csv
      crib export --format json --content mybook --to mybook.json
    """
    from crib.exporters.formats import WRITERS
    from crib.files import replace_file
    from crib.pipeline.reading import read

    text = WRITERS[name](read(content))
    if file:
        replace_file(file, text.encode())
        click.echo(str(file))
    else:
        click.echo(text, nl=False)
