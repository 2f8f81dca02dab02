"""Clean up rewritten blocks: drop empty elements, wrap loose text in paragraphs, remove line breaks in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.importers.inlines import trimmed
from crib.model.elements import children, contents, paragraph, string, text_of, with_children, with_contents
from crib.model.tree import find_all, plain, rewrite

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements

_EMPTY_IF_BLANK = {"Emph", "Strong", "Strikeout", "Superscript", "Subscript", "Link", "Quoted"}
_LISTS = ("BulletList", "OrderedList")


def on_one_line(element: Element) -> Elements | None:
    """Return the replacement of *element* on a line without breaks, notes and pictures; None to keep it."""
    match element["t"]:
        case "SoftBreak" | "LineBreak":
            return [{"t": "Space"}]
        case "Note":
            words = " ".join(plain(block) for block in children(element))
            return [{"t": "Space"}, string(f"({words})")] if words else []
        case "Image":
            return []
        case "Math":
            return [with_contents(element, [{"t": "InlineMath"}, text_of(element)])]
    return None


def without_empty(node: Elements) -> Elements:
    """Return *node* without empty elements."""
    result: Elements = rewrite(node, _dropped_if_empty)
    return result


def _dropped_if_empty(element: Element) -> Elements | None:
    kind = element["t"]
    if kind in _EMPTY_IF_BLANK and not _has_content(children(element)):
        return [{"t": "Space"}] if plain(children(element)) else []
    if kind in ("Para", "Plain", "Header"):
        inlines = trimmed(children(element))
        return [with_children(element, inlines)] if _has_content(inlines) else []
    if kind in ("BlockQuote", "Div") and not children(element):
        return []
    if kind in _LISTS:
        items = [item for item in (contents(element) if kind == "BulletList" else contents(element)[1]) if item]
        if not items:
            return []
        return [with_contents(element, items if kind == "BulletList" else [contents(element)[0], items])]
    return None


def _has_content(inlines: Elements) -> bool:
    return bool(plain(inlines).strip()) or next(find_all(inlines, "Image", "Note"), None) is not None


def with_paragraphs(blocks: Elements) -> Elements:
    """Return *blocks* with loose text in paragraphs, and each picture in a paragraph of its own."""
    result: Elements = []
    for block in blocks:
        if block["t"] not in ("Para", "Plain"):
            result.append(block)
            continue
        run: Elements = []
        for inline in [*children(block), None]:
            if inline is None or inline["t"] == "Image":
                result += [{**block, **paragraph(trimmed(run))}] if _has_content(trimmed(run)) else []
                result += [{**block, **paragraph([inline])}] if inline else []
                run = []
            else:
                run.append(inline)
    return result
