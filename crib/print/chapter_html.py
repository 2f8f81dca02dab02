"""The chapters of a book in HTML for paper, as plain data that any process can print."""

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

_SHOWN = re.compile(r'src="([^"]+)"')


@dataclass(frozen=True)
class AnswerHtml:
    """One answer; parts that were not asked for are empty. `see` has codes."""

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
    """One chapter; `drawings` are the formulas of its entries, SVG by name, and `pictures` what else they show."""

    number: int
    title: str
    name: str
    file: str
    exercises: tuple[Exercises, ...]
    entries: tuple[AnswerHtml, ...]
    drawings: Mapping[str, str]
    pictures: tuple[Picture, ...]

    def only(self, entry: AnswerHtml) -> ChapterHtml:
        """Return the chapter as if *entry* were all that is in it."""
        html = "".join((entry.question, entry.gist, entry.body, entry.hint, *entry.notes))
        pictures = tuple(picture for picture in self.pictures if f'src="{picture.target}"' in html)
        return replace(
            self, exercises=(), entries=(entry,), drawings=drawings_in(html, self.drawings), pictures=pictures
        )


def render_chapter(part: Book, templates: Templates, parts: tuple[str, ...] = RENDERED_PARTS) -> ChapterHtml:
    """Return the one chapter of *part* of a book, with these *parts* of its answers.

    Raises ContentError for characters that no font of ours has.
    """
    [chapter] = part.chapters
    problems = list(chapter_glyph_problems(chapter, parts, templates))
    if problems:
        raise ContentError(problems)
    flavor = PrintFlavor(part, templates.labels(part))
    return _section(chapter, render_answers(chapter.answers, flavor, parts), flavor)


def drawings_of(sections: Iterable[ChapterHtml]) -> dict[str, str]:
    """Return the formulas of all *sections*, SVG by name."""
    return {name: svg for section in sections for name, svg in section.drawings.items()}


def pictures_in(html: str, pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Return those of *pictures* that *html* shows."""
    shown = set(_SHOWN.findall(html))
    return tuple(picture for picture in pictures if picture.target in shown)


def _section(chapter: Chapter, fragments: Mapping[str, Fragments], flavor: PrintFlavor) -> ChapterHtml:
    entries = tuple(_entry(answer, chapter, fragments[answer.key], flavor) for answer in chapter.answers)
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


def _entry(answer: Answer, chapter: Chapter, parts: Fragments, flavor: PrintFlavor) -> AnswerHtml:
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
