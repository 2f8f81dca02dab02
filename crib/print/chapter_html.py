"""Chapters as HTML for print, as plain data that can be sent to any process."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.print.flavor import PrintFlavor, drawings_in
from crib.print.font_coverage import chapter_glyph_problems
from crib.problems import ContentError
from crib.render.fragments import RENDERED_PARTS, render_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from markupsafe import Markup

    from crib.model import Answer, Book, Chapter, Exercises, Picture
    from crib.render.fragments import Fragments
    from crib.render.templates import Templates

_SOURCE = re.compile(r'src="([^"]+)"')


@dataclass(frozen=True)
class AnswerHtml:
    """The HTML of one answer; parts that were not requested are empty. `see` lists codes of related answers."""

    key: str
    code: str
    level: str
    tags: tuple[str, ...]
    see: tuple[str, ...]
    file: str
    line: int
    question: Markup
    gist: Markup
    body: Markup
    hint: Markup
    notes: tuple[Markup, ...]


@dataclass(frozen=True)
class ChapterHtml:
    """The HTML of one chapter, with its formulas (SVG by name) and its pictures."""

    number: int
    title: str
    name: str
    file: str
    exercises: tuple[Exercises, ...]
    entries: tuple[AnswerHtml, ...]
    drawings: Mapping[str, str]
    pictures: tuple[Picture, ...]

    def only(self, entry: AnswerHtml) -> ChapterHtml:
        """Return the chapter with *entry* as its only answer."""
        html = "".join((entry.question, entry.gist, entry.body, entry.hint, *entry.notes))
        pictures = tuple(picture for picture in self.pictures if f'src="{picture.target}"' in html)
        return replace(
            self, exercises=(), entries=(entry,), drawings=drawings_in(html, self.drawings), pictures=pictures
        )


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


def drawings_of(chapters: Iterable[ChapterHtml]) -> dict[str, str]:
    """Return the formulas of all *chapters*, SVG by name."""
    return {name: svg for chapter in chapters for name, svg in chapter.drawings.items()}


def pictures_in(html: str, pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Return the *pictures* that *html* refers to."""
    sources = set(_SOURCE.findall(html))
    return tuple(picture for picture in pictures if picture.target in sources)


def _chapter_html(chapter: Chapter, fragments: Mapping[str, Fragments], flavor: PrintFlavor) -> ChapterHtml:
    entries = tuple(_answer_html(answer, chapter, fragments[answer.key], flavor) for answer in chapter.answers)
    html = "".join(
        part for entry in entries for part in (entry.question, entry.gist, entry.body, entry.hint, *entry.notes)
    )
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


def _answer_html(answer: Answer, chapter: Chapter, parts: Fragments, flavor: PrintFlavor) -> AnswerHtml:
    return AnswerHtml(
        key=answer.key,
        code=answer.code,
        level=answer.level,
        tags=answer.tags,
        see=tuple(flavor.answers[key].code for key in answer.see if key in flavor.answers),
        file=chapter.file,
        line=answer.line,
        question=parts.question,
        gist=parts.gist,
        body=parts.body,
        hint=parts.hint,
        notes=parts.notes,
    )
