"""Helpers for tests of printed outputs: print files, and read them with pdfium."""

from __future__ import annotations

import io
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2 as pdfium

from crib.engine.job import with_line
from crib.problems import CribError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crib.engine.job import Job


def made(jobs: Iterable[Job]) -> dict[str, bytes]:
    """Return the files of *jobs* by path, computed in this process."""
    make = maker()
    return {job.path: make(job) for job in jobs}


def maker() -> Callable[[Job], Any]:
    """Return a function to run a job and its needs, each once, in this process."""
    values: dict[Job, Any] = {}

    def make(job: Job) -> Any:
        if job not in values:
            arguments = job.resolve(make)
            try:
                values[job] = job.make(*arguments)
            except CribError as error:
                raise error.mapped(partial(with_line, job=job)) from None
        return values[job]

    return make


def words(text: str) -> str:
    """Return *text* as a PDF's text can be compared: without space, hyphens and line ends."""
    return re.sub(r"[\s\u00ad\ufffe\x02-]", "", text)


def texts_of(pdf: bytes) -> list[str]:
    """Return the text of each page of *pdf*."""
    return [page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(pdf)]


def text_of(pdf: bytes) -> str:
    """Return all text of *pdf*, page after page."""
    return "\n".join(texts_of(pdf))


def strange_fonts(pdf: bytes) -> set[str]:
    """Return the fonts of *pdf* not embedded, or not Crib's; all if it has none."""
    document = pikepdf.open(io.BytesIO(pdf))
    items = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
    fonts = [item for item in items if item.get("/Type") == "/FontDescriptor"]
    return {str(font.FontName) for font in fonts if not _is_ours(font)} if fonts else {"none"}


def _is_ours(font: pikepdf.Dictionary) -> bool:
    embedded = "/FontFile2" in font or "/FontFile3" in font
    _, _, name = str(font.FontName).partition("+")
    return embedded and name.startswith(("Source-Sans-3", "Source-Code-Pro", "STIX-Two-Math"))
