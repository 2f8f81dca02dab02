"""Print setup of an output: templates, style sheets and settings of the book."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from crib.print.pdf.printer import Printer
from crib.print.pdf.style_sheets import StyleSheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from crib.model import Book
    from crib.print.chapter_html import AnswerHtml
    from crib.render.templates import Labels, Templates


class FilledTemplate(str):
    """A rendered template, and its name for error messages."""

    __slots__ = ("template",)
    template: str


@dataclass(frozen=True)
class PrintSetup:
    """Settings, templates and style sheets of an output, as plain data for any process.

    book         without its chapters
    templates    with the digest of the output's folder and of the shared ones
    stylesheets  files, applied in order
    """

    book: Book
    templates: Templates
    stylesheets: tuple[Path, ...]

    @classmethod
    def of(cls, book: Book, templates: Templates, *stylesheets: str) -> PrintSetup:
        """Return the setup for *book*, with *stylesheets* (names of templates) after those all outputs share.

        Raises BuildError for a missing style sheet.
        """
        names = ("print/print.css", f"print/{book.print.theme}.css", *stylesheets)
        folders = dict.fromkeys(name.partition("/")[0] for name in names)
        return cls(book.bare, templates.only("fonts", "labels", *folders), tuple(map(templates.path, names)))

    @cached_property
    def labels(self) -> Labels:
        """The labels in the language of the book. Raises ContentError if there are none."""
        return self.templates.labels(self.book)

    def html(self, template: str, **values: object) -> FilledTemplate:
        """Render *template* with *values*, the book and its labels. Raises BuildError."""
        html = FilledTemplate(self.templates.render(template, book=self.book, labels=self.labels, **values))
        html.template = template
        return html

    @property
    def style(self) -> StyleSheets:
        """The style sheets, in their current version."""
        return StyleSheets(self.stylesheets, tuple(self.templates.folders), self.templates.digest)

    def printer(self, drawings: Mapping[str, str], entries: Iterable[AnswerHtml] = ()) -> Printer:
        """Return a printer of *entries* with the formulas *drawings*. Raises MissingLibraryError and BuildError."""
        return Printer(self.book.folder, drawings, self.style, entries)
