"""E-book views of a chapter: its questions, its answers, and its gists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.outputs.epub.chapters import WAYS, chapter_chunks, render_chunk
from crib.outputs.epub.package import single_page
from crib.preview.document import TEMPLATES, Document

if TYPE_CHECKING:
    from crib.model import Book, Chapter
    from crib.preview.document import ViewContext

EBOOK = "/ebook/"
"""Path of pages of the e-book and their files on the server."""

_READER = '<link rel="stylesheet" href="{}preview/reader.css?{}"/></head>'
_AWAY = re.compile(rf'(<a\b[^>]*?) href="\.\./(?!(?:{"|".join(WAYS)})/)[^"]*"')
"""A link to a page of the e-book missing from the preview."""


def ebook(way: str, book: Book, chapter: Chapter, context: ViewContext) -> Document:
    """Return the page of *chapter* in one of the WAYS into the e-book, without links to other kinds of pages.

    A chapter without answers has a single page. Addresses of style sheets contain their version.
    """
    longest = max(len(other.answers) for other in book.chapters)
    chunks = chapter_chunks(book, max(1, longest))
    chunk = next(chunk for chunk in chunks if chunk.chapter.number == chapter.number)
    way = way if way in chunk.ways else "answers"
    xhtml, resources = single_page(render_chunk(chunk, context.templates), way, context.templates)
    for href in resources:
        if href.endswith(".css"):
            xhtml = xhtml.replace(f'href="../{href}"', f'href="../{href}?{context.version}"')
    xhtml = _AWAY.sub(r"\1", xhtml).replace("</head>", _READER.format(TEMPLATES, context.version), 1)
    return Document(xhtml, f"epub/{way}.xhtml", {EBOOK + href: data for href, data in resources.items()})
