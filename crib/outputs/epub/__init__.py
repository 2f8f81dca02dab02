"""The e-book: EPUB 3.3, with formulas as MathML or as drawings."""

from crib.outputs.output import Output

OUTPUT = Output(
    name="epub",
    help="""Build the e-book.

    \b
    Example:
      crib epub --out ~/Books
    """,
    next="Open {path} in a reading app",
    jobs_from="crib.outputs.epub.jobs:jobs",
)
