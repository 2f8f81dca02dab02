"""Shrunk formulas: scaled down to fit into their column.

CSS scales formulas down without a limit (`max-width: 100%`); this module reads the scale from the boxes
of a page. Depends on `Page._page_box` of WeasyPrint 70.0, and on boxes of images: `element`, `width`,
`height`, and the specified size in `style`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from crib.print.flavor import MATH
from crib.print.named_boxes import NAME_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ROUNDING = 0.01
"""Differences of scale, and in pixels, to ignore."""


@dataclass(frozen=True)
class ShrunkFormula:
    """A formula, drawn at `ratio` of its size.

    name    the name of its drawing, as in `<img src="math:NAME">`
    inside  the names (`data-name`) of the elements around it
    cut     True if it overflows its column nevertheless, as in a table
    """

    name: str
    tex: str
    ratio: float
    inside: frozenset[str]
    cut: bool


def shrunk_formulas(document: Any) -> Iterator[ShrunkFormula]:
    """Yield scaled-down and overflowing formulas in a `weasyprint.Document`."""
    parents: dict[Any, Any] = {}
    for page in document.pages:
        for box, end in _pictures(page._page_box, inf):  # noqa: SLF001 - see the module
            source = box.element.get("src", "")
            if not source.startswith(MATH):
                continue
            parents = parents or _parents(page._page_box)  # noqa: SLF001
            ratio, cut = _ratio(box), box.content_box_x() + box.width > end + _ROUNDING
            if cut or ratio < 1 - _ROUNDING:
                name, tex = source.removeprefix(MATH), box.element.get("alt", "")
                yield ShrunkFormula(name, tex, ratio, frozenset(_names(box.element, parents)), cut)


def _pictures(box: Any, end: float) -> Iterator[tuple[Any, float]]:
    """Yield the images in *box*, with the right edge of their column in pixels: in a table, of the column around it."""
    from weasyprint.formatting_structure import boxes

    box = getattr(box, "_box", box)  # a placeholder of an absolutely positioned box
    if isinstance(box, boxes.ReplacedBox):
        yield box, end
    elif isinstance(box, boxes.TableBox):
        yield from ((image, end) for child in box.children for image, _ in _pictures(child, end))
    else:
        if isinstance(box, boxes.BlockContainerBox) and not box.is_table_wrapper:
            end = box.content_box_x() + box.width
        for child in box.children:
            yield from _pictures(child, end)


def _ratio(box: Any) -> float:
    """Return the size of an image relative to its specified size, 1 for `auto`."""
    sides = ((box.width, box.style["width"]), (box.height, box.style["height"]))
    return min(
        (actual / specified.value for actual, specified in sides if specified != "auto" and specified.value),
        default=1.0,
    )


def _parents(page: Any) -> dict[Any, Any]:
    """Return the parent of each element in a page's document."""
    [html] = [box.element for box in page.children if box.element is not None and box.element.tag == "html"]
    return {child: parent for parent in html.iter() for child in parent}


def _names(element: Any, parents: Mapping[Any, Any]) -> Iterator[str]:
    while element is not None:
        if name := element.get(NAME_ATTRIBUTE):
            yield name
        element = parents.get(element)
