"""Jobs of the pocket booklets: the gists of a chapter on one side of a sheet, to cut once and fold."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.outputs.chapters_with_gists import chapters_with_gists
from crib.outputs.pocket.imposition import PAGES, panel_position, panel_size
from crib.print.fit.answer_blocks import answer_blocks
from crib.print.fit.box_heights import PX_PER_MM, box_heights
from crib.print.fit.copyfitting import PageFitter, PageFormat
from crib.print.fit.measure import Block, BlockHeights, Ruler
from crib.print.paper import PAPER_SIZES
from crib.print.pdf.print_setup import PrintSetup
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from crib.print.chapter_html import ChapterHtml
    from crib.print.fit.copyfitting import FittedPages
    from crib.print.pdf.printer import Printer
    from crib.render.templates import Templates

LARGEST, SMALLEST = 12.0, 5.5
"""Type sizes, in points."""

_TITLES = (17.0, 14.0, 11.0, 8.0, SMALLEST)
_TITLE_HEIGHT = 40  # millimeters, above the folding instructions
_GAP = 0.8
_INNER = PAGES - 1  # the first page is the cover


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the job of one PDF per chapter with answers; none in the theme `large`, whose type is too large.

    Raises ContentError for unprintable characters.
    """
    if book.print.theme == "large":
        return
    sheets = PrintSetup.of(book, templates, "sheets/sheets.css")
    press = PrintSetup.of(book, templates, "sheets/sheets.css", "pocket/pocket.css")
    for typeset in chapters_with_gists(book, templates, ("question", "choices", "gist")):
        if typeset.chapter.answers:
            yield Job(f"pocket/{book.named_chapter(typeset.chapter)}.pdf", print_booklets, (typeset.job, press, sheets))


def print_booklets(section: ChapterHtml, press: PrintSetup, sheets: PrintSetup) -> bytes:
    """Return the PDF of *section*: one booklet, or several if it does not fit in the smallest type.

    Expected heights come from the setup of *sheets*: its measurements are cached.
    Raises ContentError for a gist or title too long for a page.
    """
    sheet = PAPER_SIZES[press.book.print.paper].rotated
    page = PageFormat(panel_size(sheet), columns=1, edge=6, side=6, head=0, foot=8.5)
    printer = press.printer(section.drawings, section.entries)
    blocks = answer_blocks(section.entries, _GAP)
    samples = Ruler(sheets, sheets.printer(section.drawings, section.entries))
    fit = _fit(blocks, Ruler(press, printer), samples, page)
    html = press.html(
        "pocket/pocket.html.j2",
        section=section,
        sheet=sheet,
        fit=fit,
        booklets=[fit.pages[i : i + _INNER] for i in range(0, len(fit.pages), _INNER)],
        places=[panel_position(number, sheet) for number in range(1, PAGES + 1)],
        title_size=_title_size(section, press, printer, page),
    )
    return printer.write_pdf(html)


def _fit(blocks: list[Block], ruler: Ruler, samples: Ruler, page: PageFormat) -> FittedPages:
    """Fit *blocks* on the inner pages of as few booklets as possible. Raises ContentError."""
    fitting = PageFitter(BlockHeights(blocks, ruler, samples), page)
    for booklets in range(1, ceil(len(blocks) / _INNER) + 1):
        if fit := fitting.fit_pages(min(booklets * _INNER, len(blocks)), SMALLEST, LARGEST):
            return fit
    fitting.check(SMALLEST)
    alone = ((block, PageFitter(BlockHeights([block], ruler, samples), page)) for block in blocks)
    raise ContentError([_too_high(block) for block, single in alone if not single.fit_pages(1, SMALLEST, SMALLEST)])


def _title_size(section: ChapterHtml, press: PrintSetup, printer: Printer, page: PageFormat) -> float:
    """Return the largest type size, in points, in which the title leaves room for the rest of the cover."""
    html = press.html("pocket/title.html.j2", section=section, page=page, sizes=_TITLES)
    high = box_heights(printer.lay_out(html))
    fitting = (size for i, size in enumerate(_TITLES) if high[f"title-{i}"] <= _TITLE_HEIGHT * PX_PER_MM)
    if (size := next(fitting, None)) is None:
        hint = "shorten it"
        raise ContentError([Problem(section.file, 1, "too-high", "the title does not fit on a pocket booklet", hint)])
    return size


def _too_high(block: Block) -> Problem:
    text = f"{block.item.name_of_gist} does not fit on a page of a pocket booklet"
    hint = block.item.hint_if_too_long("shorten it: the full answer has room for the rest")
    return Problem(block.item.file, 0, "too-high", text, hint, answer=block.item.key)
