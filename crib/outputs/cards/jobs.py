"""Flashcards: the question in front, the gist behind, each in the largest type that fits its card.

Sheets are cut as one stack: the cards of each place on the sheet follow one another, so that the
piles that come out of it, laid on one another, are in the order of the codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from crib.engine.job import Job
from crib.outputs.cards.type_size import Grid, fit
from crib.print.chapter_html import drawings_of
from crib.print.chapter_jobs import chapter_jobs
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.printer import PrintSetup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model import Book
    from crib.outputs.cards.type_size import Card, Flip
    from crib.render.templates import Templates

_Card = TypeVar("_Card")


@dataclass(frozen=True)
class Turning:
    """How sheets are printed on both sides.

    flip    the edge over which the printer turns a sheet
    dx, dy  by how many millimeters to the right and down backs are moved, as one looks at them
    """

    flip: Flip
    dx: float
    dy: float


def jobs(book: Book, templates: Templates, *, flip: Flip = "long", dx: float = 0.0, dy: float = 0.0) -> Iterator[Job]:
    """Yield one PDF of all cards, if there are any: a sheet that explains and tests printing, then a part a sheet.

    flip, dx, dy  see `Turning`

    Raises ContentError for characters that cannot be printed.
    """
    press, turning = PrintSetup.of(book, templates, "cards/cards.css"), Turning(flip, dx, dy)
    cards = []
    for each in chapter_jobs(book, templates):
        deck = Job("", fit, (each.job, press))
        cards += [Job("", nth, (i, deck)) for i in range(len(each.chapter.answers))]
    if cards:
        sheets = stacked(cards, Grid.of(book.print).places)
        parts = [
            Job("", print_sheet, (press, turning, number, len(sheets), *sheet))
            for number, sheet in enumerate(sheets, 1)
        ]
        yield Job(f"{book.named('cards')}.pdf", merge_pdf, (Job("", print_guide, (press, turning)), *parts))


def nth(i: int, cards: Sequence[Card]) -> Card:
    """Return one card of a chapter: so a sheet is printed again only if one of its own cards changes."""
    return cards[i]


def print_guide(press: PrintSetup, turning: Turning) -> bytes:
    """Return the part that explains and tests printing."""
    return _print(press, turning, 0, 0, ())


def print_sheet(press: PrintSetup, turning: Turning, number: int, count: int, *cards: Card) -> bytes:
    """Return the part with one of *count* sheets of cards."""
    return _print(press, turning, number, count, cards)


def _print(press: PrintSetup, turning: Turning, number: int, count: int, cards: Sequence[Card]) -> bytes:
    html = press.html(
        "cards/cards.html.j2", grid=Grid.of(press.book.print), turning=turning, number=number, count=count, cards=cards
    )
    shown = [card.section for card in cards]
    entries = [entry for section in shown for entry in section.entries]
    return press.printer(drawings_of(shown), entries).write_part(html)


def stacked(cards: Sequence[_Card], places: int) -> list[list[_Card]]:
    """Return the cards of each sheet by their place, so that the piles of a cut stack follow one another.

    Only the last sheet has empty places, after its cards.
    """
    full, rest = divmod(len(cards), places)
    starts = [place * full + min(place, rest) for place in range(places)]
    sheets = [[cards[start + sheet] for start in starts] for sheet in range(full)]
    last = [cards[start + full] for start in starts[:rest]]
    return [*sheets, last] if last else sheets
