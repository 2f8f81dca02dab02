"""What a browser shows of a chapter: its sheet, its cards, and its page in the e-book."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.outputs.epub.binding import alone
from crib.outputs.epub.chapters import bind_leaf, leaves_of
from crib.print.flavor import MATH, PrintFlavor, drawings_in
from crib.render.fragments import render_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markupsafe import Markup

    from crib.model import Answer, Book, Chapter
    from crib.preview.pages import Pages
    from crib.render.fragments import Fragments
    from crib.render.templates import Labels, Templates

TEMPLATES = "/templates/"
"""Where a style sheet, script or font of the templates is found, by its name."""

_EBOOK = "/ebook/"
_READER = '<link rel="stylesheet" href="{}preview/reader.css?{}"/></head>'
_AWAY = re.compile(r'(<a\b[^>]*?) href="\.\./(?!answers/)[^"]*"')
"""A link to a page of the e-book that is not shown."""

_MATH = "/math/"
_DRAWING = re.compile(rf'src="{MATH}(\w+)"')


@dataclass(frozen=True)
class Document:
    """A whole page in HTML, and files that it shows by their addresses."""

    html: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """What views are made with; *version* is another whenever a template is."""

    templates: Templates
    version: str


@dataclass(frozen=True)
class Entry:
    """One answer, as templates of printed outputs know it; parts that were not asked for are empty."""

    key: str
    code: str
    level: str
    question: Markup
    gist: Markup
    body: Markup
    hint: Markup
    notes: tuple[Markup, ...]


class ScreenFlavor(PrintFlavor):
    """The flavor of paper, with addresses that a browser finds; what is there gathers in `files`."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Begin without files."""
        super().__init__(book, labels)
        self.files: dict[str, bytes] = {}
        self._folder = book.folder
        self._digests = {picture.target: picture.digest for answer in book.answers for picture in answer.pictures}

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as `<img>`."""
        image = super().math(tex, display=display)
        self.files |= {f"{_MATH}{name}.svg": svg.encode() for name, svg in drawings_in(image, self.drawings).items()}
        return _DRAWING.sub(rf'src="{_MATH}\1.svg"', image)

    def picture(self, target: str) -> str:
        """Return an address that changes when the picture does."""
        path = unquote(target)
        address = f"/pictures/{self._digests[target]}{PurePosixPath(path).suffix.lower()}"
        self.files[address] = (self._folder / path).read_bytes()
        return address


def sheet(book: Book, chapter: Chapter, desk: Desk, pages: Pages) -> Document:
    """Return the gists of *chapter* as they stand on its sheet, and the true *pages* as far as they are built."""
    entries, files = _entries(book, chapter, desk, ("question", "gist"))
    html = _html("preview/sheet.html.j2", book, desk, chapter=chapter, entries=entries, pages=pages)
    return Document(html, files)


def cards(book: Book, chapter: Chapter, desk: Desk, pages: Pages) -> Document:
    """Return both sides of the cards of *chapter*."""
    del pages
    entries, files = _entries(book, chapter, desk, ("question", "gist", "body", "hint"))
    return Document(_html("preview/cards.html.j2", book, desk, chapter=chapter, entries=entries), files)


def ebook(book: Book, chapter: Chapter, desk: Desk, pages: Pages) -> Document:
    """Return the page of *chapter* in the e-book; it leads to those of other chapters, not to those of other kinds.

    Its styles have other addresses whenever they are others.
    """
    del pages
    whole = max(1, len(chapter.answers))
    leaf = next(each for each in leaves_of(book, whole) if each.chapter.number == chapter.number)
    xhtml, resources = alone(bind_leaf(leaf, desk.templates), desk.templates)
    for href in resources:
        if href.endswith(".css"):
            xhtml = xhtml.replace(f'href="../{href}"', f'href="../{href}?{desk.version}"')
    xhtml = _AWAY.sub(r"\1", xhtml).replace("</head>", _READER.format(TEMPLATES, desk.version), 1)
    return Document(xhtml, {_EBOOK + href: data for href, data in resources.items()})


@dataclass(frozen=True)
class View:
    """A way to look at a chapter.

    address   with the place of its name
    on_paper  whether it shows pages, too
    """

    name: str
    address: str
    make: Callable[[Book, Chapter, Desk, Pages], Document]
    on_paper: bool = False

    def of(self, chapter: Chapter) -> str:
        """Return the address of *chapter* in this view."""
        return self.address.format(chapter.name)


VIEWS = (
    View("sheet", "/sheet/{}", sheet, on_paper=True),
    View("cards", "/cards/{}", cards),
    View("ebook", f"{_EBOOK}answers/{{}}.xhtml", ebook),
)


def _html(template: str, book: Book, desk: Desk, **values: object) -> str:
    labels = desk.templates.labels(book)
    return desk.templates.render(template, book=book, labels=labels, version=desk.version, **values)


def _entries(book: Book, chapter: Chapter, desk: Desk, parts: tuple[str, ...]) -> tuple[list[Entry], dict[str, bytes]]:
    """Return the answers of *chapter* as paper shows them, and the files in them."""
    flavor = ScreenFlavor(book, desk.templates.labels(book))
    fragments = render_answers(chapter.answers, flavor, parts)
    return [_entry(answer, fragments[answer.key]) for answer in chapter.answers], flavor.files


def _entry(answer: Answer, parts: Fragments) -> Entry:
    return Entry(answer.key, answer.code, answer.level, parts.question, parts.gist, parts.body, parts.hint, parts.notes)
