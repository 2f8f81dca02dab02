"""Chapters as HTML for print, in plain data for any process."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from crib.model.gist import with_gists
from crib.print.flavor import PrintFlavor, drawings_in
from crib.print.font_coverage import chapter_glyph_problems
from crib.print.last_words import join_last_words
from crib.problems import ContentError
from crib.render.formula_strips import render_formulas
from crib.render.fragments import RENDERED_PARTS, render_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crib.model import Answer, Book, Chapter, Exercises, Picture, Source
    from crib.render.formula_strips import FormulaHtml
    from crib.render.fragments import Fragments
    from crib.render.templates import Labels, Templates

_NO_HTML = Markup()
_SOURCE = re.compile(r'src="([^"]+)"')


@dataclass(frozen=True)
class AnswerHtml:
    """The HTML of one answer; text parts are empty unless requested.

    see      the codes of related answers
    more     an arrow to the whole answer, if the gist is only its first part
    written  True for a written gist, False for one made of the body
    source   further reading
    figures  the figures for cheat sheets
    """

    key: str
    code: str
    level: str
    tags: tuple[str, ...]
    see: tuple[str, ...]
    file: str
    question: Markup
    choices: Markup
    right: Markup
    gist: Markup
    body: Markup
    hint: Markup
    notes: tuple[Markup, ...]
    more: str = ""
    written: bool = True
    source: Source | None = None
    figures: Markup = _NO_HTML

    @property
    def name_of_gist(self) -> str:
        """The name of its gist in problems."""
        return f"the gist of {self.code}" if self.written else f"{self.code}, which has no gist,"

    def hint_if_too_long(self, hint: str) -> str:
        """Return *hint* if the gist was written, else the advice to write one."""
        return hint if self.written else "add a short `::: gist` block below its question"

    @property
    def text(self) -> str:
        """The HTML of all text parts."""
        parts = (self.question, self.choices, self.right, self.gist, self.body, self.hint, self.figures)
        return "".join((*parts, *self.notes))


@dataclass(frozen=True)
class ChapterHtml:
    """The HTML of one chapter, with its drawings of formulas (SVG by name) and its pictures.

    formulas  its formula strip, if requested
    """

    number: int
    title: str
    name: str
    file: str
    exercises: tuple[Exercises, ...]
    entries: tuple[AnswerHtml, ...]
    drawings: Mapping[str, str]
    pictures: tuple[Picture, ...]
    formulas: tuple[FormulaHtml, ...] = ()

    def only(self, entry: AnswerHtml) -> ChapterHtml:
        """Return the chapter with *entry* as its only answer."""
        html = entry.text
        drawings, pictures = drawings_in(html, self.drawings), pictures_in(html, self.pictures)
        return replace(self, exercises=(), entries=(entry,), drawings=drawings, pictures=pictures)


def render_chapter(part: Book, templates: Templates, parts: tuple[str, ...] = RENDERED_PARTS) -> ChapterHtml:
    """Return the only chapter of *part*, a book of one chapter, with these *parts* of its answers.

    Raises ContentError for characters without a glyph in any font.
    """
    [chapter] = part.chapters
    problems = list(chapter_glyph_problems(chapter, parts, templates))
    if problems:
        raise ContentError(problems)
    flavor = PrintFlavor(part, templates.labels(part))
    return _chapter_html(chapter, render_answers(chapter.answers, flavor, parts), flavor)


def render_chapter_with_gists(part: Book, templates: Templates, parts: tuple[str, ...] = RENDERED_PARTS) -> ChapterHtml:
    """Like `render_chapter`, with a gist in every answer; arrows to whole answers show their codes."""
    [chapter] = part.chapters
    full = replace(part, chapters=(with_gists(chapter),))
    section, labels = render_chapter(full, templates, parts), templates.labels(part)
    entries = (
        replace(entry, more=arrow(answer, labels), written=old.has("gist"))
        for entry, answer, old in zip(section.entries, full.answers, chapter.answers, strict=True)
    )
    return replace(section, entries=tuple(entries))


def with_formulas(section: ChapterHtml, part: Book, templates: Templates) -> ChapterHtml:
    """Return *section* with the formula strip of the only chapter of *part*."""
    flavor = PrintFlavor(part, templates.labels(part))
    [formulas] = render_formulas(part.chapters, flavor).values()
    return replace(section, formulas=formulas, drawings={**section.drawings, **flavor.drawings})


def with_figures(section: ChapterHtml, part: Book, templates: Templates) -> ChapterHtml:
    """Return *section* with the figures for sheets of the only chapter of *part*, a book reduced to these.

    Raises ContentError for characters without a glyph in any font.
    """
    figured = render_chapter(part, templates, ("body",))
    figures = {entry.key: entry.body for entry in figured.entries}
    entries = (replace(entry, figures=figures.get(entry.key, _NO_HTML)) for entry in section.entries)
    pictures = dict.fromkeys((*section.pictures, *figured.pictures))
    drawings = {**section.drawings, **figured.drawings}
    return replace(section, entries=tuple(entries), pictures=tuple(pictures), drawings=drawings)


def arrow(answer: Answer, labels: Labels) -> str:
    """Return an arrow to the code of *answer*, if its gist is only the first part of it."""
    return str(labels["whole_answer"]).replace("N", answer.code) if answer.abridged else ""


def with_book_pages(section: ChapterHtml, pages: Mapping[str, int], part: Book, templates: Templates) -> ChapterHtml:
    """Return *section* with arrows to *pages* of the printed book, by key of the answer."""
    label = str(templates.labels(part)["whole_answer_in_book"])
    entries = (
        replace(entry, more=label.replace("N", str(pages[entry.key]))) if entry.more and entry.key in pages else entry
        for entry in section.entries
    )
    return replace(section, entries=tuple(entries))


class WithDrawings(Protocol):
    """HTML of a chapter with drawings of formulas, SVG by name."""

    @property
    def drawings(self) -> Mapping[str, str]:
        """The drawings."""


def drawings_of(chapters: Iterable[WithDrawings]) -> dict[str, str]:
    """Return the formulas of all *chapters*, SVG by name."""
    return {name: svg for chapter in chapters for name, svg in chapter.drawings.items()}


def pictures_in(html: str, pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Return the *pictures* shown in *html*."""
    sources = set(_SOURCE.findall(html))
    return tuple(picture for picture in pictures if picture.target in sources)


def _chapter_html(chapter: Chapter, fragments: Mapping[str, Fragments], flavor: PrintFlavor) -> ChapterHtml:
    entries = tuple(answer_html(answer, chapter, fragments[answer.key], flavor) for answer in chapter.answers)
    html = "".join(entry.text for entry in entries)
    pictures = (replace(picture, line=0) for answer in chapter.answers for picture in answer.pictures)
    return ChapterHtml(
        chapter.number,
        chapter.title,
        chapter.name,
        chapter.file,
        chapter.exercises,
        entries,
        drawings_in(html, flavor.drawings),
        pictures_in(html, pictures),
    )


def answer_html(answer: Answer, chapter: Chapter, parts: Fragments, flavor: PrintFlavor) -> AnswerHtml:
    """Return *answer* of *chapter* with the HTML of its *parts*."""
    return AnswerHtml(
        key=answer.key,
        code=answer.code,
        level=answer.level,
        tags=answer.tags,
        see=tuple(flavor.answers[key].code for key in answer.see if key in flavor.answers),
        file=chapter.file,
        question=join_last_words(parts.question),
        choices=parts.choices,
        right=parts.right,
        gist=parts.gist,
        body=parts.body,
        hint=parts.hint,
        notes=parts.notes,
        source=answer.source,
    )
