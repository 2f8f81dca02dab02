"""Fill in missing gists: the whole answer if it is short, else its first part with an arrow to the whole.

An answer is short up to nine lines of a sheet, about the longest gist of the shipped book.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crib.model.elements import attributes, children, target
from crib.model.first_part import first_part
from crib.model.practice import is_practice
from crib.model.text_length import lines_of
from crib.model.tree import find_all, rewrite

if TYPE_CHECKING:
    from crib.model import Answer, Chapter
    from crib.model.elements import Element, Elements

LINES = 9
"""The most lines of a short answer: see `text_length`."""

_FIRST = LINES - 1  # the arrow to the whole answer takes one line


def with_gist(answer: Answer) -> Answer:
    """Return *answer* with a gist: its own, or else its body if that is short, or the first part of its body.

    With only a first part it is `abridged`. A question with choices needs no gist: the right choices are its answer.
    """
    if answer.has("gist") or answer.has("choices") or not answer.has("body"):
        return answer
    if not needs_gist(answer):
        return _moved(answer, "body", "gist")
    body = answer.body
    text = _without_marks([block for block in body if not is_practice(block)])
    gist, is_whole = (text, True) if lines_of(text) <= LINES else first_part(text, _FIRST)
    if is_whole and not _has_more(body):  # it cannot be cut
        return _moved(answer, "body", "gist")
    targets = {target(element) for element in find_all(gist, "Image")}
    pictures = (replace(picture, part="gist") for picture in answer.pictures if picture.target in targets)
    return replace(answer.with_text(gist=gist), abridged=True, pictures=(*answer.pictures, *pictures))


def needs_gist(answer: Answer) -> bool:
    """Return True if *answer* needs a gist: its body is long, or has notes or a practice block."""
    if answer.has("gist") or answer.has("choices") or not answer.has("body"):
        return False
    body = answer.body
    return lines_of(body) > LINES or _has_more(body)


def _has_more(body: Elements) -> bool:
    """Return True if *body* has notes or a practice block: sheets do not print them."""
    return any(find_all(body, "Note")) or any(map(is_practice, body))


def with_body(answer: Answer) -> Answer:
    """Return *answer* with a body: its gist if it has only that."""
    return answer if answer.has("body") or not answer.has("gist") else _moved(answer, "gist", "body")


def with_gists(chapter: Chapter) -> Chapter:
    """Return *chapter* with a gist in each of its answers: see `with_gist`."""
    return replace(chapter, answers=tuple(map(with_gist, chapter.answers)))


def _moved(answer: Answer, old: str, new: str) -> Answer:
    """Return *answer* with the text of its part *old* moved to *new*."""
    moved = {old: [], new: _without_marks(getattr(answer, old)) if new == "gist" else getattr(answer, old)}
    pictures = (replace(picture, part=new) if picture.part == old else picture for picture in answer.pictures)
    return replace(answer.with_text(**moved), pictures=tuple(pictures))


def _without_marks(blocks: Elements) -> Elements:
    """Return *blocks* without notes and marks of index terms: a gist has no place for them."""
    unmarked: Elements = rewrite(blocks, _unmarked)
    return unmarked


def _unmarked(element: Element) -> Elements | None:
    if element["t"] == "Note":
        return []
    return children(element) if element["t"] == "Span" and attributes(element)[1] == ["term"] else None
