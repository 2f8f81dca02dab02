"""Summaries of answers, and index terms, for lists on other pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from crib.markup import pandoc
from crib.model.elements import attributes, children, plain_block
from crib.model.tree import find_blocks, plain, rewrite
from crib.render.index import IndexTerm
from crib.render.reflow_flavor import TAB_STOP
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.model import Answer
    from crib.model.elements import Element, Elements
    from crib.render.reflow_flavor import ReflowFlavor


@dataclass(frozen=True)
class AnswerSummary:
    """Summary of an answer for lists on other pages.

    words    its question as plain text, with TeX
    changes  dates of changes since earlier editions
    """

    key: str
    code: str
    question: Markup
    words: str
    tags: tuple[str, ...]
    changes: tuple[str, ...]


def summary(answer: Answer, question: Markup) -> AnswerSummary:
    """Return the summary of *answer*, with its rendered *question*."""
    dates = tuple(attributes(block)[2]["date"] for block in find_blocks(answer.body, "since"))
    return AnswerSummary(answer.key, answer.code, question, plain(answer.question), answer.tags, dates)


def render_lists(answers: Iterable[Answer], flavor: ReflowFlavor) -> tuple[dict[str, Markup], tuple[IndexTerm, ...]]:
    """Return HTML for lists: questions by key, and the index terms of *flavor*.

    Boxes in them are no tab stops: the whole line becomes a link, a tab stop itself.
    """
    rewriter = TextRewriter(flavor)
    words = {answer.key: rewriter.rewrite(rewrite(answer.question, _words)) for answer in answers}
    words |= {place: term for _, place, term in flavor.terms}
    html = pandoc.write_html({name: [plain_block(inlines)] for name, inlines in words.items()})
    lines = {name: Markup(line.replace(TAB_STOP, "")) for name, line in html.items()}  # noqa: S704 - vetted
    terms = tuple(IndexTerm(text, lines.pop(place), place) for text, place, _ in flavor.terms)
    return lines, terms


def _words(element: Element) -> Elements | None:
    """Replace a link or picture by its words."""
    return children(element) if element["t"] in ("Link", "Image") else None
