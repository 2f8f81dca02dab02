"""Unwrap list items that begin with a heading, or with a question in bold.

The blocks of such an item follow it, so text with insufficient indent belongs to its question, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.importers.drafts import ASKS
from crib.importers.wording import ends_as_question, is_navigation, number_of
from crib.model.elements import children, contents, heading_level, list_items, plain_block, with_contents
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements


def unwrap_items(blocks: Elements) -> Elements:
    """Replace such lists in *blocks* by their items."""
    result: Elements = []
    for block in blocks:
        items = _items(block)
        if items and _begins_with_question(items[0], block) and not is_navigation(block):
            for item in items:
                first, *rest = item or [plain_block([])]
                asks = _begins_with_question(item, block)
                inside = [_below(first, block) for block in rest] if first["t"] == "Header" else rest
                result += unwrap_items([{**first, ASKS: True} if asks else first, *inside])
        else:
            result.append(block)
    return result


def _below(heading: Element, block: Element) -> Element:
    """Return *block*; a heading gets a level below *heading*, the first block of its item."""
    if block["t"] != "Header" or heading_level(block) > heading_level(heading):
        return block
    return with_contents(block, [heading_level(heading) + 1, *contents(block)[1:]])


def _items(block: Element) -> list[Elements]:
    return list_items(block) if block["t"] in ("BulletList", "OrderedList") else []


def _begins_with_question(item: Elements, block: Element) -> bool:
    if not item:
        return False
    if item[0]["t"] == "Header":
        return True
    if item[0]["t"] not in ("Para", "Plain"):
        return False
    inlines = children(item[0])
    if not inlines or inlines[0]["t"] != "Strong":
        return False
    bold = plain(inlines[0])
    if block["t"] == "BulletList" and not (number_of(bold) or ends_as_question(bold)):
        return False
    at = next((i for i, inline in enumerate(inlines) if inline["t"] in ("SoftBreak", "LineBreak")), len(inlines))
    if ends_as_question(bold) and any(map(str.isalnum, plain(inlines[1:at]))):  # its answer is beside it
        return True
    return at == 1 and (len(item) > 1 or at < len(inlines) or ends_as_question(plain(inlines[0])))
