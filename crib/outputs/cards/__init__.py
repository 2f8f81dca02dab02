"""Flashcards to print on both sides: the question in front, the gist behind."""

from __future__ import annotations

import click

from crib.options import pages_option
from crib.outputs.cards.stocks import Stock, find_stock, stock_lines
from crib.outputs.output import Output


def _print_stocks(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
    """Print a line for each stock, and end the command."""
    del parameter
    if value:
        click.echo("\n".join(stock_lines()))
        context.exit()


def _stock(context: click.Context, parameter: click.Parameter, name: str | None) -> Stock | None:
    """Return the stock called *name*."""
    try:
        return find_stock(name) if name else None
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


_DRIFT = click.FloatRange(-5, 5)

OUTPUT = Output(
    name="cards",
    help="""Build flashcards, to print on both sides and cut; the first sheet explains how.

    \b
    Examples:
      crib cards --level recall
      crib cards --tag attention --flip short --dx 0.5 --dy -0.3
      crib cards --stock A7 --fold
    """,
    next="Print {path} on both sides",
    jobs_from="crib.outputs.cards.jobs:jobs",
    options=(
        pages_option,
        click.option(
            "--stocks", is_flag=True, is_eager=True, expose_value=False, callback=_print_stocks, help="List all stocks."
        ),
        click.option(
            "--fold",
            is_flag=True,
            help="Print front and back side by side, to fold; needs no duplex printer.",
        ),
        click.option(
            "--stock",
            callback=_stock,
            metavar="NAME",
            help="The card stock, such as A7 or 5371, or your own size in millimeters, such as 95x66.",
        ),
        click.option("--dy", type=_DRIFT, default=0, metavar="MM", help="Move the backs down, or up if negative."),
        click.option(
            "--dx",
            type=_DRIFT,
            default=0,
            metavar="MM",
            help="Move the backs to the right, or to the left if negative.",
        ),
        click.option(
            "--flip",
            type=click.Choice(["long", "short"]),
            default="long",
            help="The edge over which your printer flips the paper.",
        ),
    ),
    printed=True,
)
