"""The leaves of the e-book: up to so many answers of a chapter, and the pages on which they stand.

A leaf has a page in each of the three ways into the book: the questions, the answers, the gists.
Whatever a book's size, none of its pages is too long for a reader, and leaves are made in parallel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING
from zlib import compress

from markupsafe import Markup

from crib.markup import pandoc
from crib.model.elements import attributes, children, plain_block, raw_block, target
from crib.model.tree import find_all, find_blocks, rewrite
from crib.outputs.epub.flavor import EpubFlavor
from crib.outputs.epub.formulas import FORMULA, drawn
from crib.render.fragments import RENDERED_PARTS, render_answers
from crib.render.index import IndexTerm
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crib.model import Answer, Book, Chapter
    from crib.model.elements import Element, Elements
    from crib.render.templates import Templates


WAYS = ("questions", "answers", "sheet")
"""The ways into the book, each a folder of the container with a page a leaf."""

PLACE = "<!--place {}-->"
"""Where a page of the printed book may begin: its name is an answer's key, or `key.N` for a block of its body."""

ANSWERS_A_LEAF = 25


@dataclass(frozen=True)
class Leaf:
    """Some answers of a chapter, as plain data; all that is in it is shown on its pages.

    book    the book with that chapter alone, and of it these answers alone
    number  which leaf of the chapter it is, counted from 1
    ends    whether the chapter ends with it
    linked  answers elsewhere that these lead to: those they name as related with their questions
    leaves  names of leaves by the keys of all these answers
    """

    book: Book
    number: int
    ends: bool
    linked: tuple[Answer, ...]
    leaves: Mapping[str, str]

    @property
    def chapter(self) -> Chapter:
        """The chapter, with these answers alone."""
        return self.book.chapters[0]

    @property
    def name(self) -> str:
        """The stem of its pages' names."""
        return _name(self.chapter, self.number)

    @property
    def codes(self) -> str:
        """The first and the last of its answers, such as `4.26–4.50`; nothing if it is the whole chapter."""
        codes = [answer.code for answer in self.chapter.answers]
        return "" if self.number == 1 and self.ends else "–".join(dict.fromkeys([codes[0], codes[-1]]))

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways in which it has a page: without answers only that to what is answered elsewhere."""
        return WAYS if self.chapter.answers else ("answers",)


@dataclass(frozen=True)
class Entry:
    """What other pages tell of an answer; `changes` are the dates of what has changed since."""

    key: str
    code: str
    question: Markup
    tags: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A page of the spine, compressed: formulas, and where printed pages begin, are still open in it."""

    href: str
    formulas: bool
    data: bytes

    @classmethod
    def of(cls, href: str, html: str) -> Page:
        """Return the page *html* at *href*."""
        return cls(href, FORMULA.partition("{")[0] in html, compress(html.encode()))


@dataclass(frozen=True)
class Bound:
    """What a leaf has come to.

    chapter    the number of its chapter
    name       as of the leaf, like `codes` and `ways`
    formulas   of its pages, entries and terms, by flavor (see `drawn`)
    media      its pictures by name, compressed
    terms      with the identifiers of their places, which begin with the key of the answer
    described  whether a figure has a long description
    """

    chapter: int
    name: str
    codes: str
    ways: tuple[str, ...]
    pages: tuple[Page, ...]
    formulas: Mapping[str, bytes]
    media: Mapping[str, bytes]
    entries: tuple[Entry, ...]
    terms: tuple[IndexTerm, ...]
    described: bool


def leaves_of(book: Book, most: int = ANSWERS_A_LEAF) -> Iterator[Leaf]:
    """Yield the leaves of *book*, with *most* answers each, in reading order; a chapter without answers has one."""
    names = names_of(book, most)
    answers = {answer.key: answer for answer in book.answers}
    for chapter in book.chapters:
        for number, few in _divided(chapter.answers, most):
            linked = tuple(_linked(few, answers))
            yield Leaf(
                book=replace(book.bare, chapters=(replace(chapter, answers=tuple(map(_shown, few))),)),
                number=number,
                ends=few[-1:] == chapter.answers[-1:],
                linked=linked,
                leaves={answer.key: names[answer.key] for answer in (*few, *linked)},
            )


def names_of(book: Book, most: int = ANSWERS_A_LEAF) -> dict[str, str]:
    """Return by the key of each answer the name of its leaf."""
    return {
        answer.key: _name(chapter, number)
        for chapter in book.chapters
        for number, few in _divided(chapter.answers, most)
        for answer in few
    }


def bind_leaf(leaf: Leaf, templates: Templates) -> Bound:
    """Return the pages of *leaf*. Raises BuildError."""
    labels = templates.labels(leaf.book)
    answers = {answer.key: answer for answer in (*leaf.chapter.answers, *leaf.linked)}
    flavor = EpubFlavor(leaf.book, labels, answers.values(), leaf.leaves)
    fragments = render_answers(map(_with_places, leaf.chapter.answers), flavor)
    entries, terms = _in_lists(answers.values(), flavor)
    values = {
        "leaf": leaf,
        "chapter": leaf.chapter,
        "book": leaf.book,
        "labels": labels,
        "ways": WAYS,
        "answers": answers,
        "address": flavor.address,
        "entries": entries,
        "place": PLACE,
        "fragments": fragments,
    }
    pages = {way: templates.render(f"epub/{way}.xhtml", way=way, **values) for way in leaf.ways}
    return Bound(
        chapter=leaf.chapter.number,
        name=leaf.name,
        codes=leaf.codes,
        ways=leaf.ways,
        pages=tuple(Page.of(f"{way}/{leaf.name}.xhtml", html) for way, html in pages.items()),
        formulas=drawn(flavor.formulas),
        media={name: compress(data) for name, data in flavor.media.items()},
        entries=tuple(_entry(answer, entries[answer.key]) for answer in leaf.chapter.answers),
        terms=terms,
        described=any(" aria-details=" in html for html in pages.values()),
    )


def key_of(place: str) -> str:
    """Return the key of the answer that has a *place*: what else an identifier has stands behind a dot."""
    return place.partition(".")[0]


def linked_answers(text: Elements, book: Book) -> tuple[Answer, ...]:
    """Return the answers of *book* that *text* leads to, without their text."""
    targets = set(map(target, find_all(text, "Link")))
    return tuple(answer.bare for answer in book.answers if f"#{answer.key}" in targets)


def _name(chapter: Chapter, number: int) -> str:
    """Return the name of a leaf of *chapter*, which has itself no dot in its name."""
    return chapter.name if number == 1 else f"{chapter.name}.{number}"


def _divided(answers: tuple[Answer, ...], most: int) -> Iterator[tuple[int, tuple[Answer, ...]]]:
    """Yield answers of a chapter by the number of their leaf; a chapter without any has an empty one."""
    for number, start in enumerate(range(0, max(1, len(answers)), most), 1):
        yield number, answers[start : start + most]


def _shown(answer: Answer) -> Answer:
    """Return *answer* without what no page shows."""
    pictures = tuple(replace(picture, line=0) for picture in answer.pictures)
    return replace(answer.only(*RENDERED_PARTS), reverse=None, line=0, pictures=pictures)


def _linked(few: tuple[Answer, ...], answers: Mapping[str, Answer]) -> Iterator[Answer]:
    """Yield those of *answers* that *few* lead to, once each, with their questions if they are named as related."""
    see = {key for answer in few for key in answer.see}
    links = {key for answer in few for key in answer.links}
    for key in sorted((see | links) - {answer.key for answer in few}):
        if key in answers:
            bare = answers[key].bare
            yield bare.with_text(question=answers[key].question) if key in see else bare


def _with_places(answer: Answer) -> Answer:
    """Return *answer* with a place before each block of its body."""
    blocks = [(raw_block(PLACE.format(f"{answer.key}.{number}")), block) for number, block in enumerate(answer.body)]
    return answer.with_text(body=[*chain.from_iterable(blocks)])


def _in_lists(answers: Iterable[Answer], flavor: EpubFlavor) -> tuple[dict[str, Markup], tuple[IndexTerm, ...]]:
    """Return questions by their keys, and the terms that *flavor* has met, as they stand in lists, which have links."""
    rewriter = TextRewriter(flavor)
    words = {answer.key: rewriter.rewrite(rewrite(answer.question, _words)) for answer in answers}
    words |= {place: term for _, place, term in flavor.terms}
    html = pandoc.write_html({name: [plain_block(inlines)] for name, inlines in words.items()})
    lines = {name: Markup(line) for name, line in html.items()}  # noqa: S704 - vetted
    terms = tuple(IndexTerm(text, lines.pop(place), place) for text, place, _ in flavor.terms)
    return lines, terms


def _words(element: Element) -> Elements | None:
    """Return only the words of a link or picture."""
    return children(element) if element["t"] in ("Link", "Image") else None


def _entry(answer: Answer, question: Markup) -> Entry:
    dates = tuple(attributes(block)[2]["date"] for block in find_blocks(answer.body, "since"))
    return Entry(answer.key, answer.code, question, answer.tags, dates)
