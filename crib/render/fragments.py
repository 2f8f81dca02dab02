"""Answers to HTML fragments, all of them in one run of pandoc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.markup import pandoc
from crib.model.elements import plain_block
from crib.render.flavor import Rewriting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.model import Answer
    from crib.model.elements import Elements
    from crib.render.flavor import Flavor

RENDERED_PARTS = ("question", "gist", "body", "hint")
CLOZE_PART = "cloze"


@dataclass(frozen=True)
class Fragments:
    """The HTML of one answer, safe and well-formed; `question` is inline, `hint` and `cloze` may be empty."""

    question: Markup
    gist: Markup
    body: Markup
    hint: Markup
    cloze: Markup
    notes: tuple[Markup, ...]


def render_answers(
    answers: Iterable[Answer], flavor: Flavor, parts: Iterable[str] = RENDERED_PARTS
) -> dict[str, Fragments]:
    """Return the fragments of each answer by its key; those not among *parts* stay empty."""
    trees: dict[str, Elements] = {}
    notes: dict[str, int] = {}
    for answer in answers:
        rewriting = Rewriting(flavor, answer)
        for part in parts:
            trees[f"{answer.key}/{part}"] = _blocks(part, rewriting.rewritten(getattr(answer, part)))
        for number, note in enumerate(rewriting.notes):
            trees[f"{answer.key}/note/{number}"] = note
        notes[answer.key] = len(rewriting.notes)
    html = pandoc.write_html(trees)
    return {
        key: Fragments(
            **{part: Markup(html.get(f"{key}/{part}", "")) for part in (*RENDERED_PARTS, CLOZE_PART)},  # noqa: S704 - vetted
            notes=tuple(Markup(html[f"{key}/note/{number}"]) for number in range(count)),  # noqa: S704
        )
        for key, count in notes.items()
    }


def _blocks(part: str, elements: Elements) -> Elements:
    return [plain_block(elements)] if part == "question" else elements
