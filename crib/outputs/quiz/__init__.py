"""Quizzes: questions with ruled room to answer, in one or several papers, and their answer key."""

import click

from crib.options import impose_options, pages_option
from crib.outputs.output import Output

OUTPUT = Output(
    name="quiz",
    help="""Build a quiz: questions with room to answer, and the answer key.

    \b
    Examples:
      crib quiz --chapter 4
      crib quiz --count 10 --seed 7 --papers 4 --answer-key file
    """,
    next="Print {path}",
    jobs_from="crib.outputs.quiz.jobs:jobs",
    options=(
        impose_options,
        pages_option,
        click.option(
            "--answer-key",
            "key",
            type=click.Choice(["end", "file"]),
            default="end",
            help="Put the answers at the end, or in a second file.",
        ),
        click.option("--papers", type=click.IntRange(1, 26), default=1, metavar="N", help="Make N different papers."),
        click.option("--seed", type=int, default=0, metavar="N", help="Draw other questions, in another order."),
        click.option("--count", type=click.IntRange(min=1), metavar="N", help="Draw N questions. [default: all]"),
    ),
    printed=True,
)
