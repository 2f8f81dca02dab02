"""Chapters of the study page, one job each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zlib import compress

from crib.markup.output_allowlist import DRAWING
from crib.model.gist import with_body, with_gist
from crib.model.task_lists import choices_in
from crib.outputs.web.flavor import WebFlavor
from crib.outputs.web.minify import minified
from crib.outputs.web.pictures import with_bitmaps, with_drawings
from crib.render import gate
from crib.render.fragments import RENDERED_PARTS, render_answers
from crib.render.summaries import render_lists, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Answer, Book, Chapter
    from crib.render.index import IndexTerm
    from crib.render.summaries import AnswerSummary
    from crib.render.templates import Templates

_TEMPLATE = "web/chapter.html.j2"


@dataclass(frozen=True)
class RenderedChapter:
    """A chapter of the page.

    chapter  its number
    html     its answers, compressed
    entries  summaries of its answers
    levels   the level of each answer, in the same order
    terms    index terms; their targets begin with the key of the answer
    """

    chapter: int
    html: bytes
    entries: tuple[AnswerSummary, ...]
    levels: tuple[str, ...]
    terms: tuple[IndexTerm, ...]


def chapter_parts(book: Book) -> Iterator[Book]:
    """Yield a book of one chapter for each chapter, with the questions of the answers under "see also"."""
    answers = {answer.key: answer for answer in book.answers}
    for chapter in book.chapters:
        part = book.part(replace(chapter, answers=tuple(map(_without_lines, chapter.answers))), *RENDERED_PARTS)
        see = {key for answer in chapter.answers for key in answer.see}
        neighbors = (
            neighbor.with_text(question=answers[neighbor.key].question) if neighbor.key in see else neighbor
            for neighbor in part.neighbors
        )
        yield replace(part, neighbors=tuple(neighbors))


def render_chapter(part: Book, templates: Templates) -> RenderedChapter:
    """Render the only chapter of *part*. Raises BuildError, ContentError."""
    [chapter] = part.chapters
    flavor = WebFlavor(part, templates.labels(part))
    values, terms = shown_answers(part, flavor)
    html = with_drawings(templates.render(_TEMPLATE, **values), flavor.media)
    gate.check(html, origin(chapter, _TEMPLATE, templates), DRAWING)
    html = with_bitmaps(minified(html, part.direction, templates), flavor.media)
    return RenderedChapter(
        chapter=chapter.number,
        html=compress(html.encode()),
        entries=tuple(summary(answer, values["questions"][answer.key]) for answer in chapter.answers),
        levels=tuple(answer.level for answer in chapter.answers),
        terms=terms,
    )


def shown_answers(part: Book, flavor: WebFlavor) -> tuple[dict[str, Any], tuple[IndexTerm, ...]]:
    """Return template values for the answers of *part*, a book of one chapter, and their index terms."""
    [chapter] = part.chapters
    fragments = render_answers(map(with_body, chapter.answers), flavor)
    abridged = [answer.only("gist") for answer in map(with_gist, chapter.answers) if answer.abridged]
    questions, terms = render_lists(flavor.answers.values(), flavor)
    values = {
        "chapter": chapter,
        "labels": flavor.labels,
        "address": flavor.address,
        "answers": flavor.answers,
        "questions": questions,
        "fragments": fragments,
        "beginnings": render_answers(abridged, flavor, ("gist",)),
        "right": {answer.key: _right(answer) for answer in chapter.answers},
    }
    return values, terms


def origin(chapter: Chapter, template: str, templates: Templates) -> gate.Origin:
    """Return the origin of markup by *template*, filled with answers of *chapter*."""
    files = {answer.key: chapter.file for answer in chapter.answers}
    return gate.Origin(templates, (template,), gate.answers_in(files))


def _without_lines(answer: Answer) -> Answer:
    """Return *answer* without line numbers, which change with every edit above it."""
    pictures = tuple(replace(picture, line=0) for picture in answer.pictures)
    return replace(answer, line=0, pictures=pictures, reverse=None)


def _right(answer: Answer) -> str:
    """Return the numbers of the right choices of *answer*, from 1."""
    return " ".join(str(n) for n, choice in enumerate(choices_in(answer.choices), 1) if choice.is_right)
