"""Tags of HTML elements in a PDF/UA-1: role, language, alternative text and attributes.

Templates use attributes where HTML has no element:

- `aria-hidden="true"`, or an empty `alt` of a picture: decoration, skipped by screen readers;
- `aria-label` on a `<span>`: read instead of its text;
- `role`: `doc-toc` on a list, `doc-index`, `doc-noteref`, `doc-footnote` (DPUB-ARIA).
"""

from __future__ import annotations

from logging import getLogger
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.formatting_structure import boxes

from crib.print.pdf.tag_tree import CELLS, INLINE, Tag

_SVG = "{http://www.w3.org/2000/svg}"

_ELEMENTS = {
    "P": "p pre",
    "Code": "code",
    "Quote": "q",
    "BlockQuote": "blockquote",
    "Sect": "section",
    "Art": "article",
    "Div": "figure",
    "L": "ul ol dl",
    "Lbl": "dt",
    "LBody": "dd",
    "Table": "table",
    "Caption": "caption figcaption",
    "THead": "thead",
    "TBody": "tbody",
    "TFoot": "tfoot",
}
_ROLES = {name: role for role, names in _ELEMENTS.items() for name in names.split()} | {
    name: name.upper() for name in ("h1", "h2", "h3", "h4", "h5", "h6", "tr", "th", "td")
}
"""Tags of elements (ISO 32000-1, 14.8.4); content of other elements belongs to the tag around them.

A `<figure>` is a Div around a Figure and its Caption, since the alternative text of a tag replaces
all of its content, and would hide the caption.
"""
_ARIA = {"doc-toc": "TOC", "doc-index": "Index", "doc-noteref": "Reference", "doc-footnote": "Note"}
_NUMBERINGS = {
    name: "".join(map(str.title, name.split("-")))
    for name in ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman", "disc", "circle", "square")
}


def new_tag(element: Any, box: Any, parent: Tag, block: Any) -> Tag:
    """Return a new tag for *element*, or *parent* if the element has no tag of its own."""
    role = _role(element, box, parent)
    match role:
        case "":
            return parent
        case "LI":
            numbering = _NUMBERINGS.get(box.style["list_style_type"], "None")
            parent.entries["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})
            return parent.add("LI", element).add("LBody", element)
        case "Lbl":
            return parent.add("LI", element).add("Lbl", element)
        case "LBody":
            last = parent.kids[-1] if parent.kids else None
            item = last if isinstance(last, Tag) and last.role == "LI" else parent.add("LI", element)
            return item.add("LBody", element)
        case "Link" if parent.role == "TOCI":
            return parent.add("Reference", element).add("Link", element)
    inline = role in INLINE and isinstance(box, boxes.InlineLevelBox)
    tag = (parent.text_tag(block) if inline else parent).add(role, element)
    tag.entries |= _entries(role, element, box)
    return tag


def _role(element: Any, box: Any, parent: Tag) -> str:
    """Return the role of the tag for *element*, "" if it has no tag of its own."""
    if isinstance(box, boxes.ReplacedBox):
        return "Formula" if "math" in element.get("class", "").split() else "Figure"
    match element.tag:
        case "a" if box.link_annotation:
            return "Link"
        case "ol" | "ul" if parent.role == "TOCI":
            return "TOC"
        case "li":
            return "TOCI" if parent.role == "TOC" else "LI"
        case "span" if element.get("aria-label") or element.get("lang"):
            return "Span"
    return _ARIA.get(element.get("role", ""), _ROLES.get(element.tag, ""))


def _entries(role: str, element: Any, box: Any) -> dict[str, Any]:
    """Return further entries for the tag of *element*: language, alternative text, attributes of cells."""
    entries: dict[str, Any] = {}
    if language := element.get("lang"):
        entries["Lang"] = pydyf.String(language)
    if alternative := _alternative_text(element):
        entries["Alt"] = pydyf.String(alternative)
    elif role in ("Figure", "Formula"):
        getLogger("weasyprint").error("Image %r has no alternative text", element.get("src", element.tag))
    if role in CELLS and (attributes := _cell_attributes(role, element, box)):
        entries["A"] = pydyf.Dictionary({"O": "/Table", **attributes})
    return entries


def _cell_attributes(role: str, element: Any, box: Any) -> dict[str, Any]:
    """Return the spans of a table cell, and the scope of a header."""
    spans = {name: span for name, span in (("ColSpan", box.colspan), ("RowSpan", box.rowspan)) if span != 1}
    scope = {"Scope": "/Row" if element.get("scope") == "row" else "/Column"} if role == "TH" else {}
    return scope | spans


def _alternative_text(element: Any) -> str:
    """Return the alternative text of *element*."""
    title = element.find(f"{_SVG}title")
    return element.get("aria-label") or element.get("alt") or (title is not None and title.text) or ""


def is_decoration(box: Any) -> bool:
    """Return True if screen readers are to skip the element of *box*."""
    element = box.element
    return element is not None and (
        element.get("aria-hidden") == "true" or (isinstance(box, boxes.ReplacedBox) and element.get("alt") == "")
    )
