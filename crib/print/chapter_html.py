"""Chapters as HTML for print, as plain data that can be sent to any process."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.model.gist import with_gists
from crib.print.flavor import PrintFlavor, drawings_in
from crib.print.font_coverage import chapter_glyph_problems
from crib.print.last_words import join_last_words
from crib.problems import ContentError
from crib.render.formula_strips import render_formulas
from crib.render.fragments import RENDERED_PARTS, render_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

    from crib.model import Answer, Book, Chapter, Exercises, Picture, Source
    from crib.render.formula_strips import FormulaHtml
    from crib.render.fragments import Fragments
    from crib.render.templates import Labels, Templates

_SOURCE = re.compile(r'src="([^"]+)"')


@dataclass(frozen=True)
class AnswerHtml:
    """The HTML of one answer; parts that were not requested are empty.

    see      the codes of related answers
    more     an arrow to the whole answer, if the gist is only the first part of it
    written  whether the gist was written as one; else it is made of the body
    source   where to read more
    """

    key: str
    code: str
    level: str
    tags: tuple[str, ...]
    see: tuple[str, ...]
    file: str
    line: int
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

    @property
    def name_of_gist(self) -> str:
        """What problems call its gist."""
        return f"the gist of {self.code}" if self.written else f"{self.code}, which has no gist,"

    def hint_if_too_long(self, hint: str) -> str:
        """Return *hint* for a written gist that is too long, or the advice to write one."""
        return hint if self.written else "add a short `::: gist` block below its question"

    @property
    def text(self) -> str:
        """The HTML of all its parts."""
        parts = (self.question, self.choices, self.right, self.gist, self.body, self.hint)
        return "".join((*parts, *self.notes))


@dataclass(frozen=True)
class ChapterHtml:
    """The HTML of one chapter, with its drawings of formulas (SVG by name) and its pictures.

    formulas  its formula strip, if it was asked for
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
    """Return the only chapter of *part*, a part of a book, with these *parts* of its answers.

    Raises ContentError for characters that no font has a glyph for.
    """
    [chapter] = part.chapters
    problems = list(chapter_glyph_problems(chapter, parts, templates))
    if problems:
        raise ContentError(problems)
    flavor = PrintFlavor(part, templates.labels(part))
    return _chapter_html(chapter, render_answers(chapter.answers, flavor, parts), flavor)


def render_chapter_with_gists(part: Book, templates: Templates, parts: tuple[str, ...] = RENDERED_PARTS) -> ChapterHtml:
    """Return what `render_chapter` does, with a gist in every answer; the arrow to a whole answer shows its code."""
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


def arrow(answer: Answer, labels: Labels) -> str:
    """Return an arrow to the code of *answer*, if its gist is only the first part of it."""
    return str(labels["whole_answer"]).replace("N", answer.code) if answer.abridged else ""


def with_book_pages(section: ChapterHtml, pages: Mapping[str, int], part: Book, templates: Templates) -> ChapterHtml:
    """Return *section* with arrows to *pages* of the printed book, which are given by the keys of answers."""
    label = str(templates.labels(part)["whole_answer_in_book"])
    entries = (
        replace(entry, more=label.replace("N", str(pages[entry.key]))) if entry.more and entry.key in pages else entry
        for entry in section.entries
    )
    return replace(section, entries=tuple(entries))


def drawings_of(chapters: Iterable[ChapterHtml]) -> dict[str, str]:
    """Return the formulas of all *chapters*, SVG by name."""
    return {name: svg for chapter in chapters for name, svg in chapter.drawings.items()}


def pictures_in(html: str, pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Return the *pictures* that *html* refers to."""
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
        line=answer.line,
        question=join_last_words(parts.question),
        choices=parts.choices,
        right=parts.right,
        gist=parts.gist,
        body=parts.body,
        hint=parts.hint,
        notes=parts.notes,
        source=answer.source,
    )
