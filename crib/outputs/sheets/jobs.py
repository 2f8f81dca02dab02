"""Cheat sheets: the gists of each chapter on whole pages, in the largest type that fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.outputs.sheets.format import CARD_GAP, Heading, SheetFit, heading, whole_paper
from crib.outputs.sheets.map import elsewhere_blocks, map_blocks
from crib.print.chapter_html import drawings_of
from crib.print.chapter_jobs import chapter_jobs
from crib.print.chunks import chunk, chunk_count
from crib.print.fit.measure import Block
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.printer import PrintSetup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book, Chapter
    from crib.print.chapter_html import ChapterHtml
    from crib.print.fit.copyfitting import FittedPages, PageFormat
    from crib.print.paper import Paper
    from crib.print.pdf.printer import FilledTemplate, Printer
    from crib.render.templates import Templates

_PARTS = ("question", "gist")
_LEGEND = 62
"""How wide the legend is, in millimeters."""

_WAIT = 8
"""For how many sheets a half page waits for another: they should not stand far from their place."""


@dataclass(frozen=True)
class Sheet:
    """What is printed under one heading.

    number  of the chapter, or empty
    legend  whether it says what the dots beside questions mean
    """

    number: str
    title: str
    heading: Heading
    legend: bool
    fit: FittedPages

    @classmethod
    def of(cls, number: str, title: str, press: PrintSetup, fit: FittedPages, *, levels: bool = False) -> Sheet:
        """Return a sheet; where there is room, and questions have *levels*, it has a legend."""
        page = fit.format
        room = page.paper.width - 2 * page.side
        beside, alone = (heading(number, title, press, width) for width in (room - _LEGEND, room))
        legend = levels and press.book.print.theme != "large" and (not page.half or beside == alone)
        return cls(number, title, beside if legend else alone, legend, fit)

    @property
    def format(self) -> PageFormat:
        """The format of its pages."""
        return self.fit.format


@dataclass(frozen=True)
class Panel:
    """One page of a sheet, counted from 1; on paper of twice its size it is the `second` half or the first.

    sheet  its place among all sheets
    """

    sheet: int
    page: int
    second: bool = False


Page = tuple[Panel, ...]
"""A page of paper."""


@dataclass(frozen=True)
class Outline:
    """What others have to know of a sheet: whether it is half a page, and the blocks on each page by their `id`."""

    half: bool
    pages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Share:
    """Some pages of all sheets, and what they show: `first` is the number of the first of them."""

    paper: Paper
    first: int
    pages: tuple[Page, ...]
    sheets: Mapping[int, Sheet]
    sections: tuple[ChapterHtml, ...]


def jobs(book: Book, templates: Templates, pages: int | None = None) -> Iterator[Job]:
    """Yield a PDF a chapter with answers, and one of them all if the book is whole.

    *pages* is how many each chapter fills; without, as few as its smallest type needs. Raises
    ContentError for characters that cannot be printed.
    """
    press = PrintSetup.of(book, templates, "sheets/sheets.css")
    typeset = [each for each in chapter_jobs(book, templates, _PARTS) if each.chapter.answers]
    fits = [Job("", fit, (each.job, press, pages)) for each in typeset]
    for each, sheet in zip(typeset, fits, strict=True):
        yield Job(f"sheets/{each.chapter.name}.pdf", print_one, (each.job, press, sheet))
    if fits and not book.selection.names:
        yield Job("sheets.pdf", merge_pdf, tuple(_parts(book, press, fits, [each.job for each in typeset])))


def _parts(book: Book, press: PrintSetup, fits: Sequence[Job], typeset: Sequence[Job]) -> Iterator[Job]:
    """Yield the parts of all sheets: first, if they are many, shares of where all is, last what is answered elsewhere.

    Which sheets share paper is known only once they are fitted, the jobs are known before: so there is
    a part a sheet, with the pages that end with it.
    """
    chapters = tuple(map(_bare, book.chapters))
    others = any(chapter.exercises for chapter in chapters)
    sheets = [*fits, *([Job("", elsewhere, (press, chapters))] if others else [])]
    outlines = [Job("", outline, (sheet,)) for sheet in sheets]
    order = Job("", impose, tuple(outlines))
    before = None
    if len(fits) > 1:
        where = Job("", find_all, (press, chapters, order, *outlines))
        before = Job("", outline, (where,))
        shares = chunk_count(book)
        for number in range(shares):
            yield Job("", print_share, (press, Job("", mapped, (press, where, number, shares))))
    for i in range(len(sheets)):
        start = max(0, i - _WAIT)
        shown = tuple(sheets[start : i + 1]), tuple(typeset[start : i + 1])
        yield Job("", print_share, (press, Job("", ending, (press, i, order, before, *shown))))


def _bare(chapter: Chapter) -> Chapter:
    """Return *chapter* with the keys, codes and topics of its answers alone."""
    return replace(chapter, answers=tuple(replace(answer.bare, tags=answer.tags) for answer in chapter.answers))


def fit(section: ChapterHtml, press: PrintSetup, pages: int | None) -> Sheet:
    """Return the sheet of *section*, on *pages* pages if that is given.

    Raises ContentError for answers that are higher than a column, or too many for *pages*.
    """
    blocks = [Block(entry.key, "card", entry, CARD_GAP) for entry in section.entries]
    if section.exercises:
        blocks.append(Block(f"exercises-{section.number}", "exercises", section.exercises, CARD_GAP))
    fitting = SheetFit(blocks, press, press.printer(section.drawings, section.entries))
    best = fitting.on(pages, section.file) if pages else fitting.best()
    levels = any(entry.level for entry in section.entries)
    return Sheet.of(str(section.number), section.title, press, best, levels=levels)


def print_one(section: ChapterHtml, press: PrintSetup, sheet: Sheet) -> bytes:
    """Return the PDF of one chapter."""
    pages = tuple((Panel(0, page),) for page in range(1, len(sheet.fit.pages) + 1))
    share = Share(sheet.format.paper, 1, pages, {0: sheet}, (section,))
    printer, html = _printed(press, f"{sheet.number} {sheet.title}", share)
    return printer.write_pdf(html)


def elsewhere(press: PrintSetup, chapters: Sequence[Chapter]) -> Sheet:
    """Return the sheet of what is answered elsewhere."""
    best = SheetFit(elsewhere_blocks(chapters), press, press.printer({})).best()
    return Sheet.of("", press.labels["exercises"], press, best)


def outline(sheet: Sheet) -> Outline:
    """Return what others have to know of *sheet*."""
    pages = (tuple(placed.block.id for column in page for placed in column.blocks) for page in sheet.fit.pages)
    return Outline(sheet.format.half, tuple(pages))


def impose(*outlines: Outline) -> tuple[Page, ...]:
    """Return the pages of all sheets, in their order: a half page shares paper with the next, where that stands.

    It waits for that no longer than for `_WAIT` sheets.
    """
    partners: dict[int, int] = {}
    waiting = -_WAIT - 1
    for i, each in enumerate(outlines):
        if each.half and i - waiting <= _WAIT:
            partners[i], waiting = waiting, -_WAIT - 1
        elif each.half:
            waiting = i
    pages: list[Page] = []
    for i in sorted(set(range(len(outlines))) - set(partners.values())):
        if i in partners:
            pages.append((Panel(partners[i], 1), Panel(i, 1, second=True)))
        else:
            pages += ((Panel(i, page),) for page in range(1, len(outlines[i].pages) + 1))
    return tuple(pages)


def find_all(press: PrintSetup, chapters: Sequence[Chapter], pages: Sequence[Page], *outlines: Outline) -> Sheet:
    """Return the map of all *pages*, which stand after its own."""
    before, found = 1, _map(press, chapters, pages, outlines, 1)
    while len(found.fit.pages) > before:
        before = len(found.fit.pages)
        found = _map(press, chapters, pages, outlines, before)
    return found


def _map(
    press: PrintSetup, chapters: Sequence[Chapter], pages: Sequence[Page], outlines: Sequence[Outline], before: int
) -> Sheet:
    """Return where everything is on *pages*, which stand after *before* others, on that many of its own or more."""
    places = {
        block: number
        for number, page in enumerate(pages, before + 1)
        for panel in page
        for block in outlines[panel.sheet].pages[panel.page - 1]
    }
    whole = SheetFit(map_blocks(chapters, places), press, press.printer({})).whole(before)
    return Sheet.of("", press.book.title, press, whole)


def mapped(press: PrintSetup, where: Sheet, number: int, shares: int) -> Share:
    """Return a share of the pages of the map."""
    pages = [(Panel(0, page),) for page in range(1, len(where.fit.pages) + 1)]
    mine = tuple(chunk(pages, number, shares))
    first = mine[0][0].page if mine else 0
    return Share(whole_paper(press.book.print), first, mine, {0: where}, ())


def ending(  # noqa: PLR0913, PLR0917 - what a page may show
    press: PrintSetup,
    i: int,
    pages: Sequence[Page],
    before: Outline | None,
    sheets: Sequence[Sheet],
    chapters: Sequence[ChapterHtml],
) -> Share:
    """Return those of *pages* that end with sheet *i*, of which *sheets* and their *chapters* are the last.

    They stand after those of *before*, the map, if there is one.
    """
    start = i + 1 - len(sheets)
    first = next((number for number, page in enumerate(pages, 1) if page[-1].sheet == i), 0)
    mine = tuple(page for page in pages if page[-1].sheet == i)
    shown = sorted({panel.sheet for page in mine for panel in page})
    single = len(pages) == len(pages[0]) == 1
    return Share(
        sheets[-1].format.paper if single else whole_paper(press.book.print),
        first + (len(before.pages) if before else 0),
        mine,
        {each: sheets[each - start] for each in shown},
        tuple(chapters[each - start] for each in shown if each - start < len(chapters)),
    )


def print_share(press: PrintSetup, share: Share) -> bytes:
    """Return the part with the pages of *share*; empty if it has none."""
    if not share.pages:
        return b""
    printer, html = _printed(press, press.book.title, share)
    return printer.write_part(html)


def _printed(press: PrintSetup, title: str, share: Share) -> tuple[Printer, FilledTemplate]:
    """Return the HTML of *share*, and what prints it."""
    html = press.html(
        "sheets/sheet.html.j2",
        title=title,
        paper=share.paper,
        first=share.first,
        pages=share.pages,
        sheets=share.sheets,
    )
    entries = [entry for section in share.sections for entry in section.entries]
    return press.printer(drawings_of(share.sections), entries), html
