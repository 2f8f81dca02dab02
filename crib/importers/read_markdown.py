"""Import Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.importers.markdown import read_markdown_file
from crib.importers.recognize import recognize

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import Imported


def read(source: SourceFile, options: ReadOptions) -> Imported:
    """Return the questions in a Markdown file. Raises CribError."""
    return recognize(read_markdown_file(source), options.chapter_level)
