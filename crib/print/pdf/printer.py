"""HTML to PDF by WeasyPrint: only bundled fonts, only the book's own files, no warnings."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crib.home import own_folder
from crib.print.flavor import MATH
from crib.print.formula_images import formula_images
from crib.print.pdf.shrunk_formulas import shrunk_formulas
from crib.print.pdf.weasyprint_loader import html_class, load_weasyprint, may_have_notes
from crib.problems import BuildError, ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crib.model import Book
    from crib.print.chapter_html import AnswerHtml
    from crib.print.pdf.shrunk_formulas import ShrunkFormula
    from crib.render.templates import Labels, Templates

MIN_FORMULA_SCALE = 0.8
"""How much smaller than the text around it a formula may be drawn, to fit into its column."""


class FilledTemplate(str):
    """A filled template, which knows its name."""

    __slots__ = ("template",)
    template: str


@dataclass(frozen=True)
class PrintSetup:
    """What prints one output of a book, as plain data: a Printer of it can stand in any process.

    book         without its chapters
    templates    those of the output, and those that all printed outputs share
    stylesheets  files, applied in order
    """

    book: Book
    templates: Templates
    stylesheets: tuple[Path, ...]

    @classmethod
    def of(cls, book: Book, templates: Templates, *stylesheets: str) -> PrintSetup:
        """Return the press of *book* with the *stylesheets* of that name after those all share.

        Raises BuildError where there is no such file.
        """
        names = ("print/print.css", f"print/{book.print.theme}.css", *stylesheets)
        folders = dict.fromkeys(name.partition("/")[0] for name in names)
        return cls(book.bare, templates.only("fonts", "labels", *folders), tuple(map(templates.path, names)))

    @cached_property
    def labels(self) -> Labels:
        """Crib's words in the language of the book. Raises ContentError where it has none."""
        return self.templates.labels(self.book)

    def html(self, template: str, **values: object) -> FilledTemplate:
        """Return *template* filled with *values*, the book and its labels. Raises BuildError."""
        html = FilledTemplate(self.templates.render(template, book=self.book, labels=self.labels, **values))
        html.template = template
        return html

    @property
    def style(self) -> StyleSheets:
        """The style sheets, as they are now."""
        return StyleSheets(self.stylesheets, tuple(self.templates.folders), self.templates.digest)

    def printer(self, drawings: Mapping[str, str], entries: Iterable[AnswerHtml] = ()) -> Printer:
        """Return a printer in this process; *entries* are what it prints. Raises MissingLibraryError, BuildError."""
        return Printer(self.book.folder, drawings, self.style, entries)


@dataclass(frozen=True)
class StyleSheets:
    """Style sheets, each read once in a process as long as they are the same.

    sheets   files, applied in order
    folders  nothing outside these is read, and their fonts are there beside ours
    digest   of what is in them
    """

    sheets: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    digest: str = ""


@lru_cache(maxsize=8)
def _read(style: StyleSheets) -> tuple[Any, list[Any], bool]:
    """Return the fonts and the style sheets as WeasyPrint wants them, and whether these may have notes.

    Raises BuildError for what it does not know.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    how = {"url_fetcher": _fetcher(style.folders, {}), "font_config": FontConfiguration()}
    sheets = [CSS(string=_font_faces(style.folders), **how)]
    for path in style.sheets:
        with _warnings() as warnings:
            sheets.append(CSS(filename=path, **how))
        if warnings:
            raise _build_error(warnings, str(path))
    return how["font_config"], sheets, any(may_have_notes(path.read_text("utf-8", "replace")) for path in style.sheets)


class Printer:
    """Lays out HTML again and again with the same style sheets, fonts and pictures."""

    def __init__(
        self,
        base: Path,
        drawings: Mapping[str, str],
        style: StyleSheets = StyleSheets(),
        entries: Iterable[AnswerHtml] = (),
    ) -> None:
        """Load WeasyPrint.

        base      the folder that addresses in the HTML start from; nothing outside it and those of *style* is read
        drawings  formulas as SVG, by the name that `<img src="math:NAME">` gives them
        entries   the answers in the HTML, of which one may be to blame for what cannot be printed

        Raises MissingLibraryError where Pango is not on this system, and BuildError for what
        WeasyPrint does not know in a style sheet.
        """
        load_weasyprint()
        self._base = f"{base.resolve().as_uri()}/"
        self._fetcher = _fetcher([base, *style.folders], drawings)
        self._fonts, self._css, self._notes = _read(style)
        self._formulas = {MATH + name: image for name, image in formula_images(drawings).items()}
        self._pictures: dict[str, Any] = dict(self._formulas)
        self._entries = tuple(entries)

    def lay_out(self, html: str) -> Any:
        """Return *html* as a `weasyprint.Document`.

        Raises ContentError with the answers that WeasyPrint warns about, or BuildError.
        """
        with _warnings() as warnings:
            document = self._render(html, self._pictures)
        if warnings:
            raise self._error(warnings, html)
        return document

    def shrunk_formulas(self, document: Any) -> list[ShrunkFormula]:
        """Return the formulas in *document*, as `lay_out` returns it, that are smaller than `LEAST_FORMULA` or cut."""
        return [formula for formula in shrunk_formulas(document) if formula.cut or formula.ratio < MIN_FORMULA_SCALE]

    def check(self, document: Any, html: str) -> None:
        """Raise ContentError with the answers whose formulas are too wide in *document*, or BuildError."""
        if formulas := self.shrunk_formulas(document):
            raise self._too_wide(formulas, html)

    def write_pdf(self, html: str) -> bytes:
        """Return *html* as a tagged PDF whose identifier depends on nothing else.

        Raises ContentError with the answers that WeasyPrint warns about, or whose formulas are too
        wide, and BuildError if it is none of them.
        """
        from crib.print.pdf.tagging import write_tagged_pdf

        return self._write(html, write_tagged_pdf)

    def write_part(self, html: str) -> bytes:
        """Return *html* as a part for `crib.print.pdf.merge_pdf`: its links may lead to other parts.

        Raises ContentError and BuildError as `write` does.
        """
        from crib.print.pdf.tagging import write_tagged_part

        return self._write(html, write_tagged_part)

    def _write(self, html: str, write: Callable[[Any, bytes], bytes]) -> bytes:
        document = self.lay_out(html)
        self.check(document, html)
        with _warnings() as warnings:
            pdf = write(document, _identifier(html))
        if warnings:
            raise self._error(warnings, html)
        return pdf

    def _render(self, html: str, pictures: dict[str, Any]) -> Any:
        of_html = html_class(notes=self._notes or may_have_notes(html))
        source = of_html(string=html, base_url=self._base, url_fetcher=self._fetcher)
        return source.render(
            stylesheets=self._css,
            font_config=self._fonts,
            cache=pictures,
            presentational_hints=True,  # lists that start with c or 5
            pdf_tags=True,
        )

    def _error(self, warnings: Iterable[str], html: str) -> BuildError | ContentError:
        """Return the error for *warnings* about *html*, with the answers that give the same when printed alone."""
        warned = set(warnings)
        problems = [
            Problem(entry.file, entry.line, "print", warning, f"it is in the answer {entry.code}")
            for entry in self._entries
            for warning in warned & self._warnings_alone(entry)
        ]
        return ContentError(problems) if problems else _build_error(warned, getattr(html, "template", ""))

    def _warnings_alone(self, entry: AnswerHtml) -> set[str]:
        from crib.print.pdf.tagging import write_tagged_pdf

        html = f'<html lang="en"><title>{entry.code}</title><body class="text">{_text(entry)}'
        with _warnings() as warnings:
            document = self._render(html, dict(self._formulas))  # WeasyPrint warns of a lost picture once
            write_tagged_pdf(document, _identifier(html))
        return set(warnings)

    def _too_wide(self, formulas: Iterable[ShrunkFormula], html: str) -> BuildError | ContentError:
        problems, others = [], []
        for formula in formulas:
            told = f"the formula `{formula.tex:.60}` is too wide: {_outcome(formula)}"
            image = f'src="{MATH}{formula.name}"'
            entries = [entry for entry in self._entries if image in _text(entry)]
            inside = [entry for entry in entries if entry.key in formula.inside]
            others += [] if entries else [told]
            problems += [
                Problem(
                    entry.file,
                    entry.line,
                    "wide-formula",
                    told,
                    r"break it with `\\` in `aligned` or `split`, or move it from the gist to the full answer",
                )
                for entry in inside or entries
            ]
        return ContentError(problems) if problems else _build_error(others, getattr(html, "template", ""))


def _text(entry: AnswerHtml) -> str:
    """Return all HTML of *entry*."""
    return "".join((entry.question, entry.gist, entry.body, entry.hint, *entry.notes))


def _outcome(formula: ShrunkFormula) -> str:
    return "it runs out of its column" if formula.cut else f"it would be printed at {formula.ratio:.0%} of its size"


def _identifier(html: str) -> bytes:
    return sha256(html.encode()).digest()[:16]


def _font_faces(folders: Iterable[Path]) -> str:
    """Return CSS that adds the fonts in a user's folders to ours: for the characters that ours lack."""
    user = (folder / "fonts" for folder in folders if folder != own_folder())
    paths = [path for folder in user for path in sorted(folder.glob("*.[ot]tf"))]
    # A name of its own, as fontconfig has its own ideas of Sans, Serif and Mono
    faces = (
        f'@font-face {{ font-family: "crib {i}"; src: url("{p.resolve().as_uri()}") }}' for i, p in enumerate(paths)
    )
    return "\n".join(faces)


def _fetcher(folders: Iterable[Path], drawings: Mapping[str, str]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    roots = [folder.resolve() for folder in folders]

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        """Formulas, `data:` and files below our folders; anything else stops the build."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(MATH):
                return URLFetcherResponse(url, drawings[url.removeprefix(MATH)], {"Content-Type": "image/svg+xml"})
            if url.startswith("file:"):
                path = Path(unquote(urlsplit(url).path)).resolve()
                if not any(path.is_relative_to(root) for root in roots):
                    raise FatalURLFetchingError(f"outside the book and its templates: {path}")
            elif not url.startswith("data:"):
                raise FatalURLFetchingError(f"not a file of the book: {url}")
            return super().fetch(url, headers)

    return BookFetcher(allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True)


class _Warnings(logging.Handler):
    """Keeps what WeasyPrint warns about: a glyph no font has, CSS it does not know, a lost file."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Gather WeasyPrint's warnings; what stops it is the last of them."""
    from weasyprint.urls import FatalURLFetchingError

    logger, warnings = logging.getLogger("weasyprint"), _Warnings()
    logger.addHandler(warnings)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield warnings.messages
    except FatalURLFetchingError as error:
        warnings.messages.append(str(error))
    finally:
        logger.removeHandler(warnings)
        logger.propagate = propagate


def _build_error(warnings: Iterable[str], source: str) -> BuildError:
    return BuildError(*(Problem(source, 0, "print", warning) for warning in sorted(set(warnings))))
