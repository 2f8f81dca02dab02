"""Import web pages (HTML)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers.documents import SourceDocument
from crib.importers.html import marked_lines, read_html
from crib.importers.log import ImportLog
from crib.importers.recognize import recognize
from crib.markup.pandoc import PandocError

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import Imported

_TITLE = re.compile(r"<title[^>]*>([^<]{1,500})</title>", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html[^>]*?\blang=[\"']?([a-z]{2,3})\b", re.IGNORECASE)


def read(source: SourceFile, options: ReadOptions) -> Imported:
    """Return the questions in a web page. Raises CribError."""
    log = ImportLog(source.name)
    text = source.text
    try:
        blocks = read_html(marked_lines(text, 1), log)
    except PandocError as error:
        raise source.problem("pandoc", error.problems[0].text, "split the file, and import the parts") from None
    title, language = _TITLE.search(text), _LANGUAGE.search(text)
    document = SourceDocument(
        source,
        blocks,
        log,
        title=" ".join(title[1].split()) if title else "",
        language=language[1].lower() if language else "",
    )
    return recognize(document, options.chapter_level)
