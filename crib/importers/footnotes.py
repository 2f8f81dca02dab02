"""Recognize footnotes linked by hand: a superscript number with a link to a paragraph that begins with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers.drafts import line_of
from crib.importers.inlines import trimmed
from crib.model.elements import children, note, paragraph
from crib.model.tree import find_all, plain, rewrite

if TYPE_CHECKING:
    from crib.importers.log import ImportLog
    from crib.importers.outline import Section
    from crib.model.elements import Element, Elements

_MARK = re.compile(r"\[?(\d{1,3}|[*†‡])\]?")


def with_notes(root: Section, log: ImportLog) -> dict[int, Elements]:
    """Return the blocks of each section, by its `id`, with notes in place of marks, and without the list of notes."""
    texts: dict[str, Elements] = {}
    lists = []
    for section in root.all_sections:
        for block in section.blocks:
            if block["t"] == "Div" and _is_list_of_notes(block):
                lists.append(id(block))
                texts.update(_notes(block))
    used: set[str] = set()

    def as_note(element: Element) -> Elements | None:
        if element["t"] != "Superscript" or not (mark := _mark(element)) or mark not in texts:
            return None
        used.add(mark)
        return [{**note(texts[mark]), "line": line_of(element)}]

    result = {
        id(section): rewrite([block for block in section.blocks if id(block) not in lists], as_note)
        for section in root.all_sections
    }
    for section in root.all_sections:  # the notes are in the text now
        section.blocks = [block for block in section.blocks if id(block) not in lists]
    for mark, blocks in texts.items():
        if mark not in used:
            log.leave_out_element(blocks[0], f"left out: the note {mark}, which nothing refers to")
    return result


def _is_list_of_notes(block: Element) -> bool:
    inside = children(block)
    return bool(inside) and all(
        part["t"] == "Para" and children(part) and children(part)[0]["t"] == "Superscript" and _mark(children(part)[0])
        for part in inside
    )


def _notes(block: Element) -> dict[str, Elements]:
    return {
        _mark(children(part)[0]): [{**paragraph(trimmed(children(part)[1:])), "line": line_of(part)}]
        for part in children(block)
    }


def _mark(element: Element) -> str:
    """Return the number in a superscript link; empty for any other element."""
    match = _MARK.fullmatch(plain(element).strip())
    return match[1] if match and next(find_all(element, "Link"), None) else ""
