"""The e-book: EPUB 3.3, every document of it a template.

We put the container together ourselves instead of mending what pandoc's EPUB writer makes: so
titles, landmarks, manifest properties and alternative texts stand in the templates, where a
reader of HTML can change them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote
from uuid import UUID, uuid5

from crib import mathjax
from crib.job import Job
from crib.outputs.container import Item, pack
from crib.outputs.cover import cover_of, draw
from crib.render.flavor import Flavor
from crib.render.fragments import render_answers
from crib.render.pictures import keep
from crib.tree import raw_block, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from crib.model import Answer, Book, Chapter
    from crib.outputs.container import Files
    from crib.outputs.cover import Cover
    from crib.render.fragments import Fragments
    from crib.render.templates import Labels, Templates
    from crib.tree import Element, Elements

_NAMESPACE = UUID("532d49e4-1e27-4a01-989f-55e006252cb4")  # drawn once, never changes
_FOLDER = "EPUB"
_COVER = "media/cover.png"
# Addresses in the container, and the templates that are copied there
_SHARED = {"epub.css": "epub/epub.css"}
_FONT = "fonts/STIXTwoMath-Regular.ttf"
_FOR_MATH = {"math.css": "epub/math.css", _FONT: _FONT}


class EpubFlavor(Flavor):
    """Answers on a screen: formulas as MathML, pictures gathering in `media` by their name."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Begin without pictures."""
        super().__init__(book, labels)
        self.media: dict[str, bytes] = {}
        self._folder = book.folder
        self._pages = {answer.key: f"{chapter.name}.xhtml" for chapter in book.chapters for answer in chapter.answers}

    def address(self, answer: Answer) -> str:
        """Return where *answer* stands, from any page in `text/`."""
        return f"{self._pages[answer.key]}#{answer.key}"

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as MathML; one on a line of its own may scroll sideways, from the keyboard too."""
        formula = mathjax.to_mathml(tex, display=display)
        return f'<span class="formula" tabindex="0">{formula}</span>' if display else formula

    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a link to the page of *answer*."""
        return [{"t": "Link", "c": [["", [], []], words, [self.address(answer), ""]]}]

    def picture(self, target: str) -> str:
        """Return the address of the picture, from any page in `text/`."""
        return f"../media/{keep(self._folder / unquote(target), self.media)}"

    def code(self, code: str, language: str) -> str:
        """Return code that runs from left to right in any book: CSS cannot say so in an e-book."""
        return super().code(code, language).replace("<pre", '<pre dir="ltr"', 1)

    def table(self, table: Element) -> Elements:
        """Return *table* in a box that scrolls, since a table itself cannot, from the keyboard too."""
        focusable = {**table, "c": [["", [], [["tabindex", "0"]]], *table["c"][1:]]}
        return [raw_block('<div class="wide">'), focusable, raw_block("</div>")]

    def note_mark(self, answer: Answer, number: int) -> str:
        """Return a raised number that reading systems open as a popup."""
        return (
            f'<sup><a id="{answer.key}.mark{number}" href="#{answer.key}.note{number}"'
            f' epub:type="noteref" role="doc-noteref">{number}</a></sup>'
        )


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the e-book. Raises BuildError, ContentError."""
    labels = templates.labels(book)
    files = tuple(_files(book, templates, labels))
    arguments = (files, cover_of(book, templates), book.released)
    yield Job(f"{book.stem}.epub", make, arguments)


def make(files: Files, cover: Cover, released: datetime) -> bytes:
    """Return the EPUB of *files* and *cover*. Raises BuildError, MissingLibraryError."""
    return pack((*files, (f"{_FOLDER}/{_COVER}", draw(cover))), released)


def leaf(
    book: Book, chapter: Chapter, templates: Templates, render: Callable[..., Mapping[str, Fragments]] = render_answers
) -> tuple[str, dict[str, bytes]]:
    """Return the page of *chapter* alone, and what it refers to, by addresses that `../` leads to from it.

    *render* does as `render_answers`. Raises BuildError, ContentError.
    """
    flavor = EpubFlavor(book, templates.labels(book))
    named = {key for answer in chapter.answers for key in (answer.key, *answer.see)}
    questions = (answer.with_text(question=rewrite(answer.question, _words)) for answer in book.answers)
    entries = render([answer for answer in questions if answer.key in named], flavor, ("question",))
    page = templates.render(
        "epub/chapter.xhtml",
        book=book,
        chapter=chapter,
        labels=flavor.labels,
        answers=flavor.answers,
        address=flavor.address,
        fragments=render(chapter.answers, flavor),
        entries={key: fragment.question for key, fragment in entries.items()},
    )
    return page, _resources(templates, flavor.media, has_math="<math" in page)


def _files(book: Book, templates: Templates, labels: Labels) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the container but the cover."""
    flavor = EpubFlavor(book, labels)
    pages = _pages(book, templates, flavor)
    items = [Item(href, _properties(href, page)) for href, page in pages.items()]
    has_math = any("mathml" in item.properties for item in items)
    resources = _resources(templates, flavor.media, has_math=has_math)
    package = templates.render(
        "epub/package.opf",
        book=book,
        labels=labels,
        items=[*items, *map(Item, resources), Item(_COVER, "cover-image")],
        identifier=uuid5(_NAMESPACE, book.stem).urn,
        has_math=has_math,
        has_pictures=bool(flavor.media),
    )
    yield "META-INF/container.xml", templates.render("epub/container.xml").encode()
    yield f"{_FOLDER}/package.opf", package.encode()
    for href, page in pages.items():
        yield f"{_FOLDER}/{href}", page.encode()
    for href, data in resources.items():
        yield f"{_FOLDER}/{href}", data


def _resources(templates: Templates, media: Mapping[str, bytes], *, has_math: bool) -> dict[str, bytes]:
    """Return what the pages refer to, by its address."""
    names = {**_SHARED, **(_FOR_MATH if has_math else {})}
    shared = {href: templates.path(name).read_bytes() for href, name in names.items()}
    return {**shared, **{f"media/{name}": data for name, data in sorted(media.items())}}


def _pages(book: Book, templates: Templates, flavor: EpubFlavor) -> dict[str, str]:
    """Return the XHTML of every page by its address, in reading order."""
    values = {
        "book": book,
        "labels": flavor.labels,
        "answers": flavor.answers,
        "address": flavor.address,
        "fragments": render_answers(book.answers, flavor),
        "entries": _entries(book, flavor),
    }
    pages = {
        "text/cover.xhtml": templates.render("epub/cover.xhtml", cover=_COVER, **values),
        "text/title.xhtml": templates.render("epub/title.xhtml", **values),
        "nav.xhtml": templates.render("epub/nav.xhtml", **values),
    }
    for chapter in book.chapters:
        page = templates.render("epub/chapter.xhtml", chapter=chapter, **values)
        pages[f"text/{chapter.name}.xhtml"] = page
    return {**pages, "text/about.xhtml": templates.render("epub/about.xhtml", **values)}


def _properties(href: str, page: str) -> str:
    """Return what a reading system must know of *page* in advance."""
    return " ".join(["nav"] * (href == "nav.xhtml") + ["mathml"] * ("<math" in page))


def _entries(book: Book, flavor: EpubFlavor) -> Mapping[str, str]:
    """Return each question as it stands in lists, which are links themselves."""
    answers = (answer.with_text(question=rewrite(answer.question, _words)) for answer in book.answers)
    fragments = render_answers(answers, flavor, ["question"])
    return {key: fragment.question for key, fragment in fragments.items()}


def _words(element: Element) -> Elements | None:
    """Return only the words of a link or picture."""
    words: Elements | None = element["c"][1] if element["t"] in ("Link", "Image") else None
    return words
