"""Task lists (`- [ ]` and `- [x]`), and the choices of a question, written as a task list.

A box is a `Span` of the class `box` at the start of an item; its text is U+2610 or U+2611. Choices are shown as a
list with the letters A to Z.
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
"""Choices of a question, one for each letter."""

_EMPTY, _CHECKED = "☐", "☑"


@dataclass(frozen=True)
class Choice:
    """One choice of a question; `blocks` are its text, without the box."""

    is_right: bool
    blocks: Elements


def box(*, checked: bool, line: int) -> Element:
    """Return a box as an inline."""
    text = {**string(_CHECKED if checked else _EMPTY), "line": line}
    return {**span(BOX, [text]), "line": line}


def is_box(element: Element) -> bool:
    """Return True if *element* is a box."""
    return element["t"] == "Span" and attributes(element)[1] == [BOX]


def is_checked(element: Element) -> bool:
    """Return True if the box *element* is checked."""
    return text_of(children(element)[0]) == _CHECKED


def choices_in(blocks: Elements) -> Iterator[Choice]:
    """Yield each choice of a question; *blocks* are the valid contents of its `::: choices`."""
    for task_list in blocks:
        for first, *rest in contents(task_list):
            mark, *words = children(first)
            yield Choice(is_checked(mark), [with_children(first, words[1:]), *rest])


def offered(blocks: Elements, *, boxes: bool) -> Elements:
    """Return all choices in *blocks* as a lettered list; *boxes* puts an empty box before each."""
    choices = [choice.blocks for choice in choices_in(blocks)]
    return [lettered_list([_boxed(choice) if boxes else choice for choice in choices], 1)] if choices else []


def right_choices(blocks: Elements) -> Elements:
    """Return the right choices in *blocks* with their letters."""
    numbered = groupby(enumerate(choices_in(blocks), 1), lambda pair: pair[1].is_right)
    runs = [list(run) for is_right, run in numbered if is_right]
    return [lettered_list([choice.blocks for _, choice in run], run[0][0]) for run in runs]


def _boxed(blocks: Elements) -> Elements:
    first, *rest = blocks
    return [with_children(first, [box(checked=False, line=0), {"t": "Space"}, *children(first)]), *rest]
