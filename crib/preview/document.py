"""A page of the preview, and the context of a view: templates and printed pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Book
    from crib.preview.printed_pages import PrintedPages
    from crib.render.templates import Templates

TEMPLATES = "/templates/"
"""Path of the styles, scripts and fonts of templates on the server."""


@dataclass(frozen=True)
class Document:
    """A page of HTML, its template, and its files by address."""

    html: str
    template: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class ViewContext:
    """Templates and printed pages for a view.

    version  digest of all templates
    pages    the printed pages of the chapter, if any
    """

    templates: Templates
    version: str
    pages: PrintedPages

    def html(self, template: str, book: Book, **values: object) -> str:
        """Render *template* with *values*, the book and its labels. Raises BuildError."""
        labels = self.templates.labels(book)
        return self.templates.render(
            template, book=book, labels=labels, version=self.version, printed_pages=self.pages, **values
        )
