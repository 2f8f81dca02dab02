"""Pocket booklets: the gists of a chapter on one sheet, to cut once and fold."""

from crib.outputs.output import Output

OUTPUT = Output(
    name="pocket",
    help="""Build pocket booklets: one sheet per chapter, to fold and cut once.

    \b
    Example:
      crib pocket --chapter 4
    """,
    next="Print and fold {path}",
    jobs_from="crib.outputs.pocket.jobs:jobs",
    printed=True,
)
