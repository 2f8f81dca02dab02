"""Chapters of the e-book, split into chunks of up to 25 answers and rendered to pages of the spine.

A chunk has a page in each of the three ways into the book: questions, answers, and gists. So no page of a
large book is too long for a reading system, and chunks are rendered in parallel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING
from zlib import compress

from crib.model.elements import raw_block
from crib.model.gist import with_body, with_gist
from crib.outputs.epub.flavor import EpubFlavor
from crib.outputs.epub.formulas import FORMULA, in_all_formats
from crib.render.code_blocks import without_plain_tokens
from crib.render.fragments import RENDERED_PARTS, render_answers
from crib.render.summaries import render_lists, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from markupsafe import Markup

    from crib.model import Answer, Book, Chapter
    from crib.render.fragments import Fragments
    from crib.render.index import IndexTerm
    from crib.render.summaries import AnswerSummary
    from crib.render.templates import Templates


WAYS = ("questions", "answers", "sheet")
"""The ways into the book: each is a folder of the container with one page per chunk."""

STYLE = "epub/epub.css"

PLACE = "<!--place {}-->"
"""Placeholder of a possible page break of the printed book; the place is a key, or `key.N` for block N of a body."""

ANSWERS_PER_CHUNK = 25


@dataclass(frozen=True)
class ChapterChunk:
    """Consecutive answers of a chapter, as plain data, limited to the contents of their pages.

    book    the book with only these answers of this chapter
    number  the position of the chunk in its chapter, from 1
    ends    True for the last chunk of its chapter
    linked  linked answers in other chunks; related ones with their questions
    chunks  names of the chunks of all these answers, by key
    """

    book: Book
    number: int
    ends: bool
    linked: tuple[Answer, ...]
    chunks: Mapping[str, str]

    @property
    def chapter(self) -> Chapter:
        """The chapter, with only these answers."""
        return self.book.chapters[0]

    @property
    def name(self) -> str:
        """The stem of the file names of its pages."""
        return _name(self.chapter, self.number)

    @property
    def codes(self) -> str:
        """The codes of its first and last answer, such as `4.26–4.50`; "" if it is the whole chapter."""
        codes = [answer.code for answer in self.chapter.answers]
        return "" if self.number == 1 and self.ends else "–".join(dict.fromkeys([codes[0], codes[-1]]))

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways in which it has a page; without answers only `answers`, for exercises answered elsewhere."""
        return WAYS if self.chapter.answers else ("answers",)


@dataclass(frozen=True)
class SpinePage:
    """A page of the spine, compressed; formulas and page breaks are still placeholders.

    drawings  True if it has SVG elements besides formulas
    """

    href: str
    template: str
    formulas: bool
    drawings: bool
    data: bytes

    @classmethod
    def of(cls, href: str, template: str, html: str) -> SpinePage:
        """Return the page *html* at *href*, rendered by *template*."""
        return cls(href, template, FORMULA.partition("{")[0] in html, "<svg" in html, compress(html.encode()))


@dataclass(frozen=True)
class RenderedChunk:
    """A chunk, rendered.

    chapter    the number of its chapter
    name       see `ChapterChunk`, like `codes` and `ways`
    formulas   formulas of its pages, entries and terms, by format (see `in_all_formats`)
    media      its pictures by name, compressed
    terms      index terms; their targets begin with the key of the answer
    described  True if a figure has a long description
    has_gists  True if an answer has a gist above its body
    has_hints  True if a question has a hint
    """

    chapter: int
    name: str
    codes: str
    ways: tuple[str, ...]
    pages: tuple[SpinePage, ...]
    formulas: Mapping[str, bytes]
    media: Mapping[str, bytes]
    entries: tuple[AnswerSummary, ...]
    terms: tuple[IndexTerm, ...]
    described: bool
    has_gists: bool
    has_hints: bool


def chapter_chunks(book: Book, most: int = ANSWERS_PER_CHUNK) -> Iterator[ChapterChunk]:
    """Yield the chunks of *book* in reading order, each with at most *most* answers; an empty chapter has one chunk."""
    names = chunk_names(book, most)
    answers = {answer.key: answer for answer in book.answers}
    for chapter in book.chapters:
        for number, group in _split(chapter.answers, most):
            linked = tuple(_linked(group, answers))
            yield ChapterChunk(
                book=replace(
                    book.bare, chapters=(replace(chapter, answers=tuple(map(_without_unused, group)), formulas=()),)
                ),
                number=number,
                ends=group[-1:] == chapter.answers[-1:],
                linked=linked,
                chunks={answer.key: names[answer.key] for answer in (*group, *linked)},
            )


def chunk_names(book: Book, most: int = ANSWERS_PER_CHUNK) -> dict[str, str]:
    """Return the name of the chunk of each answer, by key."""
    return {
        answer.key: _name(chapter, number)
        for chapter in book.chapters
        for number, group in _split(chapter.answers, most)
        for answer in group
    }


def render_chunk(chunk: ChapterChunk, templates: Templates) -> RenderedChunk:
    """Render the pages of *chunk*. Raises BuildError."""
    labels = templates.labels(chunk.book)
    answers = {answer.key: answer for answer in (*chunk.chapter.answers, *chunk.linked)}
    flavor = EpubFlavor(chunk.book, labels, answers.values(), chunk.chunks)
    fragments = render_answers(map(_with_placeholders, map(with_body, chunk.chapter.answers)), flavor)
    with_gists = tuple(map(with_gist, chunk.chapter.answers))
    entries, terms = render_lists(answers.values(), flavor)
    values = {
        "chunk": chunk,
        "chapter": chunk.chapter,
        "book": chunk.book,
        "labels": labels,
        "ways": WAYS,
        "answers": answers,
        "address": flavor.address,
        "entries": entries,
        "place": PLACE,
        "fragments": fragments,
        "gists": _gists(with_gists, fragments, flavor),
        "abridged": {answer.key for answer in with_gists if answer.abridged},
    }
    pages = {
        way: without_plain_tokens(templates.render(_template(way), way=way, **values), templates.path(STYLE))
        for way in chunk.ways
    }
    return RenderedChunk(
        chapter=chunk.chapter.number,
        name=chunk.name,
        codes=chunk.codes,
        ways=chunk.ways,
        pages=tuple(SpinePage.of(f"{way}/{chunk.name}.xhtml", _template(way), html) for way, html in pages.items()),
        formulas=in_all_formats(flavor.formulas),
        media={name: compress(data) for name, data in flavor.media.items()},
        entries=tuple(summary(answer, entries[answer.key]) for answer in chunk.chapter.answers),
        terms=terms,
        described=any(" aria-details=" in html for html in pages.values()),
        has_gists=any(parts.short for parts in fragments.values()),
        has_hints=any(parts.hint for parts in fragments.values()),
    )


def _gists(with_gists: Iterable[Answer], fragments: Mapping[str, Fragments], flavor: EpubFlavor) -> dict[str, Markup]:
    """Return the gist of each answer by key, from *fragments*, or else the text in place of a gist."""
    others = [answer.only("gist") for answer in with_gists if not fragments[answer.key].gist]
    return {key: parts.gist for key, parts in {**fragments, **render_answers(others, flavor, ("gist",))}.items()}


def key_of(place: str) -> str:
    """Return the key of the answer that contains *place*: it ends at the first dot."""
    return place.partition(".")[0]


def _template(way: str) -> str:
    return f"epub/{way}.xhtml"


def _name(chapter: Chapter, number: int) -> str:
    """Return the name of a chunk of *chapter*. Names of chapters have no dot."""
    return chapter.name if number == 1 else f"{chapter.name}.{number}"


def _split(answers: tuple[Answer, ...], most: int) -> Iterator[tuple[int, tuple[Answer, ...]]]:
    """Yield number and answers of each chunk; a single empty chunk without answers."""
    for number, start in enumerate(range(0, max(1, len(answers)), most), 1):
        yield number, answers[start : start + most]


def _without_unused(answer: Answer) -> Answer:
    """Return *answer* without data absent from all pages: changes of these keep the chunk cached."""
    pictures = tuple(replace(picture, line=0) for picture in answer.pictures)
    return replace(answer.only(*RENDERED_PARTS), reverse=None, line=0, pictures=pictures)


def _linked(group: tuple[Answer, ...], answers: Mapping[str, Answer]) -> Iterator[Answer]:
    """Yield the *answers* linked from *group*, without duplicates; related ones with their questions."""
    see = {key for answer in group for key in answer.see}
    links = {key for answer in group for key in answer.links}
    for key in sorted((see | links) - {answer.key for answer in group}):
        if key in answers:
            bare = answers[key].bare
            yield bare.with_text(question=answers[key].question) if key in see else bare


def _with_placeholders(answer: Answer) -> Answer:
    """Return *answer* with a placeholder for a page break before each block of its body."""
    blocks = [(raw_block(PLACE.format(f"{answer.key}.{number}")), block) for number, block in enumerate(answer.body)]
    return answer.with_text(body=[*chain.from_iterable(blocks)])
