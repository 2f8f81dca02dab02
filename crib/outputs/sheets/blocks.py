"""The answers of a sheet as blocks; in the theme `card` with their topics, after a block that explains these."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from crib.outputs.sheets.format import card_gap
from crib.print.fit.answer_blocks import answer_blocks
from crib.print.fit.measure import Block
from crib.print.fit.topics import topics_of
from crib.print.pdf.print_setup import PrintSetup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crib.model import Book
    from crib.print.chapter_html import AnswerHtml
    from crib.render.templates import Templates

_CARD = "card"


def sheet_setup(book: Book, templates: Templates, *stylesheets: str) -> PrintSetup:
    """Return the setup of sheets, with *stylesheets* after their own. Raises BuildError for a missing style sheet."""
    boxes = ("sheets/card.css",) if book.print.theme == _CARD else ()
    return PrintSetup.of(book, templates, "sheets/sheets.css", *boxes, *stylesheets)


def sheet_blocks(entries: Sequence[AnswerHtml], press: PrintSetup) -> list[Block]:
    """Return the blocks of *entries*."""
    blocks = answer_blocks(entries, card_gap(press.book.print))
    if press.book.print.theme != _CARD:
        return blocks
    topics = topics_of(entries, press.labels["levels"])
    boxed = [replace(block, topic=topics.get(block.id)) for block in blocks]
    if not topics:
        return boxed
    shown = sorted(set(topics.values()), key=attrgetter("number"))
    return [Block(f"topics.{entries[0].key}", "topics", tuple(shown), 0), *boxed]
