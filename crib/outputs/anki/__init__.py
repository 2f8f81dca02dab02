"""The Anki deck: note types, notes, the ledger of published notes, and pushing to a running Anki."""

import click

from crib.outputs.output import Output

OUTPUT = Output(
    name="anki",
    help="""Build the Anki deck, and record the published notes in anki.lock.

    \b
    Examples:
      crib anki --locked
      crib anki --diff last-edition.apkg
      crib anki --push
    """,
    next="Import {path} into Anki",
    jobs_from="crib.outputs.anki.jobs:jobs",
    options=(click.option("--locked", is_flag=True, help="Fail if anki.lock would change."),),
    lays_out=False,
)
