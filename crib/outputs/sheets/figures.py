"""Figures below gists, drawn large enough for readable labels."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.print.fit.measure import MM_PER_POINT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.print.fit.measure import Block
    from crib.print.pdf.picture_sizes import PictureSize
    from crib.print.pdf.printer import Printer

_IMAGE = re.compile(r'<img src="([^"]+)"')
_BOOK_SIZE = 10.5
"""Type size of the printed book, in points."""

_BOOK_WIDTH = 128
"""Maximum width of figures in the printed book, in millimeters."""

_UNREAD = 0.7
"""Minimum scale of pictures without text labels, such as photographs, relative to the book."""


def figured_blocks(blocks: Iterable[Block], printer: Printer, label: float) -> dict[str, Block]:
    """Return the *blocks* with figures, together with these, by id.

    Figures scale with the type, and are as large as in the book in type of its size. But labels have at least *label*
    points, and columns must be wide enough for that.
    """
    cards = (block for block in blocks if block.kind == "card" and block.item.figures)
    return {card.id: _figured(card, printer, label) for card in cards}


def _figured(block: Block, printer: Printer, label: float) -> Block:
    sizes = {source: printer.picture_size(unescape(source)) for source in _IMAGE.findall(block.item.figures)}
    least = {source: _least_width(size, label) for source, size in sizes.items()}

    def drawn(image: re.Match[str]) -> str:
        width = min(sizes[image[1]].width, _BOOK_WIDTH) / (_BOOK_SIZE * MM_PER_POINT)
        return f'{image[0]} style="width:{width:.2f}em;min-width:{least[image[1]]:.1f}mm"'

    figures = Markup(_IMAGE.sub(drawn, block.item.figures))  # noqa: S704 - vetted
    return replace(
        block, kind="figured", item=replace(block.item, figures=figures), room=max(least.values(), default=0)
    )


def _least_width(size: PictureSize, label: float) -> float:
    """Return the width of a picture for labels of *label* points."""
    return size.width * label / size.label if size.label else _UNREAD * min(size.width, _BOOK_WIDTH)
