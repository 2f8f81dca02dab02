"""What elements are called that are looked for in a layout: their `data-name`.

An `id` would do, but costs: WeasyPrint makes its anchor a declaration of its own, so that no two such elements,
and nothing in them, share a computed style (`weasyprint.css.StyleFor`). Of WeasyPrint 70.0 this leans
on `Page._page_box`.
"""

from __future__ import annotations

from typing import Any

NAME_ATTRIBUTE = "data-name"


def named_boxes(page: Any) -> dict[str, Any]:
    """Return by their names the boxes of elements on a `weasyprint.document.Page`, in their order."""
    boxes: dict[str, Any] = {}
    for box in page._page_box.descendants(placeholders=True):  # noqa: SLF001 - see above
        if box.element is not None and (name := box.element.get(NAME_ATTRIBUTE)):
            boxes.setdefault(name, box)  # those in it that WeasyPrint adds have its element
    return boxes
