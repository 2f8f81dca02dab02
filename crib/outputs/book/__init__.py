"""The printed book: all answers in full, with front and back matter."""

from crib.options import impose_options, pages_option
from crib.outputs.output import Output

OUTPUT = Output(
    name="book",
    help="""Build the book, to print on both sides and bind.

    \b
    Examples:
      crib book --paper Letter
      crib book --chapter 4 --impose booklet
    """,
    next="Print {path} on both sides",
    jobs_from="crib.outputs.book.jobs:jobs",
    options=(impose_options, pages_option),
    printed=True,
)
