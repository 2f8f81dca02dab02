"""Jobs of the cheat sheets: the gists of each chapter on whole pages, in the largest fitting type.

Each chapter has a PDF of its own; another one contains all of them, after a map of all answers, with the
exercises answered by other sources at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.engine.job import Job
from crib.model.sheet_figures import only_figures
from crib.outputs.chapters_with_gists import chapters_with_gists
from crib.outputs.sheets.blocks import sheet_blocks, sheet_setup
from crib.outputs.sheets.format import FormatChoice, Heading, card_gap, fit_heading, whole_paper
from crib.outputs.sheets.imposition import WAIT, SheetOutline, SheetPage, impose
from crib.outputs.sheets.map_and_exercises import exercise_blocks, map_blocks
from crib.print.chapter_html import drawings_of, with_figures, with_formulas
from crib.print.chunks import chunk, chunk_count
from crib.print.fit.measure import Block
from crib.print.paper import poster_scale
from crib.print.pdf.merge_pdf import merge_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crib.model import Book, Chapter
    from crib.outputs.sheets.imposition import PaperPage
    from crib.print.chapter_html import ChapterHtml
    from crib.print.chapter_jobs import ChapterJob
    from crib.print.fit.copyfitting import FittedPages, PageFormat
    from crib.print.paper import Paper
    from crib.print.pdf.print_setup import FilledTemplate, PrintSetup
    from crib.print.pdf.printer import Printer
    from crib.render.templates import Templates

_FRAGMENTS = ("question", "choices", "gist")
_LEGEND = 62
"""The width of the legend on A4, in millimeters."""


@dataclass(frozen=True)
class Sheet:
    """A sheet, fitted to its pages.

    number  number of its chapter, or ""
    legend  True if it explains the dots beside questions
    """

    number: str
    title: str
    heading: Heading
    legend: bool
    fit: FittedPages

    @classmethod
    def of(cls, number: str, title: str, press: PrintSetup, fit: FittedPages, *, levels: bool = False) -> Sheet:
        """Return a sheet with a legend if questions have *levels* and there is room beside the heading."""
        page = fit.format
        room = page.paper.width - 2 * page.side
        beside, alone = (
            fit_heading(number, title, press, width)
            for width in (room - _LEGEND * poster_scale(press.book.print.paper), room)
        )
        legend = levels and press.book.print.theme != "large" and (not page.half or beside == alone)
        return cls(number, title, beside if legend else alone, legend, fit)

    @property
    def format(self) -> PageFormat:
        """The format of its pages."""
        return self.fit.format


@dataclass(frozen=True)
class SheetPart:
    """Pages of one PDF part, and their data.

    first     number of the first page of paper
    sheets    sheets by position among all
    sections  the chapters of these sheets
    """

    paper: Paper
    first: int
    pages: tuple[PaperPage, ...]
    sheets: Mapping[int, Sheet]
    sections: tuple[ChapterHtml, ...]


def jobs(book: Book, templates: Templates, pages: int | None = None) -> Iterator[Job]:
    """Yield the job of one PDF per chapter with answers, and of one with all of them unless chapters are selected.

    *pages* is the number of pages for each chapter, by default the minimum for the smallest type. Raises
    ContentError for unprintable characters.
    """
    press = sheet_setup(book, templates)
    chapters = list(_chapters(book, templates))
    fitted = [Job("", fit_sheet, (typeset.job, press, pages)) for typeset in chapters]
    for typeset, sheet in zip(chapters, fitted, strict=True):
        yield Job(f"sheets/{book.named_chapter(typeset.chapter)}.pdf", print_chapter_sheet, (typeset.job, press, sheet))
    if fitted and not book.selection.chapters:
        parts = _parts(book, press, fitted, [typeset.job for typeset in chapters])
        yield Job(f"{book.named('sheets')}.pdf", merge_pdf, tuple(parts))


def _chapters(book: Book, templates: Templates) -> Iterator[ChapterJob]:
    """Yield the job of each chapter with answers: its gists, and its formula strip and marked figures if it has any."""
    used_templates = templates.only("fonts", "labels")
    for typeset in chapters_with_gists(book, templates, _FRAGMENTS):
        chapter, job = typeset.chapter, typeset.job
        bare = replace(chapter, exercises=(), formulas=())
        if chapter.formulas:
            part = replace(book.bare, chapters=(replace(bare, answers=(), formulas=chapter.formulas),))
            job = Job("", with_formulas, (job, part, used_templates))
        marked = [answer for answer in chapter.answers if any(picture.sheet for picture in answer.pictures)]
        if marked:
            part = replace(book.bare, chapters=(replace(bare, answers=tuple(map(only_figures, marked))),))
            job = Job("", with_figures, (job, part, used_templates))
        if chapter.answers:
            yield replace(typeset, job=job)


def _parts(book: Book, press: PrintSetup, fitted: Sequence[Job], typeset: Sequence[Job]) -> Iterator[Job]:
    """Yield the parts of the PDF of all sheets: the map if there are several, chapters, exercises answered elsewhere.

    Jobs are planned before sheets are fitted, and so before it is known which half pages share paper. So there
    is one part per sheet, with the pages ending with it.
    """
    chapters = tuple(map(_without_text, book.chapters))
    has_exercises = any(chapter.exercises for chapter in chapters)
    sheets = [*fitted, *([Job("", fit_exercises, (press, chapters))] if has_exercises else [])]
    outlines = [Job("", outline_sheet, (sheet,)) for sheet in sheets]
    imposed = Job("", impose, tuple(outlines))
    map_outline = None
    if len(fitted) > 1:
        map_sheet = Job("", fit_map, (press, chapters, imposed, *outlines))
        map_outline = Job("", outline_sheet, (map_sheet,))
        count = chunk_count(book)
        for number in range(count):
            yield Job("", print_sheet_part, (press, Job("", map_part, (press, map_sheet, number, count))))
    for i in range(len(sheets)):
        start = max(0, i - WAIT)
        near = tuple(sheets[start : i + 1]), tuple(typeset[start : i + 1])
        part = Job("", part_ending_with, (press, i, imposed, map_outline, *near))
        yield Job("", print_sheet_part, (press, part))


def _without_text(chapter: Chapter) -> Chapter:
    """Return *chapter* with only the keys, codes and topics of its answers."""
    return replace(chapter, answers=tuple(replace(answer.bare, tags=answer.tags) for answer in chapter.answers))


def fit_sheet(section: ChapterHtml, press: PrintSetup, pages: int | None) -> Sheet:
    """Fit the sheet of *section*, onto *pages* pages if given.

    Raises ContentError for answers higher than a column, or too many for *pages*.
    """
    blocks, gap = sheet_blocks(section.entries, press), card_gap(press.book.print)
    if section.formulas:
        blocks.append(Block(f"formulas-{section.number}", "formulas", section.formulas, gap))
    if section.exercises:
        blocks.append(Block(f"exercises-{section.number}", "exercises", section.exercises, gap))
    choice = FormatChoice(blocks, press, press.printer(section.drawings, section.entries))
    fit = choice.with_figures(choice.exactly(pages, section.file) if pages else choice.best())
    levels = any(entry.level for entry in section.entries)
    return Sheet.of(str(section.number), section.title, press, fit, levels=levels)


def fit_exercises(press: PrintSetup, chapters: Sequence[Chapter]) -> Sheet:
    """Fit the sheet of exercises answered by other sources."""
    fit = FormatChoice(exercise_blocks(chapters), press, press.printer({})).best()
    return Sheet.of("", press.labels["exercises"], press, fit)


def fit_map(
    press: PrintSetup, chapters: Sequence[Chapter], pages: Sequence[PaperPage], *outlines: SheetOutline
) -> Sheet:
    """Fit the map of all *pages*, numbered after the pages of the map itself."""
    count, fitted = 1, _fit_map(press, chapters, pages, outlines, 1)
    while len(fitted.fit.pages) > count:
        count = len(fitted.fit.pages)
        fitted = _fit_map(press, chapters, pages, outlines, count)
    return fitted


def _fit_map(
    press: PrintSetup,
    chapters: Sequence[Chapter],
    pages: Sequence[PaperPage],
    outlines: Sequence[SheetOutline],
    before: int,
) -> Sheet:
    """Fit the map of *pages*, numbered after *before* others, onto *before* pages or more."""
    numbers = {
        block: number
        for number, page in enumerate(pages, before + 1)
        for sheet_page in page
        for block in outlines[sheet_page.sheet].pages[sheet_page.page - 1]
    }
    fit = FormatChoice(map_blocks(chapters, numbers), press, press.printer({})).whole_pages(before)
    return Sheet.of("", press.book.title, press, fit)


def outline_sheet(sheet: Sheet) -> SheetOutline:
    """Return the outline of *sheet*."""
    pages = (tuple(placed.block.id for column in page for placed in column.blocks) for page in sheet.fit.pages)
    return SheetOutline(sheet.format.half, tuple(pages))


def map_part(press: PrintSetup, sheet: Sheet, number: int, count: int) -> SheetPart:
    """Return one of *count* parts with the pages of the map *sheet*."""
    pages = [(SheetPage(0, page),) for page in range(1, len(sheet.fit.pages) + 1)]
    mine = tuple(chunk(pages, number, count))
    first = mine[0][0].page if mine else 0
    return SheetPart(whole_paper(press.book.print), first, mine, {0: sheet}, ())


def part_ending_with(  # noqa: PLR0913, PLR0917 - what a page may show
    press: PrintSetup,
    i: int,
    pages: Sequence[PaperPage],
    map_outline: SheetOutline | None,
    sheets: Sequence[Sheet],
    chapters: Sequence[ChapterHtml],
) -> SheetPart:
    """Return the part with the *pages* ending with sheet *i*, the last of *sheets* and *chapters*.

    They are numbered after the pages of the map, if there is one.
    """
    start = i + 1 - len(sheets)
    first = next((number for number, page in enumerate(pages, 1) if page[-1].sheet == i), 0)
    mine = tuple(page for page in pages if page[-1].sheet == i)
    shown = sorted({sheet_page.sheet for page in mine for sheet_page in page})
    single = len(pages) == len(pages[0]) == 1
    return SheetPart(
        sheets[-1].format.paper if single else whole_paper(press.book.print),
        first + (len(map_outline.pages) if map_outline else 0),
        mine,
        {sheet: sheets[sheet - start] for sheet in shown},
        tuple(chapters[sheet - start] for sheet in shown if sheet - start < len(chapters)),
    )


def print_chapter_sheet(section: ChapterHtml, press: PrintSetup, sheet: Sheet) -> bytes:
    """Return the PDF of one chapter."""
    pages = tuple((SheetPage(0, page),) for page in range(1, len(sheet.fit.pages) + 1))
    part = SheetPart(sheet.format.paper, 1, pages, {0: sheet}, (section,))
    printer, html = _html(press, f"{sheet.number} {sheet.title}".strip(), part)
    return printer.write_pdf(html)


def print_sheet_part(press: PrintSetup, part: SheetPart) -> bytes:
    """Return *part* as a PDF part for merging, b"" if it has no pages."""
    if not part.pages:
        return b""
    printer, html = _html(press, press.book.title, part)
    return printer.write_part(html)


def _html(press: PrintSetup, title: str, part: SheetPart) -> tuple[Printer, FilledTemplate]:
    """Return the HTML of *part*, and the printer for it."""
    html = press.html(
        "sheets/sheet.html.j2",
        title=title,
        paper=part.paper,
        scale=poster_scale(press.book.print.paper),
        first=part.first,
        pages=part.pages,
        sheets=part.sheets,
    )
    entries = [entry for section in part.sections for entry in section.entries]
    return press.printer(drawings_of(part.sections), entries), html
