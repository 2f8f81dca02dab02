"""Printed pages in the preview: errors, and requests after them."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from multiprocessing import get_context
from queue import Queue
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument

from crib.engine.job import Job
from crib.preview.printed_pages import PagePrinter
from tests.engine.jobs import read

if TYPE_CHECKING:
    from pathlib import Path


def test_a_save_prints_failed_pages_again(tmp_path: Path) -> None:
    """Until then, they are not printed again and again."""
    path, printed = tmp_path / "page.pdf", Queue[str]()
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        printer = PagePrinter(lambda: nullcontext((pool, 1)), lambda call: call(), printed.put, lambda _: True)
        request = partial(printer.pages, "sheet", [Job("page.pdf", read, (str(path),))])
        assert request().late
        printed.get(timeout=60)
        assert request().error
        with PdfDocument.new() as pdf:
            pdf.new_page(72, 72)
            pdf.save(path)
        assert request().error
        printer.forget_errors()
        assert request().late
        printed.get(timeout=60)
        assert not request().error
        assert len(request().images) == 1
    assert printed.empty()
