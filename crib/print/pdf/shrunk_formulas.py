r"""Formulas that are drawn smaller than the text around them, since they are wider than their column.

CSS scales them (`max-width: 100%`), whatever becomes of them; how far it did is read from the boxes
of a page. Of WeasyPrint 70.0 this leans on `Page._page_box`, and on the boxes of images: their
`element`, their `width` and `height`, and those that their `style` asked for.
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
"""Parts of a formula's size, and pixels, that do not matter."""


@dataclass(frozen=True)
class ShrunkFormula:
    """A formula, drawn at `ratio` of its size.

    name    of its drawing, as in `<img src="math:NAME">`
    inside  the names of the elements around it
    cut     whether it runs out of its column nevertheless, as it can in a table
    """

    name: str
    tex: str
    ratio: float
    inside: frozenset[str]
    cut: bool


def shrunk_formulas(document: Any) -> Iterator[ShrunkFormula]:
    """Yield the formulas in a `weasyprint.Document` that are drawn smaller than the text around them, or cut."""
    around: dict[Any, Any] = {}
    for page in document.pages:
        for box, end in _pictures(page._page_box, inf):  # noqa: SLF001 - see above
            source = box.element.get("src", "")
            if not source.startswith(MATH):
                continue
            around = around or _parents(page._page_box)  # noqa: SLF001
            ratio, cut = _ratio(box), box.content_box_x() + box.width > end + _ROUNDING
            if cut or ratio < 1 - _ROUNDING:
                name, tex = source.removeprefix(MATH), box.element.get("alt", "")
                yield ShrunkFormula(name, tex, ratio, frozenset(_names(box.element, around)), cut)


def _pictures(box: Any, end: float) -> Iterator[tuple[Any, float]]:
    """Yield the pictures in *box*, and where the column of each ends, in pixels: for a table, that around it."""
    from weasyprint.formatting_structure import boxes

    box = getattr(box, "_box", box)  # absolutely positioned: what keeps its place stands for it
    if isinstance(box, boxes.ReplacedBox):
        yield box, end
    elif isinstance(box, boxes.TableBox):
        yield from ((each, end) for child in box.children for each, _ in _pictures(child, end))
    else:
        if isinstance(box, boxes.BlockContainerBox) and not box.is_table_wrapper:
            end = box.content_box_x() + box.width
        for child in box.children:
            yield from _pictures(child, end)


def _ratio(box: Any) -> float:
    sides = ((box.width, box.style["width"]), (box.height, box.style["height"]))
    return min((is_ / wanted.value for is_, wanted in sides if wanted != "auto" and wanted.value), default=1.0)


def _parents(page: Any) -> dict[Any, Any]:
    """Return what each element is in."""
    [html] = [box.element for box in page.children if box.element is not None and box.element.tag == "html"]
    return {child: parent for parent in html.iter() for child in parent}


def _names(element: Any, around: Mapping[Any, Any]) -> Iterator[str]:
    while element is not None:
        if name := element.get(NAME_ATTRIBUTE):
            yield name
        element = around.get(element)
