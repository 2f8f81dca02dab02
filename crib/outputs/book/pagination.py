"""A document in parts, each laid out on its own, whose pages tell the numbers of pages in all of them.

WeasyPrint has `target-counter()` for that, but only within what it lays out at once, which takes
memory for each page; and its numbers cannot be joined to `83, 85`. In the HTML of a part

- `<span class="pages" data-of="a b"></span>` becomes the numbers of the pages that the elements
  `a` and `b` begin on, each once, as links;
- `data-side="a">` becomes `data-side="left">` or `"right"`: the outer side of the page of `a`;
- from the element `END` on nothing is printed: if that is at the end, and on a right page, the part
  ends with a left one, blank if need be.

First each part is laid out with zeros for all numbers, so that pages can be counted (`lay_out`); then it
is printed with them (`print_part`). Where their width has moved anything to another page, which is
rare, all is counted once more, and what tells of such pages is printed again (`print_again`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from crib.print.named_boxes import named_boxes
from crib.print.pdf.printer import FilledTemplate, Printer
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Picture
    from crib.print.chapter_html import AnswerHtml
    from crib.print.pdf.printer import PrintSetup

END = "_end"

_PAGES = re.compile(r'<span class="pages" data-of="([^"]+)"></span>')
_SIDE = re.compile(r'data-side="([^"]+)">')


@dataclass(frozen=True)
class Part:
    """What is to be printed of a document, with open page numbers; it may be nothing at all.

    drawings  the formulas in it, SVG by name
    pictures  what else it shows
    entries   the answers in it
    """

    html: FilledTemplate = field(default_factory=FilledTemplate)
    drawings: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    entries: tuple[AnswerHtml, ...] = ()


@dataclass(frozen=True)
class Layout:
    """How many pages a part has, and on which of them, counted from 0, each element with a name or an `id` begins."""

    pages: int = 0
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a part is told: the number of its first page, and those of the pages that it refers to.

    Pages with odd numbers lie on the right.
    """

    first: int
    pages: Mapping[str, int]


@dataclass(frozen=True)
class Printed:
    """A part for `crib.print.pdf.merge_pdf`, and how it is laid out."""

    pdf: bytes = b""
    layout: Layout = Layout()


def lay_out(part: Part, press: PrintSetup, digits: int) -> Layout:
    """Return how *part* is laid out as long as no number is known, but likely to have so many *digits*.

    Raises ContentError, BuildError.
    """
    printer = _PartPrinter(part, press)
    printer.lay_out(_told(part.html, Told(1, {}), "0" * digits))
    return printer.layout


def begin(*layouts: Layout) -> tuple[int, ...]:
    """Return the number of the first page of each part, and last that of the page after them all."""
    return tuple(accumulate((layout.pages for layout in layouts), initial=1))


def first_page(begins: tuple[int, ...], number: int) -> int:
    """Return where one part begins; -1 is the page after them all."""
    return begins[number]


def tell(part: Part, first: int, begins: tuple[int, ...], into: tuple[int, ...], layouts: tuple[Layout, ...]) -> Told:
    """Return what is told to *part*, which begins on page *first* and refers only *into* parts of these *layouts*."""
    places = {
        name: begins[other] + page
        for other, layout in zip(into, layouts, strict=True)
        for name, page in layout.places.items()
    }
    names = {*_SIDE.findall(part.html), *" ".join(_PAGES.findall(part.html)).split()}
    return Told(first, {name: places[name] for name in sorted(names & places.keys())})


def print_part(part: Part, press: PrintSetup, told: Told) -> Printed:
    """Return *part*, printed with the numbers that it is *told*. Raises ContentError, BuildError."""
    if not part.html:
        return Printed()
    printer = _PartPrinter(part, press)
    return Printed(printer.write_part(_told(part.html, told)), printer.layout)


def layout_of(printed: Printed) -> Layout:
    """Return how a part is laid out now that it is printed."""
    return printed.layout


def print_again(part: Part, press: PrintSetup, before: Told, layout: Layout, told: Told) -> bytes:
    """Return *part* as a PDF with other numbers than *before*; nothing if they are the same.

    Raises BuildError if it has another *layout* with them: page numbers do not settle.
    """
    if told == before:
        return b""
    printed = print_part(part, press, told)
    if printed.layout != layout:
        raise BuildError("page numbers do not settle: their width moves what they refer to", code="print")
    return printed.pdf


class _PartPrinter(Printer):
    """Prints up to `END`; `layout` is that of what was laid out last."""

    layout: Layout

    def __init__(self, part: Part, press: PrintSetup) -> None:
        super().__init__(press.book.folder, part.drawings, press.style, part.entries)

    def _render(self, html: str, pictures: dict[str, Any]) -> Any:
        document = super()._render(html, pictures)
        places = _places(document)
        pages = document.pages[: places.pop(END, None)]
        self.layout = Layout(len(pages), places)
        return document.copy(pages)


def _places(document: Any) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, page in enumerate(document.pages):
        for name in (*named_boxes(page), *page.anchors):
            places.setdefault(name, number)
    return places


def _told(html: FilledTemplate, told: Told, unknown: str = "0") -> FilledTemplate:
    """Return *html* with what it is *told*, and *unknown* for each page that it is not."""
    first = f"@page :first {{ counter-reset: page {told.first} }} html {{ break-before: {_side(told.first)} }}"
    text = _PAGES.sub(lambda match: _numbers(match[1].split(), told.pages, unknown), html)
    text = _SIDE.sub(lambda match: f'data-side="{_side(told.pages.get(match[1], 1))}">', text)
    result = FilledTemplate(text.replace("</head>", f"<style>{first}</style></head>", 1))
    result.template = html.template
    return result


def _numbers(names: list[str], pages: Mapping[str, int], unknown: str) -> str:
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(str(pages.get(name, unknown)), name)
    links = (f'<a href="#{name}">{number}</a>' for number, name in first.items())
    return f'<span class="pages">{", ".join(links)}</span>'


def _side(page: int) -> str:
    """Return the outer side."""
    return "right" if page % 2 else "left"
