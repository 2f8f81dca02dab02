"""The leaves of the e-book: up to so many answers of a chapter, and the pages on which they stand.

A leaf has a page in each of the three ways into the book: the questions, the answers, the gists.
Whatever a book's size, none of its pages is too long for a reader, and leaves are made in parallel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from zlib import compress

from markupsafe import Markup

from crib import pandoc
from crib.model import Answer
from crib.outputs.container import Item
from crib.outputs.epub_flavor import FLAVORS
from crib.press.index import Term
from crib.render.fragments import render_answers
from crib.render.templates import Templates
from crib.tree import raw_block, rewrite, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from crib.model import Book, Chapter
    from crib.outputs.epub_flavor import EpubFlavor
    from crib.tree import Element, Elements, Json

Page = tuple[Item, bytes]
"""A page of the spine, compressed."""

WAYS = ("questions", "answers", "sheet")
"""The ways into the book, each a folder of the container with a page a leaf."""

PLACE = "<!--place {}-->"
"""Where a page of the printed book may begin: its name is an answer's key, or `key.N` for a block of its body."""

_ANSWERS_A_LEAF = 40
_PROPERTIES = {"mathml": "<math", "svg": "<svg"}


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
        """The first and the last of its answers, such as `4.41–4.80`; nothing if it is the whole chapter."""
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
class Bound:
    """What a leaf has come to: its pages and pictures, compressed, and what the rest of the book tells of it.

    A term's target is the identifier of its place, which begins with the key of its answer.
    """

    chapter: int
    name: str
    codes: str
    ways: tuple[str, ...]
    pages: tuple[Page, ...]
    media: tuple[tuple[Item, bytes], ...]
    entries: tuple[Entry, ...]
    terms: tuple[Term, ...]


def leaves_of(book: Book) -> Iterator[Leaf]:
    """Yield the leaves of *book*, in reading order; a chapter without answers has one."""
    names, common = names_of(book), bare(book)
    answers = {answer.key: answer for answer in book.answers}
    for chapter in book.chapters:
        for number, few in _divided(chapter.answers):
            linked = tuple(_linked(few, answers))
            yield Leaf(
                book=replace(common, chapters=(replace(chapter, answers=tuple(map(_shown, few))),)),
                number=number,
                ends=few[-1:] == chapter.answers[-1:],
                linked=linked,
                leaves={answer.key: names[answer.key] for answer in (*few, *linked)},
            )


def names_of(book: Book) -> dict[str, str]:
    """Return by the key of each answer the name of its leaf."""
    return {
        answer.key: _name(chapter, number)
        for chapter in book.chapters
        for number, few in _divided(chapter.answers)
        for answer in few
    }


def bind_leaf(leaf: Leaf, kind: str, user_templates: Path | None) -> Bound:
    """Return the pages of *leaf* in the flavor *kind*. Raises BuildError."""
    templates = Templates(user_templates)
    labels = templates.labels(leaf.book)
    answers = {answer.key: answer for answer in (*leaf.chapter.answers, *leaf.linked)}
    flavor = FLAVORS[kind](leaf.book, labels, answers.values(), leaf.leaves)
    entries = _questions(answers.values(), flavor)
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
        "fragments": render_answers(map(_with_places, leaf.chapter.answers), flavor),
    }
    pages = {way: templates.render(f"epub/{way}.xhtml", way=way, **values) for way in leaf.ways}
    return Bound(
        chapter=leaf.chapter.number,
        name=leaf.name,
        codes=leaf.codes,
        ways=leaf.ways,
        pages=tuple(page_of(f"{way}/{leaf.name}.xhtml", html) for way, html in pages.items()),
        media=tuple((Item(f"media/{name}"), compress(data)) for name, data in sorted(flavor.media.items())),
        entries=tuple(_entry(answer, entries[answer.key]) for answer in leaf.chapter.answers),
        terms=tuple(_terms(flavor)),
    )


def page_of(href: str, html: str, *own: str) -> Page:
    """Return a page of the spine, which has these properties of its *own* and those that *html* needs."""
    return Item(href, " ".join([*own, *(name for name, sign in _PROPERTIES.items() if sign in html)])), compress(
        html.encode()
    )


def key_of(place: str) -> str:
    """Return the key of the answer that has a *place*: what else an identifier has stands behind a dot."""
    return place.partition(".")[0]


def linked_answers(text: Elements, book: Book) -> tuple[Answer, ...]:
    """Return the answers of *book* that *text* leads to, without their text."""
    keys = set(_links(text))
    return tuple(_named(answer, []) for answer in book.answers if answer.key in keys)


def bare(book: Book) -> Book:
    """Return what all pages of *book* have in common."""
    return replace(book, chapters=(), tags={}, notation=None, others=(), retired=None, ledger=None)


def _name(chapter: Chapter, number: int) -> str:
    """Return the name of a leaf of *chapter*, which has itself no dot in its name."""
    return chapter.name if number == 1 else f"{chapter.name}.{number}"


def _divided(answers: tuple[Answer, ...]) -> Iterator[tuple[int, tuple[Answer, ...]]]:
    """Yield answers of a chapter by the number of their leaf; a chapter without any has an empty one."""
    for number, start in enumerate(range(0, max(1, len(answers)), _ANSWERS_A_LEAF), 1):
        yield number, answers[start : start + _ANSWERS_A_LEAF]


def _shown(answer: Answer) -> Answer:
    """Return *answer* without what no page shows."""
    return replace(answer, cloze=[], reverse=None, line=0)


def _linked(few: tuple[Answer, ...], answers: Mapping[str, Answer]) -> Iterator[Answer]:
    """Yield those of *answers* that *few* lead to, once each."""
    see = {key for answer in few for key in answer.see}
    links = {key for answer in few for key in _links(answer.parts)}
    for key in sorted((see | links) - {answer.key for answer in few}):
        if key in answers:
            yield _named(answers[key], answers[key].question if key in see else [])


def _named(answer: Answer, question: Elements) -> Answer:
    """Return of *answer* only what a link to it tells."""
    nothing: Any = {
        "gist": [],
        "body": [],
        "hint": [],
        "cloze": [],
        "tags": (),
        "level": "",
        "see": (),
        "reverse": None,
    }
    return Answer(answer.key, answer.chapter, answer.number, question, **nothing, line=0)


def _links(text: Json) -> Iterator[str]:
    """Yield the keys of the answers that *text* leads to."""
    for element in walk(text):
        if element["t"] == "Link" and (target := element["c"][2][0]).startswith("#"):
            yield target[1:]


def _with_places(answer: Answer) -> Answer:
    """Return *answer* with a place before each block of its body."""
    body = [(raw_block(PLACE.format(f"{answer.key}.{number}")), block) for number, block in enumerate(answer.body)]
    return replace(answer, body=[*chain.from_iterable(body)])


def _questions(answers: Iterable[Answer], flavor: EpubFlavor) -> dict[str, Markup]:
    """Return each question as it stands in lists, which are links themselves."""
    words = (replace(answer, question=rewrite(answer.question, _words)) for answer in answers)
    return {key: fragment.question for key, fragment in render_answers(words, flavor, ["question"]).items()}


def _words(element: Element) -> Elements | None:
    """Return only the words of a link or picture."""
    words: Elements | None = element["c"][1] if element["t"] in ("Link", "Image") else None
    return words


def _entry(answer: Answer, question: Markup) -> Entry:
    since = (element for element in walk(answer.body) if element["t"] == "Div" and element["c"][0][1] == ["since"])
    dates = tuple(dict(element["c"][0][2])["date"] for element in since)
    return Entry(answer.key, answer.code, question, answer.tags, dates)


def _terms(flavor: EpubFlavor) -> Iterator[Term]:
    html = pandoc.write_html({place: [{"t": "Plain", "c": words}] for _, place, words in flavor.terms})
    return (Term(text, Markup(html[place]), place) for text, place, _ in flavor.terms)  # noqa: S704 - vetted
