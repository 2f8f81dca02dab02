"""Truncate a long answer to its first part: the lead-in, and as much of a paragraph, list or table as fits.

No formula and no word is cut; a paragraph is cut between sentences if possible.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.model.elements import (
    FOLD_TITLE,
    attributes,
    caption,
    children,
    contents,
    definitions,
    list_items,
    string,
    text_of,
    with_children,
    with_contents,
    with_list_items,
    with_text,
)
from crib.model.tables import body_rows, first_rows
from crib.model.text_length import (
    LETTERS,
    letters_of,
    lines_of,
    lines_of_definition,
    lines_of_row,
    rows_of,
)
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model.elements import Element, Elements


_SPACES = ("Space", "SoftBreak", "LineBreak")
_CONTAINERS = ("Emph", "Strong", "Underline", "Strikeout", "Quoted", "Link", "Span")
_STOPS = re.compile(r"[.!?…。！？؟।][”’\"'»)\]]*$")
_ABBREVIATION = re.compile(r"\W*(\w{1,3}|(\w\.)+\w)\.")
_WIDE_STOPS = tuple("。！？、，；")


def first_part(blocks: Elements, room: int) -> tuple[Elements, bool]:
    """Return the first part of *blocks* in about *room* lines, and True if nothing is cut."""
    parts: Elements = []
    for block in blocks:
        if parts and room < 1:
            return parts, False
        part, is_whole = _cut(block, max(1, room))
        parts.append(part)
        room -= lines_of([part])
        if not (is_whole and _leads_in(block)):
            return parts, is_whole and len(parts) == len(blocks)
    return parts, True


def _leads_in(block: Element) -> bool:
    """Return True if *block* says little without the next one, such as a short line, a formula or a picture."""
    if block["t"] in ("Figure", "HorizontalRule") or attributes(block)[1] == [FOLD_TITLE]:
        return True
    if block["t"] not in ("Para", "Plain"):
        return False
    words = children(block)
    is_alone = {word["t"] for word in words} - {*_SPACES} in ({"Strong"}, {"Math"}, {"Image"})
    return is_alone or len(plain(words)) <= LETTERS or plain(words).rstrip().endswith((":", "："))


def _cut(block: Element, room: int) -> tuple[Element, bool]:
    """Return the beginning of *block* in about *room* lines (never empty), and True if nothing is cut."""
    if lines_of([block]) <= room:
        return block, True
    match block["t"]:
        case "Para" | "Plain":
            words = children(block)
            cut = _cut_words(words, room * LETTERS)
            return with_children(block, cut), cut == words
        case "CodeBlock":
            rows = text_of(block).splitlines()
            return with_text(block, "\n".join(rows[: _fitting([rows_of(row) for row in rows], room)])), False
        case "BulletList" | "OrderedList":
            return _cut_list(block, room)
        case "DefinitionList":
            count = _fitting([lines_of_definition(definition) for definition in definitions(block)], room)
            return with_contents(block, contents(block)[:count]), count == len(contents(block))
        case "Table":
            count = _fitting([lines_of_row(row) for row in body_rows(block)], room - 1 - lines_of(caption(block)))
            return first_rows(block, count), count >= len(body_rows(block))
        case "BlockQuote" | "Div":
            inside, is_whole = first_part(children(block), room)
            return with_children(block, inside), is_whole
    return block, True


def _fitting(lengths: Sequence[int], room: int) -> int:
    """Return the number of first *lengths* that fit into *room*, but at least 1."""
    count, used = 0, 0
    for length in lengths:
        used += length
        if used > room:
            break
        count += 1
    return max(1, count)


def _cut_list(listing: Element, room: int) -> tuple[Element, bool]:
    items = list_items(listing)
    count = _fitting(list(map(lines_of, items)), room)
    first, is_whole = first_part(items[0], room) if lines_of(items[0]) > room else (items[0], True)
    return with_list_items(listing, [first, *items[1:count]]), is_whole and count == len(items)


def _cut_words(inlines: Elements, room: int) -> Elements:
    """Return the sentences at the beginning of *inlines* that fit into *room* letters, or else the words."""
    sentence, end = 0, 0
    for place in _places(inlines):
        used = sum(map(letters_of, inlines[:place]))
        if used > room:
            break
        end = place
        if used >= room / 3 and _ends_sentence(inlines[:place], inlines[place : place + 2]):
            sentence = place
    if sentence:
        return inlines[:sentence]
    return [*inlines[:end], _ellipsis(inlines[end])] if end else _cut_first(inlines, room)


def _places(inlines: Elements) -> Iterator[int]:
    """Yield the places between words: before spaces, and after the punctuation of scripts without spaces."""
    for i, inline in enumerate(inlines):
        if inline["t"] in _SPACES and i:
            yield i
        elif inline["t"] == "Str" and text_of(inline).endswith(_WIDE_STOPS) and i + 1 < len(inlines):
            yield i + 1


def _ellipsis(place: Element) -> Element:
    """Return an ellipsis on the line of *place*."""
    return {**place, **string(" …")}


def _cut_first(inlines: Elements, room: int) -> Elements:
    """Return the beginning of *inlines*, whose first one is longer than *room*; all of it if it is one word."""
    first, *others = inlines
    if first["t"] in _CONTAINERS and children(first):
        return [with_children(first, _cut_words(children(first), room))]
    return [first, _ellipsis(first)] if others else inlines


def _ends_sentence(before: Elements, after: Elements) -> bool:
    """Return True if a sentence ends between these inlines: not after a (possible) abbreviation or before a number."""
    last, following = plain(before).rpartition(" ")[2], plain(after).lstrip()[:1]
    is_end = _STOPS.search(last) and not _ABBREVIATION.fullmatch(last)
    return bool(is_end) and not (following.islower() or following.isdigit())
