"""Views of a chapter in the preview: its sheet, its cards, and its page in the e-book."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crib.model.gist import with_gists
from crib.outputs.epub.chapters import chapter_chunks, render_chunk
from crib.outputs.epub.package import single_page
from crib.print.chapter_html import arrow
from crib.print.flavor import MATH, PrintFlavor, drawings_in
from crib.render import gate
from crib.render.fragments import render_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markupsafe import Markup

    from crib.model import Answer, Book, Chapter, Source
    from crib.preview.printed_pages import PrintedPages
    from crib.render.fragments import Fragments
    from crib.render.templates import Labels, Templates

TEMPLATES = "/templates/"
"""The path below which styles, scripts and fonts of the templates are served."""

_EBOOK = "/ebook/"
_READER = '<link rel="stylesheet" href="{}preview/reader.css?{}"/></head>'
_AWAY = re.compile(r'(<a\b[^>]*?) href="\.\./(?!answers/)[^"]*"')
"""A link to a page of the e-book that the preview lacks."""

_MATH = "/math/"
_DRAWING = re.compile(rf'src="{MATH}(\w+)"')


@dataclass(frozen=True)
class Document:
    """A page of HTML, the template it was rendered from, and the files it shows, by address."""

    html: str
    template: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class ViewContext:
    """The templates that views are rendered with; *version* changes whenever one of them does."""

    templates: Templates
    version: str


@dataclass(frozen=True)
class ScreenEntry:
    """One answer, with the names that templates for print use; parts that a view does not show are empty."""

    key: str
    code: str
    level: str
    question: Markup
    choices: Markup
    right: Markup
    gist: Markup
    body: Markup
    hint: Markup
    notes: tuple[Markup, ...]
    more: str
    source: Source | None


class ScreenFlavor(PrintFlavor):
    """The flavor of paper, with addresses that the preview serves; it collects the `files` at them."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Start without files."""
        super().__init__(book, labels)
        self.files: dict[str, bytes] = {}
        self._folder = book.folder
        self._digests = {picture.target: picture.digest for answer in book.answers for picture in answer.pictures}

    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as `<img>`."""
        image = super().math(tex, display=display).removesuffix(">") + "/>"
        self.files |= {f"{_MATH}{name}.svg": svg.encode() for name, svg in drawings_in(image, self.drawings).items()}
        return _DRAWING.sub(rf'src="{_MATH}\1.svg"', image)

    def picture(self, target: str) -> str:
        """Return an address that changes when the picture does."""
        path = unquote(target)
        address = f"/pictures/{self._digests[target]}{PurePosixPath(path).suffix.lower()}"
        self.files[address] = (self._folder / path).read_bytes()
        return address


def sheet(book: Book, chapter: Chapter, context: ViewContext, pages: PrintedPages) -> Document:
    """Return the gists of *chapter* as on its sheet, and the printed *pages* as far as there are any."""
    entries, files = _entries(book, chapter, context, ("question", "choices", "gist"))
    template = "preview/sheet.html.j2"
    html = _html(template, book, context, chapter=chapter, entries=entries, pages=pages)
    return Document(html, template, files)


def cards(book: Book, chapter: Chapter, context: ViewContext, pages: PrintedPages) -> Document:
    """Return both sides of the cards of *chapter*."""
    del pages
    entries, files = _entries(book, chapter, context, ("question", "choices", "gist", "body", "hint"))
    template = "preview/cards.html.j2"
    return Document(_html(template, book, context, chapter=chapter, entries=entries), template, files)


def ebook(book: Book, chapter: Chapter, context: ViewContext, pages: PrintedPages) -> Document:
    """Return the page of *chapter* in the e-book, whose links lead to other chapters only.

    The version in the addresses of its styles changes whenever they do.
    """
    del pages
    whole = max(1, len(chapter.answers))
    chunk = next(chunk for chunk in chapter_chunks(book, whole) if chunk.chapter.number == chapter.number)
    xhtml, resources = single_page(render_chunk(chunk, context.templates), context.templates)
    for href in resources:
        if href.endswith(".css"):
            xhtml = xhtml.replace(f'href="../{href}"', f'href="../{href}?{context.version}"')
    xhtml = _AWAY.sub(r"\1", xhtml).replace("</head>", _READER.format(TEMPLATES, context.version), 1)
    return Document(xhtml, "epub/answers.xhtml", {_EBOOK + href: data for href, data in resources.items()})


@dataclass(frozen=True)
class View:
    """A way to look at a chapter.

    address   with a placeholder for the name of the chapter
    fill      returns the page, not checked yet
    on_paper  whether it also shows printed pages
    """

    name: str
    address: str
    fill: Callable[[Book, Chapter, ViewContext, PrintedPages], Document]
    on_paper: bool = False

    def of(self, chapter: Chapter) -> str:
        """Return the address of *chapter* in this view."""
        return self.address.format(chapter.name)

    def render(self, book: Book, chapter: Chapter, context: ViewContext, pages: PrintedPages) -> Document:
        """Return the page of *chapter*. Raises ContentError for markup that a browser must not get."""
        document = self.fill(book, chapter, context, pages)
        lines = {answer.key: (chapter.file, answer.line) for answer in chapter.answers}
        names, place = (document.template,), lambda identifier: lines.get(identifier.partition(".")[0])
        gate.check(document.html, gate.Origin(context.templates, names, place))
        return document


VIEWS = (
    View("sheet", "/sheet/{}", sheet, on_paper=True),
    View("cards", "/cards/{}", cards),
    View("ebook", f"{_EBOOK}answers/{{}}.xhtml", ebook),
)


def _html(template: str, book: Book, context: ViewContext, **values: object) -> str:
    labels = context.templates.labels(book)
    return context.templates.render(template, book=book, labels=labels, version=context.version, **values)


def _entries(
    book: Book, chapter: Chapter, context: ViewContext, parts: tuple[str, ...]
) -> tuple[list[ScreenEntry], dict[str, bytes]]:
    """Return the answers of *chapter* in the flavor of paper, and the files in them."""
    labels = context.templates.labels(book)
    flavor, answers = ScreenFlavor(book, labels), with_gists(chapter).answers
    fragments = render_answers(answers, flavor, parts)
    return [_entry(answer, fragments[answer.key], arrow(answer, labels)) for answer in answers], flavor.files


def _entry(answer: Answer, parts: Fragments, more: str) -> ScreenEntry:
    return ScreenEntry(
        key=answer.key,
        code=answer.code,
        level=answer.level,
        question=parts.question,
        choices=parts.choices,
        right=parts.right,
        gist=parts.gist,
        body=parts.body,
        hint=parts.hint,
        notes=parts.notes,
        more=more,
        source=answer.source,
    )
