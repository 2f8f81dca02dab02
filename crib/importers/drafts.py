"""Drafts of questions: the results of recognizers, before stem, choices and answer are separated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crib.model.elements import Element, Elements

ASKS = "asks"
"""The key of elements known to be questions, since they began a list item."""


@dataclass
class Draft:
    """A question, as inlines, and the blocks below it.

    is_open   following blocks belong to it
    in_list   it was a list item; the next item may be in another list
    settings  fields of `ImportedQuestion` known already
    """

    question: Elements
    line: int
    blocks: Elements = field(default_factory=list)
    is_open: bool = True
    in_list: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


def line_of(element: Element, otherwise: int = 0) -> int:
    """Return the line of *element*, by default *otherwise*."""
    return int(element.get("line", otherwise))


if TYPE_CHECKING:
    Recognizer = Callable[[Element], list[Draft]]
    """Returns the questions that begin in a block; none if it has another shape. Only the last may be open."""
