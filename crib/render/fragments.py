"""Fragments: answers rendered to HTML, all in one run of pandoc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.markup import pandoc
from crib.model.elements import plain_block
from crib.model.task_lists import offered, right_choices
from crib.render.rewriter import AnswerRewriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.model import Answer
    from crib.model.elements import Elements
    from crib.render.flavor import Flavor

RENDERED_PARTS = ("question", "choices", "gist", "body", "hint")
"""The text parts of an answer in most media."""
CLOZE_PART = "cloze"
_RIGHT = "right"


@dataclass(frozen=True)
class Fragments:
    """The HTML of one answer, well-formed, without raw HTML; `question` is inline, others may be empty.

    choices  the choices of the question, with letters
    right    the right choices, rendered along with `choices`
    """

    question: Markup
    choices: Markup
    right: Markup
    gist: Markup
    body: Markup
    hint: Markup
    cloze: Markup
    notes: tuple[Markup, ...]

    @property
    def short(self) -> Markup:
        """The right choices and the gist."""
        return self.right + self.gist


def render_answers(
    answers: Iterable[Answer], flavor: Flavor, parts: Iterable[str] = RENDERED_PARTS
) -> dict[str, Fragments]:
    """Return the fragments of each answer by key; all but *parts* are empty."""
    trees: dict[str, Elements] = {}
    notes: dict[str, int] = {}
    for answer in answers:
        rewriter = AnswerRewriter(flavor, answer)
        for part, elements in _parts(answer, flavor, parts):
            trees[f"{answer.key}/{part}"] = _blocks(part, rewriter.rewrite(elements))
        for number, note in enumerate(rewriter.notes):
            trees[f"{answer.key}/note/{number}"] = note
        notes[answer.key] = len(rewriter.notes)
    html = pandoc.write_html(trees)
    return {
        key: Fragments(
            **{part: Markup(html.get(f"{key}/{part}", "")) for part in (*RENDERED_PARTS, _RIGHT, CLOZE_PART)},  # noqa: S704 - vetted
            notes=tuple(Markup(html[f"{key}/note/{number}"]) for number in range(count)),  # noqa: S704
        )
        for key, count in notes.items()
    }


def _parts(answer: Answer, flavor: Flavor, parts: Iterable[str]) -> Iterator[tuple[str, Elements]]:
    """Yield name and text of each of *parts*; after the choices, yield the right ones."""
    for part in parts:
        if part != "choices":
            yield part, getattr(answer, part)
        elif answer.has(part):
            yield part, offered(answer.choices, boxes=flavor.boxed_choices)
            yield _RIGHT, right_choices(answer.choices)


def _blocks(part: str, elements: Elements) -> Elements:
    return [plain_block(elements)] if part == "question" else elements
