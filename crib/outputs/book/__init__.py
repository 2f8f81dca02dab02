"""The printed book: all answers in full, with front and back matter."""

from crib.outputs.output import Output

OUTPUT = Output(
    name="book",
    help="""Build the book, to print on both sides and bind.

    \b
    Example:
      python3 build.py book --paper Letter
    """,
    next="Print {path} on both sides",
    jobs_from="crib.outputs.book.jobs:jobs",
    printed=True,
)
