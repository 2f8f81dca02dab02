"""Jobs of the flashcards: the question on the front, the gist on the back, in the largest type that fits.

Imposition is cut-and-stack: all sheets are cut as one stack, and the piles, stacked on top of one another,
are in the order of the codes. Cards on perforated stock are in this order on each sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from crib.engine.job import Job
from crib.outputs.cards.grid import Grid
from crib.outputs.cards.type_size import fit_cards
from crib.outputs.chapters_with_gists import chapters_with_gists
from crib.print.chapter_html import drawings_of
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.print_setup import PrintSetup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model import Book
    from crib.outputs.cards.grid import Flip
    from crib.outputs.cards.stocks import Stock
    from crib.outputs.cards.type_size import Card
    from crib.render.templates import Templates

_Card = TypeVar("_Card")


@dataclass(frozen=True)
class Duplex:
    """Settings of duplex printing.

    flip    the edge over which the printer flips the paper
    dx, dy  offset of the backs to the right and down, in millimeters, seen from the back
    """

    flip: Flip = "long"
    dx: float = 0.0
    dy: float = 0.0


def jobs(  # noqa: PLR0913 - an argument for each option
    book: Book,
    templates: Templates,
    *,
    stock: Stock | None = None,
    fold: bool = False,
    flip: Flip = "long",
    dx: float = 0.0,
    dy: float = 0.0,
) -> Iterator[Job]:
    """Yield the job of one PDF with all cards, if any: an instruction and test sheet, then the cards.

    stock         card stock; None for eight cards on a sheet, or four large ones
    fold          print both sides of a card beside each other on one side of the paper
    flip, dx, dy  see `Duplex`

    Raises ContentError for unprintable characters, BuildError if no card fits on the paper, and click.UsageError
    for settings of duplex printing together with *fold*.
    """
    duplex = Duplex(flip, dx, dy)
    if fold and duplex != Duplex():
        raise click.UsageError("--fold prints on one side only: leave out --flip, --dx and --dy")
    press, grid = PrintSetup.of(book, templates, "cards/cards.css"), Grid.of(book.print, stock, fold=fold)
    if cards := card_jobs(book, templates, press, grid):
        yield cards_job(f"{book.named('cards')}.pdf", list(cards.values()), press, grid, duplex)


def card_jobs(book: Book, templates: Templates, press: PrintSetup, grid: Grid) -> dict[str, Job]:
    """Return the job of each card by the key of its answer, in reading order. Raises ContentError like `jobs`."""
    cards: dict[str, Job] = {}
    for typeset in chapters_with_gists(book, templates):
        deck = Job("", fit_cards, (typeset.job, press, grid))
        cards |= {answer.key: Job("", card_at, (i, deck)) for i, answer in enumerate(typeset.chapter.answers)}
    return cards


def cards_job(path: str, cards: Sequence[Job], press: PrintSetup, grid: Grid, duplex: Duplex) -> Job:
    """Return the job of a PDF with *cards* in this order, after the sheet of instructions."""
    sheets = (cut_and_stack if grid.cut else sheet_by_sheet)(cards, grid.places)
    parts = [
        Job("", print_card_sheet, (press, grid, duplex, number, len(sheets), *sheet))
        for number, sheet in enumerate(sheets, 1)
    ]
    return Job(path, merge_pdf, (Job("", print_guide, (press, grid, duplex)), *parts))


def card_at(i: int, cards: Sequence[Card]) -> Card:
    """Return one of *cards*, so that a sheet depends on its own cards alone."""
    return cards[i]


def print_guide(press: PrintSetup, grid: Grid, duplex: Duplex) -> bytes:
    """Return the part with the instructions and the printer test."""
    return _print(press, grid, duplex, 0, 0, ())


def print_card_sheet(press: PrintSetup, grid: Grid, duplex: Duplex, number: int, count: int, *cards: Card) -> bytes:
    """Return the part with one of *count* sheets of cards."""
    return _print(press, grid, duplex, number, count, cards)


def _print(  # noqa: PLR0913, PLR0917 - a job's
    press: PrintSetup, grid: Grid, duplex: Duplex, number: int, count: int, cards: Sequence[Card]
) -> bytes:
    html = press.html("cards/cards.html.j2", grid=grid, turning=duplex, number=number, count=count, cards=cards)
    card_sections = [card.section for card in cards]
    entries = [entry for section in card_sections for entry in section.entries]
    return press.printer(drawings_of(card_sections), entries).write_part(html)


def cut_and_stack(cards: Sequence[_Card], places: int) -> list[list[_Card]]:
    """Impose *cards* cut-and-stack on sheets of *places* each, and return the cards of each sheet by place.

    Only the last sheet may have empty places, after its cards.
    """
    full, rest = divmod(len(cards), places)
    starts = [place * full + min(place, rest) for place in range(places)]
    sheets = [[cards[start + sheet] for start in starts] for sheet in range(full)]
    last = [cards[start + full] for start in starts[:rest]]
    return [*sheets, last] if last else sheets


def sheet_by_sheet(cards: Sequence[_Card], places: int) -> list[list[_Card]]:
    """Impose *cards* in order on sheets of *places* each, and return the cards of each sheet by place."""
    return [list(cards[start : start + places]) for start in range(0, len(cards), places)]
