"""Flashcards to print on both sides: the question in front, the gist behind."""

import click

from crib.options import select_options
from crib.outputs.output import Output

_DRIFT = click.FloatRange(-5, 5)

OUTPUT = Output(
    name="cards",
    help="""Build flashcards, to print on both sides and cut; the first sheet says how.

    \b
    Examples:
      python3 build.py cards --level recall
      python3 build.py cards --tag attention --flip short --dx 0.5 --dy -0.3
    """,
    next="Print {path} on both sides",
    jobs_from="crib.outputs.cards.jobs:jobs",
    options=(
        click.option("--dy", type=_DRIFT, default=0, metavar="MM", help="Move the backs down, or up if less than 0."),
        click.option(
            "--dx", type=_DRIFT, default=0, metavar="MM", help="Move the backs to the right, or left if less than 0."
        ),
        click.option(
            "--flip",
            type=click.Choice(["long", "short"]),
            default="long",
            help="The edge the printer turns paper over.",
        ),
        select_options,
    ),
    printed=True,
)
