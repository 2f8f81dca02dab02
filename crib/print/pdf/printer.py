"""The printer: HTML to PDF with WeasyPrint; its warnings become errors, located in answers if possible."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from crib.print.flavor import MATH
from crib.print.formula_images import formula_images
from crib.print.pdf.picture_sizes import PictureSize, size_of_image
from crib.print.pdf.shrunk_formulas import shrunk_formulas
from crib.print.pdf.style_sheets import StyleSheets, load_style_sheets
from crib.print.pdf.url_fetcher import url_fetcher
from crib.print.pdf.weasyprint_loader import html_class, load_weasyprint, may_have_notes
from crib.print.pdf.weasyprint_log import print_error, recorded_warnings
from crib.problems import BuildError, ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from crib.print.chapter_html import AnswerHtml
    from crib.print.pdf.shrunk_formulas import ShrunkFormula

MIN_FORMULA_SCALE = 0.8
"""Minimum scale of a formula shrunk to fit into its column."""

_BREAK = r"break it with `\\` in `aligned` or `split`, or "

_NO_STYLE_SHEETS = StyleSheets()


class Printer:
    """Lays out HTML, many times with the same style sheets, fonts and pictures."""

    def __init__(
        self,
        base: Path,
        drawings: Mapping[str, str],
        style: StyleSheets = _NO_STYLE_SHEETS,
        entries: Iterable[AnswerHtml] = (),
    ) -> None:
        """Load WeasyPrint.

        base      base folder of relative URLs in the HTML; only it and the folders of *style* are read
        drawings  the SVG of formulas, by the NAME in `<img src="math:NAME">`
        entries   the answers in the HTML, to locate warnings

        Raises MissingLibraryError if Pango is not installed, and BuildError for CSS unknown to WeasyPrint.
        """
        load_weasyprint()
        self._base = f"{base.resolve().as_uri()}/"
        self._fetcher = url_fetcher([base, *style.folders], drawings)
        self._fonts, self._css, self._notes = load_style_sheets(style)
        self._formulas = {MATH + name: image for name, image in formula_images(drawings).items()}
        self._pictures: dict[str, Any] = dict(self._formulas)
        self._entries = tuple(entries)

    def lay_out(self, html: str) -> Any:
        """Return *html* as a `weasyprint.Document`.

        Raises ContentError for WeasyPrint's warnings about answers, BuildError for others.
        """
        with recorded_warnings() as warnings:
            document = self._render(html, self._pictures)
        if warnings:
            raise self._error(warnings, html)
        return document

    def picture_size(self, address: str) -> PictureSize:
        """Return the size of the picture at *address*, relative to the base folder; 0 if it cannot be read."""
        from weasyprint import DEFAULT_OPTIONS
        from weasyprint.images import get_image_from_uri

        # In a cache of its own: this one has no fonts to draw with
        image = get_image_from_uri({}, self._fetcher, DEFAULT_OPTIONS, self._base + address)
        return size_of_image(image) if image else PictureSize(0, 0)

    def shrunk_formulas(self, document: Any) -> list[ShrunkFormula]:
        """Return the formulas in *document* scaled below `MIN_FORMULA_SCALE`, or wider than their columns."""
        return [formula for formula in shrunk_formulas(document) if formula.cut or formula.ratio < MIN_FORMULA_SCALE]

    def check(self, document: Any, html: str) -> None:
        """Raise ContentError for answers with too wide formulas in *document*, BuildError for other formulas."""
        if formulas := self.shrunk_formulas(document):
            raise self._too_wide(formulas, html)

    def write_pdf(self, html: str) -> bytes:
        """Return *html* as a tagged PDF; its identifier is a digest of *html*.

        Raises ContentError for WeasyPrint's warnings and too wide formulas in answers, BuildError for others.
        """
        from crib.print.pdf.tagging import write_tagged_pdf

        return self._write(html, partial(write_tagged_pdf, identifier=_identifier(html)))

    def write_part(self, html: str) -> bytes:
        """Return *html* as a PDF part for `merge_pdf`: its links may lead to other parts.

        Raises ContentError and BuildError like `write_pdf`.
        """
        from crib.print.pdf.tagging import write_tagged_part

        return self._write(html, write_tagged_part)

    def _write(self, html: str, write: Callable[[Any], bytes]) -> bytes:
        document = self.lay_out(html)
        self.check(document, html)
        with recorded_warnings() as warnings:
            pdf = write(document)
        if warnings:
            raise self._error(warnings, html)
        return pdf

    def _render(self, html: str, pictures: dict[str, Any]) -> Any:
        html_type = html_class(notes=self._notes or may_have_notes(html))
        source = html_type(string=html, base_url=self._base, url_fetcher=self._fetcher)
        return source.render(
            stylesheets=self._css,
            font_config=self._fonts,
            cache=pictures,
            presentational_hints=True,  # attributes such as `start` of lists
            pdf_tags=True,
        )

    def _error(self, warnings: Iterable[str], html: str) -> BuildError | ContentError:
        """Return the error for *warnings* about *html*, located by printing each answer alone."""
        messages = set(warnings)
        problems = [
            Problem(entry.file, 0, "print", warning, f"it is in the answer {entry.code}", answer=entry.key)
            for entry in self._entries
            for warning in messages & self._warnings_alone(entry)
        ]
        return ContentError(problems) if problems else print_error(messages, getattr(html, "template", ""))

    def _warnings_alone(self, entry: AnswerHtml) -> set[str]:
        from crib.print.pdf.tagging import write_tagged_pdf

        html = f'<html lang="en"><title>{entry.code}</title><body class="text">{entry.text}'
        with recorded_warnings() as warnings:
            document = self._render(html, dict(self._formulas))  # WeasyPrint warns once about a missing picture
            write_tagged_pdf(document, _identifier(html))
        return set(warnings)

    def _too_wide(self, formulas: Iterable[ShrunkFormula], html: str) -> BuildError | ContentError:
        problems, others = [], []
        for formula in formulas:
            message = f"the formula `{formula.tex:.60}` is too wide: {_outcome(formula)}"
            image = f'src="{MATH}{formula.name}"'
            entries = [entry for entry in self._entries if image in entry.text]
            inside = [entry for entry in entries if entry.key in formula.inside]
            others += [] if entries else [message]
            problems += [
                Problem(
                    entry.file,
                    0,
                    "wide-formula",
                    message,
                    _BREAK + entry.hint_if_too_long("move it from the gist to the full answer"),
                    answer=entry.key,
                )
                for entry in inside or entries
            ]
        return ContentError(problems) if problems else print_error(others, getattr(html, "template", ""))


def _outcome(formula: ShrunkFormula) -> str:
    return "it overflows its column" if formula.cut else f"it would be printed at {formula.ratio:.0%} of its size"


def _identifier(html: str) -> bytes:
    return sha256(html.encode()).digest()[:16]
