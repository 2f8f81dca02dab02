"""Add finishing to the jobs of printed files: selected pages, grayscale, imposition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.selection import Finishing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.engine.job import Job
    from crib.model import Book
    from crib.render.templates import Templates


def finished(jobs: Iterable[Job], finishing: Finishing, book: Book, templates: Templates) -> Iterator[Job]:
    """Yield *jobs* of *book*, with *finishing* applied to each PDF."""
    if finishing == Finishing():
        yield from jobs
        return
    from crib.print.pdf.finish_pdf import finish_pdf
    from crib.print.pdf.print_setup import PrintSetup

    press = PrintSetup.of(book, templates)
    for job in jobs:
        if not job.path.endswith(".pdf"):
            yield job
            continue
        laid_out = replace(job, path="", record=None, notices=())
        yield replace(job, make=finish_pdf, arguments=(laid_out, job.path, finishing, press))
