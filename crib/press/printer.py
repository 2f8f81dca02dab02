"""HTML to PDF by WeasyPrint: only bundled fonts, only the book's own files, no warnings."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crib.press.flavor import MATH
from crib.press.mathform import formulas
from crib.problems import BuildError, MissingLibraryError
from crib.render.templates import Templates, own_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book


@dataclass(frozen=True)
class Press:
    """What prints one output of a book, as plain data: a Printer of it can stand in any process.

    book         without its chapters
    templates    the user's folder of templates, if there is one
    stylesheets  files, applied in order
    """

    book: Book
    templates: Path | None
    stylesheets: tuple[Path, ...]

    @classmethod
    def of(cls, book: Book, templates: Templates, *stylesheets: str) -> Press:
        """Return the press of *book* with the *stylesheets* of that name after those all share.

        Raises BuildError where there is no such file.
        """
        names = ("print/print.css", f"print/{book.print.theme}.css", *stylesheets)
        return cls(replace(book, chapters=()), templates.user_folder, tuple(map(templates.path, names)))

    def html(self, template: str, **values: object) -> str:
        """Return *template* filled with *values*, the book and its labels. Raises BuildError."""
        templates = Templates(self.templates)
        return templates.render(template, book=self.book, labels=templates.labels(self.book), **values)

    def printer(self, drawings: Mapping[str, str]) -> Printer:
        """Return a printer in this process. Raises MissingLibraryError."""
        return Printer(self.book.folder, drawings, self.stylesheets, Templates(self.templates).folders)


class Printer:
    """Lays out HTML again and again with the same style sheets, fonts and pictures."""

    def __init__(
        self, base: Path, drawings: Mapping[str, str], stylesheets: Sequence[Path] = (), folders: Sequence[Path] = ()
    ) -> None:
        """Load WeasyPrint.

        base         the folder that addresses in the HTML start from
        drawings     formulas as SVG, by the name that `<img src="math:NAME">` gives them
        stylesheets  files, applied in order
        folders      nothing outside these and *base* is read

        Raises MissingLibraryError where Pango is not on this system.
        """
        weasyprint = _weasyprint()
        from weasyprint.text.fonts import FontConfiguration

        self._base = f"{base.resolve().as_uri()}/"
        self._fetcher = _fetcher([base, *folders], drawings)
        self._fonts = FontConfiguration()
        self._html = weasyprint.HTML
        self._css = [
            weasyprint.CSS(filename=path, url_fetcher=self._fetcher, font_config=self._fonts) for path in stylesheets
        ]
        self._pictures: dict[str, object] = {MATH + name: image for name, image in formulas(drawings).items()}

    def lay_out(self, html: str) -> Any:
        """Return *html* as a `weasyprint.Document`. Raises BuildError at the first warning."""
        with _no_warnings():
            source = self._html(string=html, base_url=self._base, url_fetcher=self._fetcher)
            return source.render(stylesheets=self._css, font_config=self._fonts, cache=self._pictures, pdf_tags=True)

    def write(self, html: str) -> bytes:
        """Return *html* as a PDF whose identifier depends on nothing else. Raises BuildError."""
        document = self.lay_out(html)
        with _no_warnings():
            pdf: bytes = document.write_pdf(pdf_identifier=sha256(html.encode()).digest()[:16], pdf_tags=True)
        return pdf


def _weasyprint() -> Any:
    os.environ["FONTCONFIG_FILE"] = str(own_folder() / "fonts" / "fonts.conf")
    try:
        import weasyprint
    except OSError as error:
        raise MissingLibraryError(
            f"Pango is not on this system: {str(error).splitlines()[0]}\n"
            "  hint: `python3 tools/bootstrap.py` says what to install"
        ) from None
    return weasyprint


def _fetcher(folders: list[Path], drawings: Mapping[str, str]) -> Any:
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
def _no_warnings() -> Iterator[None]:
    """Raise BuildError with all of WeasyPrint's warnings, if there are any."""
    from weasyprint.urls import FatalURLFetchingError

    logger, warnings = logging.getLogger("weasyprint"), _Warnings()
    logger.addHandler(warnings)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield
    except FatalURLFetchingError as error:
        raise BuildError(f"error[print]: {error}") from None
    finally:
        logger.removeHandler(warnings)
        logger.propagate = propagate
    if warnings.messages:
        raise BuildError("\n".join(f"error[print]: {message}" for message in sorted(set(warnings.messages))))
