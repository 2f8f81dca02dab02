"""Log of pieces left out or changed by an import: nothing is lost silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.importers.drafts import line_of
from crib.importers.questions import LeftOut
from crib.model.elements import text_of
from crib.model.tree import find_all, plain
from crib.problems import short

if TYPE_CHECKING:
    from crib.model.elements import Element

NAVIGATION = "left out: navigation of the source"
NOT_AN_ANSWER = "left out: belongs to no question"
_NAMES = {"Table": "a table", "Math": "a formula"}


class ImportLog:
    """Log of the pieces of one file left out; `near` is the current question."""

    def __init__(self, file: str) -> None:
        """Start an empty log on *file*."""
        self.file = file
        self.near = ""
        self.left_out: list[LeftOut] = []

    def leave_out(self, line: int, what: str, why: str) -> None:
        """Record a piece: its text, and the reason or its replacement."""
        self.left_out.append(LeftOut(self.file, line, self.near, short(what, 80) or "(nothing to read)", why))

    def leave_out_element(self, element: Element, why: str) -> None:
        """Record an element by its text, unless it is invisible, such as a line break."""
        if text := text_for_people(element):
            self.leave_out(line_of(element), text, why)


def text_for_people(element: Element) -> str:
    """Return the text of *element*, or the name of its type; empty if it is invisible."""
    kind = element["t"]
    if kind in ("CodeBlock", "Code", "RawBlock", "RawInline"):
        return text_of(element)
    texts = [plain(inner) for inner in find_all(element, "Para", "Plain", "Header", "CodeBlock")]
    text = " ".join(" ".join(texts or [plain(element)]).split())
    has_picture = next(find_all(element, "Image"), None) is not None
    return text or ("a picture" if has_picture else _NAMES.get(kind, ""))
