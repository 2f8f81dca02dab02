"""Named boxes: find the boxes of elements in a layout by their attribute `data-name`.

`id` would work, but is slow: WeasyPrint turns each `id` into a CSS declaration, and then no two such elements,
nor their descendants, can share a computed style (`weasyprint.css.StyleFor`).

Depends on `Page._page_box` of WeasyPrint 70.0.
"""

from __future__ import annotations

from typing import Any

NAME_ATTRIBUTE = "data-name"


def named_boxes(page: Any) -> dict[str, Any]:
    """Return the first box of each named element on a `weasyprint.document.Page`, by name, in layout order."""
    boxes: dict[str, Any] = {}
    for box in page._page_box.descendants(placeholders=True):  # noqa: SLF001 - see above
        if box.element is not None and (name := box.element.get(NAME_ATTRIBUTE)):
            boxes.setdefault(name, box)  # anonymous boxes inside it have the same element
    return boxes
