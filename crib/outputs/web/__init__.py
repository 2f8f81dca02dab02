"""The study page: the whole book as an interactive quiz in one HTML file, usable offline."""

import click

from crib.options import FOLDER
from crib.outputs.output import Output

OUTPUT = Output(
    name="web",
    help="""Build the study page: one HTML file that quizzes you.

    \b
    Examples:
      crib web --chapter 4
      crib web --site website
    """,
    next="Open {path} in a browser",
    jobs_from="crib.outputs.web.jobs:jobs",
    options=(
        click.option(
            "--site",
            type=FOLDER,
            metavar="DIR",
            help="Build a website in this folder instead: the study page, and a page for each answer.",
        ),
    ),
    folder="site",
    lays_out=False,
)
