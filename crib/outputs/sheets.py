"""Cheat sheets: the gists of each chapter on whole pages, in the largest type that fits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from crib.job import Job
from crib.outputs.sections import sections
from crib.outputs.sheetfit import CARD_GAP, Heading, SheetFit, heading, whole_paper
from crib.outputs.sheetmap import elsewhere_blocks, map_blocks
from crib.press.measured import Block
from crib.press.printer import Press
from crib.press.typeset import drawings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model import Book
    from crib.press.fit import Fit, Format
    from crib.press.paper import Paper
    from crib.press.typeset import Section
    from crib.render.templates import Templates

_PARTS = ("question", "gist")
_LEGEND = 62
"""How wide the legend is, in millimeters."""


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
    fit: Fit

    @classmethod
    def of(cls, number: str, title: str, press: Press, fit: Fit, *, levels: bool = False) -> Sheet:
        """Return a sheet; where there is room, and questions have *levels*, it has a legend."""
        page = fit.format
        room = page.paper.width - 2 * page.side
        beside, alone = (heading(number, title, press, width) for width in (room - _LEGEND, room))
        legend = levels and press.book.print.theme != "large" and (not page.half or beside == alone)
        return cls(number, title, beside if legend else alone, legend, fit)

    @property
    def format(self) -> Format:
        """The format of its pages."""
        return self.fit.format


@dataclass(frozen=True)
class Panel:
    """One page of a sheet, counted from 1; on paper of twice its size it is the `second` half or the first."""

    sheet: Sheet
    page: int
    second: bool = False


Page = list[Panel]
"""A page of paper."""


def jobs(book: Book, templates: Templates, pages: int | None = None) -> Iterator[Job]:
    """Yield a PDF a chapter with answers, and one of them all if the book is whole.

    *pages* is how many each chapter fills; without, as few as its smallest type needs. Raises
    ContentError for characters that cannot be printed.
    """
    press = Press.of(book, templates, "sheet/sheet.css")
    typeset = sections(book, templates, _PARTS)
    fits = []
    for each in typeset:
        if each.chapter.answers:
            fits.append(Job("", fit, (each.section, press, pages)))
            yield Job(f"sheets/{each.chapter.name}.pdf", print_one, (each.section, press, fits[-1]))
    if fits and not book.selection.names:
        yield Job("sheets.pdf", print_all, (tuple(each.section for each in typeset), press, *fits))


def fit(section: Section, press: Press, pages: int | None) -> Sheet:
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


def print_one(section: Section, press: Press, sheet: Sheet) -> bytes:
    """Return the PDF of one chapter."""
    return _print(f"{sheet.number} {sheet.title}", sheet.format.paper, press, _alone(sheet), [section])


def print_all(chapters: Sequence[Section], press: Press, *sheets: Sheet) -> bytes:
    """Return the PDF of all *sheets*: first, if they are many, where all is, last what is answered elsewhere."""
    pages = _imposed(sheets)
    if others := elsewhere_blocks(chapters):
        last = Sheet.of("", press.labels["exercises"], press, SheetFit(others, press, press.printer({})).best())
        alone = pages.pop() if last.format.half and _has_room(pages[-1]) else []
        pages += _imposed([*(panel.sheet for panel in alone), last])
    if len(sheets) > 1:
        maps = (_alone(_map(chapters, press, pages, before)) for before in count(1))
        pages = [*next(found for before, found in enumerate(maps, 1) if len(found) <= before), *pages]
    single = len(pages) == len(pages[0]) == 1
    paper = pages[0][0].sheet.format.paper if single else whole_paper(press.book.print)
    return _print(press.book.title, paper, press, pages, chapters)


def _map(chapters: Sequence[Section], press: Press, pages: Sequence[Page], before: int) -> Sheet:
    """Return where everything is on *pages*, which stand after *before* others."""
    places = {
        placed.block.id: number
        for number, page in enumerate(pages, before + 1)
        for panel in page
        for column in panel.sheet.fit.pages[panel.page - 1]
        for placed in column.blocks
    }
    return Sheet.of(
        "", press.book.title, press, SheetFit(map_blocks(chapters, places), press, press.printer({})).whole()
    )


def _alone(sheet: Sheet) -> list[Page]:
    """Return the pages of *sheet*, each on paper of its own."""
    return [[Panel(sheet, page)] for page in range(1, len(sheet.fit.pages) + 1)]


def _imposed(sheets: Sequence[Sheet]) -> list[Page]:
    """Return the pages of *sheets*: each half page shares paper with the one before, where the second stands."""
    pages: list[Page] = []
    half: Page = []
    for sheet in sheets:
        if not sheet.format.half:
            pages.extend(_alone(sheet))
        elif half:
            pages.append([*half, Panel(sheet, 1, second=True)])
            half = []
        else:
            half = _alone(sheet)[0]
    return [*pages, half] if half else pages


def _has_room(page: Page) -> bool:
    return len(page) == 1 and page[0].sheet.format.half


def _print(title: str, paper: Paper, press: Press, pages: Sequence[Page], chapters: Sequence[Section]) -> bytes:
    html = press.html("sheet/sheet.html.j2", title=title, paper=paper, pages=pages)
    entries = [entry for section in chapters for entry in section.entries]
    return press.printer(drawings_of(chapters), entries).write(html)
