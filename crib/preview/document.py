"""A page of the preview, and the templates and printed pages that views are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Book
    from crib.preview.printed_pages import PrintedPages
    from crib.render.templates import Templates

TEMPLATES = "/templates/"
"""The path below which styles, scripts and fonts of the templates are served."""


@dataclass(frozen=True)
class Document:
    """A page of HTML, the template it was rendered from, and the files it shows, by address."""

    html: str
    template: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class ViewContext:
    """Templates and printed pages for a view.

    version  changes whenever one of the templates does
    pages    the printed pages of the chapter, as far as there are any
    """

    templates: Templates
    version: str
    pages: PrintedPages

    def html(self, template: str, book: Book, **values: object) -> str:
        """Return *template* rendered with *values*, the book and its labels. Raises BuildError."""
        labels = self.templates.labels(book)
        return self.templates.render(
            template, book=book, labels=labels, version=self.version, printed_pages=self.pages, **values
        )
