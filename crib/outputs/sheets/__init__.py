"""Cheat sheets: the gists of each chapter on whole pages, in the largest type that fits."""

import click

from crib.options import PAPERS, SHEET_THEMES, impose_options, landscape_option
from crib.outputs.output import Output

OUTPUT = Output(
    name="sheets",
    help="""Build the cheat sheets: one PDF per chapter, and one of all chapters.

    \b
    Examples:
      crib sheets --paper Letter --portrait
      crib sheets --chapter 4 --fill 1
      crib sheets --paper A2
    """,
    next="Print {path}",
    jobs_from="crib.outputs.sheets.jobs:jobs",
    options=(
        click.option(
            "--fill", "pages", type=click.IntRange(min=1), metavar="N", help="Fill N pages with each chapter."
        ),
        landscape_option,
        impose_options,
    ),
    printed=True,
    papers=(*PAPERS, "A3", "A2", "tabloid"),
    themes=SHEET_THEMES,
)
