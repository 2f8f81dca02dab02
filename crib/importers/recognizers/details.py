"""Recognize `<details>`: the summary is the question."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from crib.importers.drafts import Draft
from crib.importers.inlines import trimmed
from crib.importers.wording import ANSWER_LABEL, ends_as_question, is_answer_heading
from crib.model.elements import Element, Elements, attributes, children, header, heading_level
from crib.model.tree import find_all, plain, rewrite

_LABELED = "labeled"
"""The key of folded answers with a repeated label as summary, in any language."""

_LEAST_LABELS = 3
_DEEPEST = 6
_HINT = re.compile(r"^\W*(?:(?:show|see|view|click|for|a|the|get|need|reveal)\W+)*hints?\W*\d*\W*$", re.IGNORECASE)


def with_labels(blocks: Elements) -> Elements:
    """Mark folded answers in *blocks* with a repeated summary that is not a question, such as `Show it`."""
    words = Counter(_label(block) for block in find_all(blocks, "Div") if is_details(block))
    labels = {text for text, count in words.items() if count >= _LEAST_LABELS and text and not ends_as_question(text)}

    def marked(block: Element) -> Elements | None:
        return [{**block, _LABELED: True}] if is_details(block) and _label(block) in labels else None

    result: Elements = rewrite(blocks, marked) if labels else blocks
    return result


def without_groups(blocks: Elements, above: int = 0) -> Elements:
    """Replace each `<details>` with several questions in it by a heading and its contents.

    above  the level of the heading above them
    """
    result: Elements = []
    for block in blocks:
        above = heading_level(block) if block["t"] == "Header" else above
        if _is_group(block):
            below = min(above + 1, _DEEPEST)
            result += [{**header(below, summary(block)), "line": block["line"]}, *without_groups(folded(block), below)]
        else:
            result.append(block)
    return result


def _is_group(block: Element) -> bool:
    """Return True if *block* folds several questions, and besides only headings and rules."""
    if not is_details(block) or ends_as_question(plain(summary(block))):
        return False
    inside = [part for part in folded(block) if part["t"] not in ("Header", "HorizontalRule")]
    return len(inside) > 1 and all(map(recognize, inside))


def _label(block: Element) -> str:
    return plain(summary(block)).strip().casefold()


def recognize(block: Element) -> list[Draft]:
    """Return the question of a folded answer."""
    words = plain(summary(block)) if is_details(block) and _LABELED not in block else ""
    if not words.strip() or is_answer_heading(words) or is_hint(block) or ANSWER_LABEL.match(words):
        return []
    return [Draft(summary(block), block["line"], folded(block), is_open=False, settings=_settings(block))]


def _settings(block: Element) -> dict[str, Any]:
    """Return the settings of the question in the attributes of *block*."""
    _, _, pairs = attributes(block)
    return {"reverse": pairs.get("reverse") == "true", "tags": tuple(pairs.get("tags", "").split())}


def is_details(block: Element) -> bool:
    """Return True if *block* is `<details>`."""
    return block["t"] == "Div" and attributes(block)[1] == ["details"]


def is_hint(block: Element) -> bool:
    """Return True if *block* is a folded hint."""
    return is_details(block) and bool(_HINT.match(plain(summary(block))))


def is_folded_answer(block: Element) -> bool:
    """Return True if *block* is `<details>` with a summary such as `Answer`, or an empty one."""
    return is_details(block) and not is_hint(block) and not recognize(block)


def summary(details: Element) -> Elements:
    """Return the words of the summary, as inlines."""
    parts = [block for block in children(details) if _is_summary(block)]
    return trimmed([inline for part in parts for block in children(part) for inline in _inlines(block)])


def folded(details: Element) -> Elements:
    """Return the folded blocks."""
    return [block for block in children(details) if not _is_summary(block)]


def _is_summary(block: Element) -> bool:
    return block["t"] == "Div" and attributes(block)[1] == ["summary"]


def _inlines(block: Element) -> Elements:
    return children(block) if block["t"] in ("Para", "Plain", "Header") else []
