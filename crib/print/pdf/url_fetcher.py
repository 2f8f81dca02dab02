"""The URL fetcher of WeasyPrint: only files of the book and its templates, formulas and `data:`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crib.print.flavor import MATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def url_fetcher(folders: Iterable[Path], drawings: Mapping[str, str]) -> Any:
    """Return a fetcher of files in *folders* and of *drawings*, the SVG of formulas by name.

    For everything else it raises FatalURLFetchingError, to stop the build.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    roots = [folder.resolve() for folder in folders]

    class BookFetcher(URLFetcher):  # type: ignore[misc]
        """Fetches formulas, `data:` and files in the folders."""

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
