"""Questions in the making: what recognizers find, before stems, answers and choices are told apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crib.model.elements import Element, Elements

ASKS = "asks"
"""The key of elements that are known to be questions, since they began an item of a list."""


@dataclass
class Draft:
    """A question, as inlines, and the blocks below it.

    is_open  whether blocks that follow belong to it
    in_list  whether it was an item of a list, whose next item may be in a list of its own
    settings  fields of `ImportedQuestion` that are known already
    """

    question: Elements
    line: int
    blocks: Elements = field(default_factory=list)
    is_open: bool = True
    in_list: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


def line_of(element: Element, otherwise: int = 0) -> int:
    """Return the line of *element*; *otherwise* if it has none."""
    return int(element.get("line", otherwise))


if TYPE_CHECKING:
    Recognizer = Callable[[Element], list[Draft]]
    """Returns the questions that begin in a block; none if it has another shape. Only the last may be open."""
