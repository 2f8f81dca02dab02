"""Finishing as a step of a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.pipeline.finishing import finished
from crib.print.pdf.finish_pdf import finish_pdf
from crib.render.templates import Templates
from crib.selection import Finishing
from crib.source import read_book

if TYPE_CHECKING:
    from tests.conftest import MakeBook


def test_pdfs_are_finished_and_other_files_are_not(make_book: MakeBook) -> None:
    """An output of another package may print a text."""
    book, templates = read_book(make_book()).book, Templates()
    jobs = [Job("gists.txt", bytes, ()), Job("gists.pdf", bytes, ())]
    assert list(finished(jobs, Finishing(), book, templates)) == jobs
    text, pdf = finished(jobs, Finishing(grayscale=True), book, templates)
    assert text == jobs[0]
    assert (pdf.path, pdf.make, [job.path for job in pdf.needs]) == ("gists.pdf", finish_pdf, [""])
