"""Limits on sizes, time and memory.

Sizes are checked while a book is read. They are far above those of real books, so nothing lifts them.
Time and memory of a job are limited, too, since sizes cannot predict them; `--no-limits` lifts these budgets.
"""

from __future__ import annotations

# Text
FILE_BYTES = 2_000_000
"""A chapter, `book.yaml`, or another file of text."""

ANSWER_LENGTH = 100_000
"""Characters of Markdown of one question with its answer."""

QUESTION_LENGTH = 2_000
"""Characters of a question."""

PARAGRAPH_LENGTH = 20_000
"""Characters of a paragraph."""

WORD_LENGTH = 2_000
"""Characters of a word; text in scripts without spaces counts as one word a line."""

RUN_LENGTH = 10_000
"""Characters of Markdown without a space between them."""

CODE_LENGTH = 50_000
"""Characters of a code block."""

TABLE_CELLS = 5_000
"""Cells of a table."""

CARD_ROWS = 5_000
"""Rows of a table of cards, each an answer."""

MARKS_IN_A_ROW = 1000
FENCES_IN_A_ROW = 100
"""Marks, or lines of `:::`, in a row; pandoc's time grows with their square, or faster."""

NESTING = 50
"""Levels of nested elements; code to walk them is recursive."""

# Formulas
FORMULA_LENGTH = 5000
"""Characters of TeX; MathJax draws them in a second or so, and the time grows with their square."""

FORMULA_SIZE = 1000
"""Width, height and depth of a drawn formula, in ex."""

FORMULA_BYTES = 2_000_000
"""A drawn formula, as SVG or MathML."""

FORMULA_SECONDS = 5
"""Time to draw a formula."""

FORMULA_MEMORY = 512_000_000
"""Bytes of JavaScript objects while formulas are drawn."""

# Pictures
PICTURE_BYTES = 10_000_000
"""The file of a picture."""

PICTURE_PIXELS = 40_000_000
"""Pixels of a bitmap: more than fit on a page of A4 at 600 dots an inch."""

SVG_BYTES = 2_000_000
"""The file of an SVG."""

SVG_NESTING = 64
"""Levels of elements in an SVG, those of `<use>` included."""

SVG_REPEATED = 20_000
"""Elements repeated by `<use>`, markers and patterns of an SVG; printing one takes 0.2 ms."""

SVG_TEXT = 20_000
"""Characters of text in an SVG."""

SVG_NUMBER = 1_000_000
"""A coordinate or length in an SVG."""

SVG_DASHES = 5_000
"""Repetitions of a dash pattern across an SVG."""

# Budgets
CODE_SECONDS = 3
"""Processor time to highlight a code block."""

CODE_MEMORY = 1_000_000_000
"""Bytes to highlight a code block, on top of Python and Pygments."""

PICTURE_SECONDS = 5
"""Processor time to draw an SVG with gradients, patterns or other repeated parts."""

PICTURE_MEMORY = 1_000_000_000
"""Bytes to draw such an SVG, on top of Python and WeasyPrint."""

PANDOC_SECONDS = 20
"""Processor time for one call of pandoc, to read or write a chapter."""

PANDOC_MEMORY = 512_000_000
"""Bytes for one call of pandoc."""

JOB_SECONDS = 600
"""Processor time for one step of a build, such as laying out a chapter."""

JOB_MEMORY = 4_000_000_000
"""Bytes for one step of a build, on top of loaded code; merging a book of 15,000 answers takes most."""

# Imports
IMPORT_BYTES = 20_000_000
"""A text file to import."""

PICTURE_SECONDS_TO_DOWNLOAD = 30
"""Time to download a picture."""

IMPORT_UNPACKED_BYTES = 1_000_000_000
"""All files in an archive to import, unpacked."""

IMPORT_PACKAGE_BYTES = 300_000_000
"""An Anki package to import, with its media."""

IMPORT_DATABASE_BYTES = 300_000_000
"""The database in an Anki package."""

IMPORT_VALUE_BYTES = 50_000_000
"""A text in this database."""

IMPORT_DATABASE_SECONDS = 60
"""Time to read this database."""

IMPORT_FILES = 100_000
"""Files in an archive to import."""

COLLECTION_BYTES = 2_000_000_000
"""An Anki collection with its write-ahead log; it is copied in pieces."""

COLLECTION_CARDS = 500_000
"""Cards of one book in a collection."""
