"""Page numbers and cross-references of a document laid out in parts.

WeasyPrint's `target-counter()` works only within one layout. That takes memory for each page, and
its numbers cannot be combined as in `83, 85`. In the HTML of a part

- `<span class="pages" data-of="a b"></span>` becomes links with the numbers of the first pages of the
  elements `a` and `b`, without duplicates;
- `data-side="a">` becomes `data-side="start">` or `"end"`: the outer side of the page of `a`;
- the pages from the element `END` on are dropped. With `break-before: recto`, a last element END makes
  the part end with an even page, possibly a blank one.

First each part is laid out with zeros for all page numbers, to count its pages (`lay_out_part`); then
it is printed with the numbers (`print_part`). Rarely the width of a number moves an element to
another page: then pages are counted again, and parts with references to it are printed again
(`reprint_if_changed`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from crib.print.named_boxes import named_boxes
from crib.print.pdf.print_setup import FilledTemplate
from crib.print.pdf.printer import Printer
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Picture
    from crib.print.chapter_html import AnswerHtml
    from crib.print.pdf.print_setup import PrintSetup

END = "_end"

_PAGES = re.compile(r'<span class="pages" data-of="([^"]+)"></span>')
_SIDE = re.compile(r'data-side="([^"]+)">')


@dataclass(frozen=True)
class Part:
    """The HTML of one part of a document, still without page numbers; may be empty.

    drawings  its formulas, SVG by name
    pictures  its other images
    entries   its answers
    """

    html: FilledTemplate = field(default_factory=FilledTemplate)
    drawings: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    entries: tuple[AnswerHtml, ...] = ()


@dataclass(frozen=True)
class PartLayout:
    """The number of pages of a part, and the first page, from 0, of each element with a name or `id`."""

    pages: int = 0
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PageNumbers:
    """The page numbers printed in a part: of its first page, and of each referenced element.

    Odd numbers are on right pages, or left ones in a book that is read from right to left.
    """

    first: int
    pages: Mapping[str, int]


@dataclass(frozen=True)
class PrintedPart:
    """A PDF part for `crib.print.pdf.merge_pdf`, and its layout."""

    pdf: bytes = b""
    layout: PartLayout = PartLayout()


def lay_out_part(part: Part, press: PrintSetup, digits: int) -> PartLayout:
    """Return the layout of *part* with *digits* zeros in the place of each page number.

    Raises ContentError, BuildError.
    """
    printer = _PartPrinter(part, press)
    printer.lay_out(_with_numbers(part.html, PageNumbers(1, {}), "0" * digits))
    return printer.layout


def first_pages(*layouts: PartLayout) -> tuple[int, ...]:
    """Return the number of the first page of each part, and of the page after the last part."""
    return tuple(accumulate((layout.pages for layout in layouts), initial=1))


def first_page(first_pages: tuple[int, ...], number: int) -> int:
    """Return one of *first_pages*; number -1 is the page after the last part."""
    return first_pages[number]


def page_numbers(
    part: Part, first: int, first_pages: tuple[int, ...], targets: tuple[int, ...], layouts: tuple[PartLayout, ...]
) -> PageNumbers:
    """Return the page numbers to print in *part*, which begins on page *first*.

    targets  positions in *first_pages* of the referenced parts
    layouts  layouts of the referenced parts
    """
    pages = {
        name: first_pages[target] + page
        for target, layout in zip(targets, layouts, strict=True)
        for name, page in layout.places.items()
    }
    names = {*_SIDE.findall(part.html), *" ".join(_PAGES.findall(part.html)).split()}
    return PageNumbers(first, {name: pages[name] for name in sorted(names & pages.keys())})


def print_part(part: Part, press: PrintSetup, numbers: PageNumbers) -> PrintedPart:
    """Return *part*, printed with page *numbers*. Raises ContentError, BuildError."""
    if not part.html:
        return PrintedPart()
    printer = _PartPrinter(part, press)
    return PrintedPart(printer.write_part(_with_numbers(part.html, numbers)), printer.layout)


def layout_of(printed: PrintedPart) -> PartLayout:
    """Return the layout of a printed part."""
    return printed.layout


def reprint_if_changed(
    part: Part, press: PrintSetup, before: PageNumbers, layout: PartLayout, numbers: PageNumbers
) -> bytes:
    """Return the PDF of *part* with page *numbers*, b"" if they equal those *before*.

    Raises BuildError if its *layout* changes with them: page numbers do not settle.
    """
    if numbers == before:
        return b""
    printed = print_part(part, press, numbers)
    if printed.layout != layout:
        raise BuildError("page numbers do not settle: their width moves the targets of references", code="print")
    return printed.pdf


class _PartPrinter(Printer):
    """Prints the pages before `END`; `layout` is the latest layout."""

    layout: PartLayout

    def __init__(self, part: Part, press: PrintSetup) -> None:
        super().__init__(press.book.folder, part.drawings, press.style, part.entries)

    def _render(self, html: str, pictures: dict[str, Any]) -> Any:
        document = super()._render(html, pictures)
        places = _places(document)
        pages = document.pages[: places.pop(END, None)]
        self.layout = PartLayout(len(pages), places)
        return document.copy(pages)


def _places(document: Any) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, page in enumerate(document.pages):
        for name in (*named_boxes(page), *page.anchors):
            places.setdefault(name, number)
    return places


def _with_numbers(html: FilledTemplate, numbers: PageNumbers, unknown: str = "0") -> FilledTemplate:
    """Return *html* with page *numbers* filled in, and *unknown* for missing ones."""
    side = "recto" if numbers.first % 2 else "verso"
    first = f"@page :first {{ counter-reset: page {numbers.first} }} html {{ break-before: {side} }}"
    text = _PAGES.sub(lambda match: _links(match[1].split(), numbers.pages, unknown), html)
    text = _SIDE.sub(lambda match: f'data-side="{_side(numbers.pages.get(match[1], 1))}">', text)
    result = FilledTemplate(text.replace("</head>", f"<style>{first}</style></head>", 1))
    result.template = html.template
    return result


def _links(names: list[str], pages: Mapping[str, int], unknown: str) -> str:
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(str(pages.get(name, unknown)), name)
    links = (f'<a href="#{name}">{number}</a>' for number, name in first.items())
    return f'<span class="pages">{", ".join(links)}</span>'


def _side(page: int) -> str:
    """Return the outer side of a page: where its lines start or end."""
    return "end" if page % 2 else "start"
