"""HTML to PDF by WeasyPrint: only bundled fonts, only the book's own files, no warnings."""

from __future__ import annotations

import logging
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crib import mathjax
from crib.outputs.mathform import formulas, ruled
from crib.problems import BuildError, MissingLibraryError
from crib.render.flavor import Flavor
from crib.render.templates import own_folder
from crib.tree import raw, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crib.model import Answer, Book
    from crib.render.templates import Labels
    from crib.tree import Element, Elements

_MATH = "math:"
# Letters side by side that a column of a sheet holds at the largest size of type.
_DENSE = 36
_DRAWING = re.compile(rf'src="{_MATH}(\w+)"')


@dataclass(frozen=True)
class Page:
    """What a PDF is made of besides its HTML.

    stylesheets  files, applied in order
    folders      nothing outside these is read
    drawings     formulas as SVG by the name that `<img src="math:NAME">` gives them
    """

    stylesheets: tuple[Path, ...]
    folders: tuple[Path, ...]
    drawings: Mapping[str, str]


class PrintFlavor(Flavor):
    """Answers on paper: formulas as drawings, which gather in `drawings`; codes instead of links."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Begin without drawings."""
        super().__init__(book, labels)
        self.drawings: dict[str, str] = {}

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as `<img>`, sized in ex so that it follows the type around it."""
        drawing = mathjax.to_svg(tex, display=display)
        name = sha256(drawing.svg.encode()).hexdigest()[:16]
        self.drawings[name] = ruled(drawing.svg)
        style = f"width:{drawing.width}ex;height:{drawing.height}ex;vertical-align:{-drawing.depth}ex"
        kind = "display" if display else "inline"
        return f'<img class="math {kind}" src="{_MATH}{name}" style="{style}" alt="{escape(tex)}">'

    def drawings_in(self, *fragments: str) -> dict[str, str]:
        """Return those of `drawings` that *fragments* of HTML show."""
        names = {name for html in fragments for name in _DRAWING.findall(html)}
        return {name: self.drawings[name] for name in sorted(names)}

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* and the code of the answer they lead to."""
        return [*words, raw(f' <span class="code-ref">{answer.code}</span>')]

    def picture(self, target: str) -> str:
        """Return *target* itself: the book's folder is the base of every address."""
        return target

    def table(self, table: Element) -> Elements:
        """Return *table*, called `dense` if its words must be broken to fit into a column."""
        (identifier, classes, pairs), *rest = table["c"]
        dense = sum(_longest_words(table)) > _DENSE
        return [{**table, "c": [[identifier, [*classes, *["dense"] * dense], pairs], *rest]}]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the raised number of a note."""
        del answer
        return f"<sup>{number}</sup>"


class Printer:
    """Lays out HTML again and again with the same style sheets, fonts and pictures."""

    def __init__(self, page: Page, base: Path) -> None:
        """Load WeasyPrint; *base* is the folder that addresses in the HTML start from.

        Raises MissingLibraryError where Pango is not on this system.
        """
        weasyprint = _weasyprint()
        from weasyprint.text.fonts import FontConfiguration

        self._base = f"{base.resolve().as_uri()}/"
        self._fetcher = _fetcher(page)
        self._fonts = FontConfiguration()
        self._html = weasyprint.HTML
        self._css = [
            weasyprint.CSS(filename=path, url_fetcher=self._fetcher, font_config=self._fonts)
            for path in page.stylesheets
        ]
        self._pictures: dict[str, object] = {_MATH + name: image for name, image in formulas(page.drawings).items()}

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


def _longest_words(table: Element) -> Iterator[int]:
    """Yield how many letters each column of *table* cannot break, with its distance to the next."""
    _, _, columns, head, bodies, _ = table["c"]
    rows = [cells for _, cells in [*head[1], *(row for body in bodies for row in body[3])]]
    for i in range(len(columns)):
        yield 1 + max((_unbroken(element) for cells in rows for element in walk(cells[i][4])), default=0)


def _unbroken(element: Element) -> int:
    match element["t"]:
        case "Str":
            return len(element["c"])
        case "Code":
            return len(element["c"][1])
        case "Math":
            return 5  # most formulas in cells are short
        case _:
            return 0


def render_pdf(html: str, page: Page, base: Path) -> bytes:
    """Return *html* as a PDF. Raises BuildError, MissingLibraryError."""
    return Printer(page, base).write(html)


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


def _fetcher(page: Page) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    folders = [folder.resolve() for folder in page.folders]

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        """Formulas, `data:` and files below our folders; anything else stops the build."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(_MATH):
                drawing = page.drawings[url.removeprefix(_MATH)]
                return URLFetcherResponse(url, drawing, {"Content-Type": "image/svg+xml"})
            if url.startswith("file:"):
                path = Path(unquote(urlsplit(url).path)).resolve()
                if not any(path.is_relative_to(folder) for folder in folders):
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
