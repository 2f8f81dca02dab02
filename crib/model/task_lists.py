"""Boxes of task lists (`- [ ]` and `- [x]`), and the choices of a question, which are such a list.

Choices have letters, A to Z: shown, they are a list that counts so.

A box is a `Span` of the class `box` at the start of an item; its text is U+2610 or U+2611.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from crib.model.elements import attributes, children, contents, lettered_list, span, string, text_of, with_children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model.elements import Element, Elements

BOX = "box"
"""The class of a box."""

MOST_CHOICES = 26
"""Choices of a question: there is a letter for each."""

_EMPTY, _CHECKED = "☐", "☑"


@dataclass(frozen=True)
class Choice:
    """One of the answers that a question offers; `blocks` are its text, without the box."""

    is_right: bool
    blocks: Elements


def box(*, checked: bool, line: int) -> Element:
    """Return a box as an inline."""
    text = {**string(_CHECKED if checked else _EMPTY), "line": line}
    return {**span(BOX, [text]), "line": line}


def is_box(element: Element) -> bool:
    """Tell whether *element* is a box."""
    return element["t"] == "Span" and attributes(element)[1] == [BOX]


def is_checked(element: Element) -> bool:
    """Tell whether the box *element* is checked."""
    return text_of(children(element)[0]) == _CHECKED


def choices_in(blocks: Elements) -> Iterator[Choice]:
    """Yield each choice of a question; *blocks* are the contents of its `::: choices`, checked when it was read."""
    for task_list in blocks:
        for first, *rest in contents(task_list):
            mark, *words = children(first)
            yield Choice(is_checked(mark), [with_children(first, words[1:]), *rest])


def offered(blocks: Elements, *, boxes: bool) -> Elements:
    """Return all choices in *blocks* as they are offered, with letters, and empty *boxes* if wanted."""
    choices = [choice.blocks for choice in choices_in(blocks)]
    return [_lettered(1, [_boxed(choice) if boxes else choice for choice in choices])] if choices else []


def right_choices(blocks: Elements) -> Elements:
    """Return the right choices in *blocks* with their letters."""
    numbered = groupby(enumerate(choices_in(blocks), 1), lambda pair: pair[1].is_right)
    runs = [list(run) for is_right, run in numbered if is_right]
    return [_lettered(run[0][0], [choice.blocks for _, choice in run]) for run in runs]


def _lettered(first: int, items: list[Elements]) -> Element:
    """Return a list of *items* whose letters begin with number *first*."""
    return lettered_list(items, first)


def _boxed(blocks: Elements) -> Elements:
    first, *rest = blocks
    return [with_children(first, [box(checked=False, line=0), {"t": "Space"}, *children(first)]), *rest]
