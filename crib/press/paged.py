"""Pages that tell the numbers of others, and what stands on the outer side of each.

WeasyPrint has `target-counter()` for the first, but nothing for the second, and its numbers cannot
be joined to `83, 85`. So a book is laid out with what is known of its pages, until that is right:
mostly twice, as WeasyPrint would do itself. In the HTML

- `<span class="pages" data-of="a b"></span>` becomes the numbers of the pages that the elements
  `a` and `b` begin on, each once, as links;
- `data-side="a">` becomes `data-side="left">` or `"right"`: the outer side of the page of `a`;
- the element `BODY` begins page 1, whatever is before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crib.press.printer import Printer
from crib.problems import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY = "_body"

_MOST_TRIALS = 8
_UNKNOWN = "00"  # about as wide as what will stand there
_PAGES = re.compile(r'<span class="pages" data-of="([^"]+)"></span>')
_SIDE = re.compile(r'data-side="([^"]+)">')

Places = dict[str, int]
"""The page that each element with an identifier begins on, counted from 0 at the first sheet."""


class PagedPrinter(Printer):
    """Lays out HTML again until the pages it tells of are where it says."""

    def _render(self, html: str, pictures: dict[str, Any]) -> Any:
        told = _told(html, {})
        for _ in range(_MOST_TRIALS):
            document = super()._render(told, pictures)
            again = _told(html, _places(document))
            if again == told:
                return document
            told = again
            del document  # two of a long book are much memory
        raise BuildError("error[print]: page numbers do not settle: their width moves what they refer to")


def _places(document: Any) -> Places:
    places: Places = {}
    for number, page in enumerate(document.pages):
        for name in page.anchors:
            places.setdefault(name, number)
    return places


def _told(html: str, places: Mapping[str, int]) -> str:
    """Return *html* with what *places* tell."""
    html = _PAGES.sub(lambda match: _numbers(match[1].split(), places), html)
    return _SIDE.sub(lambda match: f'data-side="{_side(places.get(match[1], 0))}">', html)


def _numbers(names: list[str], places: Mapping[str, int]) -> str:
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(_number(name, places), name)
    links = (f'<a href="#{name}">{number}</a>' for number, name in first.items())
    return f'<span class="pages">{", ".join(links)}</span>'


def _number(name: str, places: Mapping[str, int]) -> str:
    return str(places[name] - places[BODY] + 1) if name in places else _UNKNOWN


def _side(page: int) -> str:
    """Return the outer side: the first page lies on the right."""
    return "left" if page % 2 else "right"
