"""Import Obsidian notes: cards of the plug-ins Spaced Repetition and Flashcards, embedded pictures, comments.

https://www.stephenmwangi.com/obsidian-spaced-repetition/flashcards/
https://github.com/reuseman/flashcards-obsidian/wiki
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers.drafts import ASKS, line_of
from crib.importers.inlines import head, join_lines, lines_of, one_line, trimmed, without_prefix
from crib.model.elements import (
    attributes,
    children,
    contents,
    div,
    image,
    list_items,
    paragraph,
    string,
    target,
    text_of,
    with_attributes,
    with_children,
    with_contents,
)
from crib.model.tree import find_all, plain, rewrite
from crib.source.picture_files import FORMATS

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.log import ImportLog
    from crib.model.elements import Element, Elements

_DECK = re.compile(r"(?<![\w/])#?flashcards?((?:/[\w-]+)*)", re.IGNORECASE)
_TAG_IN_TEXT = re.compile(r"(?:^|\s)#flashcards?\b[\w/-]*", re.IGNORECASE)
_CARD_TAG = re.compile(r"\s+#card(-reverse|-spaced)?\s*$", re.IGNORECASE | re.MULTILINE)
_SCHEDULE = "<!--SR:"
_COMMENT = re.compile(r"%%.*?%%", re.DOTALL)
_INLINE = re.compile(r"\s*(:::|::)\s*")
_BLOCK_ID = re.compile(r"\s\^[A-Za-z0-9-]+$")


def has_cards(source: SourceFile, text: str, front: str) -> bool:
    """Return True if a note may have cards: it has their tags or a schedule, or is in a vault."""
    tagged = re.search(r"flashcards?\b", front, re.IGNORECASE) or _TAG_IN_TEXT.search(text) or _CARD_TAG.search(text)
    return bool(tagged) or _SCHEDULE in text or (source.root / ".obsidian").is_dir()


def deck_tags(text: str, front: str) -> tuple[str, ...]:
    """Return the parts of the deck's name in a note's tag `flashcards/NAME`."""
    match = _DECK.search(front) or re.search(r"(?:^|\s)#flashcards?((?:/[\w-]+)*)", text, re.IGNORECASE)
    return tuple(part for part in match[1].split("/") if part) if match else ()


def without_comments(text: str, log: ImportLog) -> str:
    """Return *text* without comments between `%%` and tags of decks, with as many lines as before."""

    def blank(match: re.Match[str]) -> str:
        log.leave_out(text.count("\n", 0, match.start()) + 1, match[0], "left out: a comment")
        return "\n" * match[0].count("\n")

    return re.sub(r"(^|\s)#flashcards?\b[\w/-]*", r"\1", _COMMENT.sub(blank, text), flags=re.IGNORECASE)


def with_pictures(blocks: Elements) -> Elements:
    """Return *blocks* with `![[picture.png]]` as a picture: pandoc reads it as `!` and a wiki link."""

    def embedded(element: Element) -> Elements | None:
        inside = contents(element)
        if element["t"] not in ("Para", "Plain", "Emph", "Strong") or not isinstance(inside, list):
            return None
        return [with_children(element, _with_images(children(element)))]

    result: Elements = rewrite(blocks, embedded)
    return result


def _with_images(inlines: Elements) -> Elements:
    result: Elements = []
    for inline in inlines:
        before = text_of(result[-1]) if result and result[-1]["t"] == "Str" else ""
        if before.endswith("!") and inline["t"] == "Link" and "wikilink" in attributes(inline)[1]:
            rest = before[:-1]
            result[-1:] = [with_contents(result[-1], rest)] if rest else []
            result.append(_image(inline))
        else:
            result.append(inline)
    return result


def _image(link: Element) -> Element:
    """Return the picture in an embedded wiki *link*; its words are a size, or the alternative text."""
    words = children(link)
    text = plain(words).strip()
    is_text = not re.fullmatch(r"[\dx]+", text) and text != target(link)
    is_picture = any(target(link).lower().endswith(suffix) for suffix in FORMATS)
    if not is_picture:
        return link
    return {**image(target(link), words if is_text else []), "line": line_of(link)}


def with_cards(blocks: Elements, tags: tuple[str, ...]) -> Elements:
    """Return *blocks* with each card as `details`: its front is the summary, its back is folded."""
    result: Elements = []
    waiting: Element | None = None  # a card whose back is the next block
    for block in blocks:
        if waiting is not None:
            result[-1] = with_children(waiting, [*children(waiting), block])
            waiting = None
            continue
        if block["t"] == "Header" and (tag := _CARD_TAG.search(plain(block))):
            result.append({**with_children(block, trimmed(head(children(block), tag.start()))), ASKS: True})
            continue
        cards = _cards(block, tags)
        if cards:
            result += cards
            waiting = cards[-1] if not children(cards[-1])[1:] else None
        elif _is_separator(block) and result and result[-1]["t"] == "Para":
            reverse = plain(block).strip() == "??"
            front = result.pop()
            result.append(_card(children(front), [], line_of(front), tags, reverse=reverse))
            waiting = result[-1]
        else:
            result.append(block)
    return result


def _is_separator(block: Element) -> bool:
    return block["t"] in ("Para", "Plain") and plain(block).strip() in ("?", "??")


def _cards(block: Element, tags: tuple[str, ...]) -> Elements:
    """Return the cards in a paragraph or a list."""
    if block["t"] in ("BulletList", "OrderedList"):
        items = list_items(block)
        by_item = [_item_cards(item, tags) for item in items]
        return [card for cards in by_item for card in cards] if all(by_item) else []
    if block["t"] not in ("Para", "Plain"):
        return []
    lines = [_without_id(line) for line in lines_of(children(block))]
    if lines and (tag := _CARD_TAG.search(plain(lines[0]))):
        back = [_paragraph(lines[1:], line_of(block))] if lines[1:] else []
        return [_card(trimmed(head(lines[0], tag.start())), back, line_of(block), tags, reverse=tag[1] == "-reverse")]
    texts = [plain(line).strip() for line in lines]
    for at, text in enumerate(texts):
        if text in ("?", "??") and at:
            back = [_paragraph(lines[at + 1 :], line_of(block))] if lines[at + 1 :] else []
            return [_card(one_line(lines[:at]), back, line_of(block), tags, reverse=text == "??")]
    if any(_separator(line) for line in lines):
        return _line_cards(lines, block, tags)
    return [_cloze(block, tags)] if _has_gaps(block) else []


def _item_cards(item: Elements, tags: tuple[str, ...]) -> Elements:
    cards = _cards(item[0], tags) if item else []
    if cards:
        cards[-1] = with_children(cards[-1], [*children(cards[-1]), *item[1:]])
    return cards


def _line_cards(lines: list[Elements], block: Element, tags: tuple[str, ...]) -> Elements:
    """Return a card for each line with a separator; other lines continue the back of the card above."""
    cards: Elements = []
    before: Elements = []
    for line in lines:
        match = _separator(line)
        place = line_of(line[0], line_of(block)) if line else line_of(block)
        if match:
            front, back = head(line, match.start()), without_prefix(line, match.end())
            reverse = match[1] == ":::"
            cards.append(_card(trimmed(front), [_paragraph([back], place)], place, tags, reverse=reverse))
        elif cards:
            summary, last = children(cards[-1])
            longer = with_children(last, [*children(last), {"t": "SoftBreak"}, *line])
            cards[-1] = with_children(cards[-1], [summary, longer])
        else:
            before += [*line, {"t": "Space"}]
    text = [{**paragraph(trimmed(before)), "line": line_of(block)}] if before else []
    return [*text, *cards]


def _separator(line: Elements) -> re.Match[str] | None:
    """Return the match of `::` or `:::` in the text of *line*, outside code and formulas."""
    text = "".join("\0" * len(plain(i)) if i["t"] in ("Code", "Math", "Link") else plain(i) for i in line)
    match = _INLINE.search(text)
    return match if match and match.start() else None


def _has_gaps(block: Element) -> bool:
    return any("mark" in attributes(span)[1] for span in find_all(block, "Span"))


def _cloze(block: Element, tags: tuple[str, ...]) -> Element:
    """Return a cloze card: its question has dots in place of gaps, its answer is the whole sentence."""
    count = 0

    def gap(element: Element) -> Elements | None:
        nonlocal count
        if element["t"] == "Span" and "mark" in attributes(element)[1]:
            count += 1
            return [with_attributes(element, "", [f"c{min(count, 9)}"])]
        return None

    def dots(element: Element) -> Elements | None:
        return [string("[…]")] if element["t"] == "Span" and "mark" in attributes(element)[1] else None

    def bare(element: Element) -> Elements | None:
        return children(element) if element["t"] == "Span" and "mark" in attributes(element)[1] else None

    whole = {**block, "t": "Para"}
    hidden = {**div("cloze", rewrite([whole], gap)), "line": line_of(block)}
    front = one_line(lines_of(rewrite(children(block), dots)))
    return _card(front, [*rewrite([whole], bare), hidden], line_of(block), tags, reverse=False)


def _card(front: Elements, back: Elements, line: int, tags: tuple[str, ...], *, reverse: bool) -> Element:
    pairs = {"reverse": "true"} if reverse else {}
    pairs |= {"tags": " ".join(tags)} if tags else {}
    summary = {**div("summary", [{**paragraph(front), "line": line}]), "line": line}
    return {**div("details", [summary, *back], pairs), "line": line}


def _without_id(line: Elements) -> Elements:
    match = _BLOCK_ID.search(plain(line))
    return trimmed(head(line, match.start())) if match else line


def _paragraph(lines: list[Elements], line: int) -> Element:
    return {**paragraph(join_lines(lines)), "line": line}
