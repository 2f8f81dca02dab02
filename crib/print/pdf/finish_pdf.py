"""Finishing of a PDF after layout: page selection, grayscale, imposition."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pikepdf import Pdf

from crib import plurals
from crib.print.imposition import booklet, n_up, signatures
from crib.print.paper import Paper, paper_name
from crib.print.pdf.grayscale import to_grayscale
from crib.print.pdf.impose_pages import impose_pages, put_guide_before
from crib.print.pdf.keep_pages import keep_pages
from crib.print.pdf.tagged_pdf import saved
from crib.problems import BuildError

if TYPE_CHECKING:
    from crib.print.pdf.print_setup import PrintSetup
    from crib.selection import Finishing


_POINTS = 72 / 25.4


def finish_pdf(pdf: bytes, path: str, finishing: Finishing, setup: PrintSetup) -> bytes:
    """Return the *pdf* of the file *path*, finished. Raises BuildError for missing pages."""
    with Pdf.open(BytesIO(pdf)) as opened:
        if finishing.page_ranges:
            keep_pages(opened, _numbers(finishing, path, len(opened.pages)))
        if finishing.impose:
            _impose(opened, finishing, setup)
        if finishing.grayscale:
            to_grayscale(opened)
        return saved(opened)


def _numbers(finishing: Finishing, path: str, count: int) -> set[int]:
    if missing := [last for _, last in finishing.page_ranges if last > count]:
        text = f"{path} has {plurals.count(count, 'page')}: there is no page {missing[0]}"
        raise BuildError(text, code="pages", hint=f"use pages from 1 to {count}")
    return {number for first, last in finishing.page_ranges for number in range(first, last + 1)}


def _impose(pdf: Pdf, finishing: Finishing, setup: PrintSetup) -> None:
    """Put the pages of *pdf* on sheets, after a page that says how to print them."""
    count, rtl = len(pdf.pages), setup.book.direction == "rtl"
    page = Paper(*(float(side) / _POINTS for side in pdf.pages[0].mediabox[2:]))
    landscape = page.width > page.height
    sizes, number = [], 2 if finishing.impose == "booklet" else int(finishing.impose[0])
    if finishing.impose == "booklet":
        sizes = signatures(count, finishing.signature)
        sides = booklet(sizes, landscape=landscape, rtl=rtl)
    else:
        sides = n_up(count, number, landscape=landscape, rtl=rtl)
    impose_pages(pdf, sides, rotated=number == 2)
    sheet = page.rotated if number == 2 else page
    html = setup.html(
        "print/imposition.html.j2",
        sheet=sheet,
        paper=paper_name(sheet),
        signatures=[size // 4 for size in sizes],
        number=number,
    )
    put_guide_before(pdf, setup.printer({}).write_pdf(html))
