"""The study page: the whole book as one HTML file that asks its questions, and needs no network."""

from crib.outputs.output import Output

OUTPUT = Output(
    name="web",
    help="""Build the study page: one HTML file that quizzes you.

    \b
    Example:
      python3 build.py web --chapter 4
    """,
    next="Open {path} in a browser",
    jobs_from="crib.outputs.web.jobs:jobs",
    lays_out=False,
)
