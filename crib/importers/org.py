"""Import Org files: cards of org-drill and org-fc (headings with a tag), or questions as headings.

https://gitlab.com/phillord/org-drill
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.importers.drafts import ASKS
from crib.importers.inlines import trimmed, words
from crib.importers.outline import flat
from crib.importers.read_pandoc import read_with_pandoc
from crib.importers.wording import is_answer_heading, is_generic
from crib.model.elements import (
    attributes,
    children,
    div,
    header,
    heading_level,
    span,
    string,
    text_of,
    with_children,
    with_contents,
)
from crib.model.tree import find_all, plain, rewrite
from crib.source.allowlist import GAP

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import Imported
    from crib.model.elements import Element, Elements

_TAGS = {"drill", "fc", "flashcard", "flashcards", "card"}
_MARKS = {"tag", "todo", "done"}
_PARTS = re.compile("[^\\s\ue000]*\ue000[^\ue001]*\ue001\\S*|\\s+|[^\\s\ue000]+")
_WORDS = ("Str", "Space", "SoftBreak")
_SIDE = re.compile(r"^\s*side\s*([12])\s*$", re.IGNORECASE)
_GAP = re.compile(r"\[([^\[\]]+?)(?:\|\|([^\[\]]*))?\]|\{\{([^{}]+?)\}(?:\{[^{}]*\})?(?:@\d+)?\}")


def read(source: SourceFile, options: ReadOptions) -> Imported:
    """Return the questions in an Org file. Raises CribError."""
    return read_with_pandoc(source, options, "org", _with_cards)


def _with_cards(blocks: Elements) -> Elements:
    """Return *blocks* with the headings of cards marked as questions, and gaps as clozes."""
    result: Elements = []
    card: Element | None = None
    inside: Elements = []
    for block in flat(blocks):
        level = heading_level(block) if block["t"] == "Header" else 0
        if card is not None and (not level or level > heading_level(card)):
            inside.append(block)
            continue
        result += _finished(card, inside) if card is not None else []
        card, inside = None, []
        if level and _tags(block) & _TAGS:
            card = block
        else:
            result.append(_without_tags(block) if level else block)
    return [*result, *(_finished(card, inside) if card is not None else [])]


def _finished(card: Element, inside: Elements) -> Elements:
    """Return a *card* with the blocks *inside* it as a question with its answer."""
    heading = {**_without_tags(card), ASKS: True}
    sides = [at for at, block in enumerate(inside) if block["t"] == "Header" and _SIDE.match(plain(block))]
    if len(sides) == 2:
        stem, answer = inside[: sides[1]], inside[sides[1] + 1 :]
        stem = [block for block in stem if block["t"] != "Header"]
        return [heading, *stem, _answer_heading(card), *answer]
    has_answer = any(block["t"] == "Header" and is_answer_heading(plain(block)) for block in inside)
    if has_answer or not any(map(_has_gap, inside)):
        return [heading, *map(_without_tags, inside)]
    return _cloze(heading, inside)


def _cloze(heading: Element, inside: Elements) -> Elements:
    """Return a cloze: its question has dots in place of gaps, its answer is the whole text."""
    count = 0

    def gap(element: Element) -> Elements | None:
        nonlocal count
        parts: Elements = []
        if element["t"] != "Str" or "\ue000" not in text_of(element):
            return None
        for at, text in enumerate(re.split("[\ue000\ue001]", text_of(element))):
            if at % 2:
                count += 1
                parts.append(span(f"c{min(count, 9)}", words(text)))
            elif text:
                parts.append(string(text))
        return parts

    gapped = rewrite([_marked(block) for block in inside], gap)
    hidden, whole = rewrite(gapped, _dots), rewrite(gapped, _without_gaps)
    text = next((block for block in hidden if block["t"] in ("Para", "Plain")), None)
    asks = children(text) if text and is_generic(plain(heading)) else children(heading)
    return [with_children(heading, asks), *whole, div("cloze", gapped)]


def _marked(block: Element) -> Element:
    """Return *block* with each gap of a paragraph between two private characters, in one word."""
    if block["t"] not in ("Para", "Plain"):
        return block
    result: Elements = []
    run = ""
    for inline in [*children(block), None]:
        if inline is not None and inline["t"] in _WORDS:
            run += plain(inline)
        else:
            result += _run(_GAP.sub(lambda match: f"\ue000{match[1] or match[3]}\ue001", run))
            result += [inline] if inline is not None else []
            run = ""
    return with_contents(block, trimmed(result))


def _run(text: str) -> Elements:
    """Return *text* as inlines; text between the private characters is one word."""
    return [{"t": "Space"} if part.isspace() else string(part) for part in _PARTS.findall(text)]


def _dots(element: Element) -> Elements | None:
    return [string("[…]")] if _is_gap(element) else None


def _without_gaps(element: Element) -> Elements | None:
    return children(element) if _is_gap(element) else None


def _is_gap(element: Element) -> bool:
    return element["t"] == "Span" and GAP.match((attributes(element)[1] or [""])[0]) is not None


def _has_gap(block: Element) -> bool:
    return block["t"] in ("Para", "Plain") and bool(_GAP.search(plain(block)))


def _answer_heading(card: Element) -> Element:
    level = heading_level(card) + 1
    return header(level, words("Answer"))


def _tags(header: Element) -> set[str]:
    return {plain(span).strip().casefold() for span in find_all(header, "Span") if "tag" in attributes(span)[1]}


def _without_tags(block: Element) -> Element:
    """Return a heading without Org's tags and keywords, such as `TODO`."""
    if block["t"] != "Header":
        return block

    def drop(element: Element) -> Elements | None:
        return [] if element["t"] == "Span" and _MARKS & set(attributes(element)[1]) else None

    return with_children(block, trimmed(rewrite(children(block), drop)))
