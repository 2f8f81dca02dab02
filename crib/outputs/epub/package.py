"""Assembly of the EPUB package: spine, navigation document, landmarks, page list, front and back matter, manifest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from zlib import decompress

from markupsafe import Markup

from crib.markup import pandoc
from crib.outputs.epub.chapters import PLACE, STYLE, WAYS, SpinePage, key_of
from crib.outputs.epub.container import ManifestItem, zip_container
from crib.outputs.epub.flavor import EpubFlavor
from crib.outputs.epub.formulas import in_all_formats, with_formulas
from crib.render import gate
from crib.render.back_matter import (
    changes_in,
    exercises_in,
    formulas_in,
    index_in,
    sources_in,
    split_into_pages,
    topics_in,
)
from crib.render.font_subset import characters_of_formulas, subset_font
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from crib.model import Answer, Book, Source
    from crib.model.elements import Elements
    from crib.outputs.epub.chapters import RenderedChunk
    from crib.render.back_matter import Group
    from crib.render.templates import Templates

_NAMESPACE = UUID("532d49e4-1e27-4a01-989f-55e006252cb4")  # drawn once, never changes
_FOLDER = "EPUB"
_COVER = "media/cover.png"
_PAGE_BREAK = "epub/pagebreak.xhtml"
_NAV = "nav.xhtml"
_NCX = "toc.ncx"
# Addresses in the container, with the templates copied there.
_SHARED = {"epub.css": STYLE}
_FONT = "fonts/STIXTwoMath-Regular.ttf"  # reduced to the characters of the formulas
_FOR_FORMULAS = {"": {"math.css": "epub/math.css", _FONT: _FONT}, "svg": {"math.css": "epub/drawn.css"}}

_QUESTIONS_IN_CONTENTS = 500
"""Maximum number of questions in the table of contents, loaded as one file; a longer one lists pages."""

_PLACE = re.compile(PLACE.replace("{}", r"(\S+)") + r"\n?")


@dataclass(frozen=True)
class EpubFrame:
    """Everything in the e-book except its chapters, as plain data.

    book       the book with tags and notation; its chapters have no answers
    kind       the format of formulas, a key of `FORMULA_FORMATS`
    linked     answers linked from the notation
    chunks     names of the chunks of these answers, by key
    templates  Crib's templates and the user's
    """

    book: Book
    kind: str
    linked: tuple[Answer, ...]
    chunks: Mapping[str, str]
    templates: Templates

    @property
    def name(self) -> str:
        """The stem of its file, and the source of its identifier in libraries."""
        return "-".join(filter(None, [self.book.stem, self.kind]))


@dataclass(frozen=True)
class PageBreak:
    """The start of a page of the printed book: its label, and the page of the e-book that contains it."""

    label: str
    href: str

    @property
    def id(self) -> str:
        """Its id in the page; no key begins with an underscore."""
        return f"_page{self.label}"


def build_epub(frame: EpubFrame, cover: bytes, printed: Mapping[str, str], *chunks: RenderedChunk) -> bytes:
    """Return the EPUB of *chunks* with the PNG *cover*. Raises BuildError, ContentError.

    *printed* maps the start of each page of the printed book to its label. The start is the key of an
    answer, or `key.N` for block N of its body, counted from 0.
    """
    return zip_container(_Package(frame, printed, chunks).files(cover), frame.book.released)


def single_page(chunk: RenderedChunk, way: str, templates: Templates) -> tuple[str, dict[str, bytes]]:
    """Return the HTML of *chunk* in one of its ways, and its files by their addresses in the package."""
    page = next(page for page in chunk.pages if page.href.startswith(f"{way}/"))
    html = with_formulas(decompress(page.data).decode(), [chunk.formulas[""]])
    shared = {**_SHARED, **(_FOR_FORMULAS[""] if page.formulas else {})}
    files = {href: shared_file(templates.path(name)) for href, name in shared.items()}
    return _PLACE.sub("", html), {**files, **{f"media/{name}": decompress(data) for name, data in chunk.media.items()}}


def shared_file(path: Path) -> bytes:
    """Return the file at *path*, shared by pages. Raises ContentError."""
    data = path.read_bytes()
    if path.suffix == ".css":
        gate.check_sheet(data.decode("utf-8", "replace"), path)
    return data


class _Package:
    def __init__(self, frame: EpubFrame, printed: Mapping[str, str], chunks: tuple[RenderedChunk, ...]) -> None:
        self._frame, self._book, self._chunks = frame, frame.book, chunks
        self._templates = frame.templates
        self._labels = self._templates.labels(frame.book)
        self._chunk_names = {entry.key: chunk.name for chunk in chunks for entry in chunk.entries}
        self._codes = {entry.key: entry.code for chunk in chunks for entry in chunk.entries}
        grouped = groupby(chunks, key=lambda chunk: chunk.chapter)
        self._chapters = [
            (chapter, list(group)) for chapter, (_, group) in zip(self._book.chapters, grouped, strict=True)
        ]
        self._page_breaks = self._sorted_page_breaks(printed)
        self._place = gate.answers_in(
            {entry.key: chapter.file for chapter, group in self._chapters for chunk in group for entry in chunk.entries}
        )
        self._formulas = [chunk.formulas[frame.kind] for chunk in chunks]
        self._formulas_on = {page.href: [chunk.formulas[frame.kind]] for chunk in chunks for page in chunk.pages}

    def files(self, cover: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield every file of the container except `mimetype`, decompressing one page at a time."""
        spine = list(self._spine())
        media = {f"media/{name}": data for chunk in self._chunks for name, data in chunk.media.items()}
        shared = {**_SHARED, **(_FOR_FORMULAS[self._frame.kind] if any(page.formulas for page in spine) else {})}
        yield "META-INF/container.xml", self._xml("container.xml").encode()
        yield f"{_FOLDER}/package.opf", self._package(spine, shared, media).encode()
        yield f"{_FOLDER}/{_NCX}", self._xml(_NCX, identifier=self._identifier, **self._contents).encode()
        characters: set[str] = set()
        for page in spine:
            html = with_formulas(decompress(page.data).decode(), self._formulas_on.get(page.href, self._formulas))
            html = _PLACE.sub(self._page_break, html)
            gate.check(html, gate.Origin(self._templates, (page.template, _PAGE_BREAK), self._place))
            characters |= characters_of_formulas(html)
            yield f"{_FOLDER}/{page.href}", html.encode()
        for href, name in shared.items():
            path = self._templates.path(name)
            yield f"{_FOLDER}/{href}", subset_font(path, characters) if name == _FONT else shared_file(path)
        for href, data in sorted(media.items()):
            yield f"{_FOLDER}/{href}", decompress(data)
        yield f"{_FOLDER}/{_COVER}", cover

    def _package(self, pages: list[SpinePage], shared: Iterable[str], media: Iterable[str]) -> str:
        return self._xml(
            "package.opf",
            pages=[ManifestItem(page.href, self._properties(page)) for page in pages],
            others=[*map(ManifestItem, (_NCX, *shared, *sorted(media)))],
            cover=ManifestItem(_COVER, "cover-image"),
            ncx=ManifestItem(_NCX).id,
            identifier=self._identifier,
            kind=self._frame.kind,
            formulas=any(page.formulas for page in pages),
            pictures=bool(media),
            index=any(chunk.terms for chunk in self._chunks),
            described=any(chunk.described for chunk in self._chunks),
            page_breaks=self._page_breaks,
        )

    @property
    def _identifier(self) -> str:
        """The URN of the e-book, its identity in libraries."""
        return uuid5(_NAMESPACE, self._frame.name).urn

    def _xml(self, template: str, **values: object) -> str:
        """Render a file for machines. Raises ContentError if it is not well-formed."""
        xml = self._render(template, **values)
        gate.check_xml(xml, gate.Origin(self._templates, (f"epub/{template}",)))
        return xml

    def _properties(self, page: SpinePage) -> str:
        """Return the properties of *page* in the manifest."""
        formulas = {self._frame.kind or "mathml"} if page.formulas else set()
        drawings = {"svg"} if page.drawings else set()
        return " ".join(["nav"] * (page.href == _NAV) + sorted(formulas | drawings))

    def _spine(self) -> Iterator[SpinePage]:
        """Yield all pages in reading order."""
        yield self._page("text/cover.xhtml", "cover", cover=_COVER)
        yield self._page("text/title.xhtml", "title")
        yield self._page(_NAV, "nav", **self._contents)
        for way in WAYS:
            yield self._page(f"text/{way}.xhtml", "way", way=way, purpose=self._purpose(way))
            yield from (page for chunk in self._chunks for page in chunk.pages if page.href.startswith(f"{way}/"))
        for pages in self._back_matter.values():
            yield from pages

    @property
    def _contents(self) -> dict[str, object]:
        """Template values for both tables of contents."""
        return {
            "back": {name: self._title(name) for name in self._back_matter},
            "page_breaks": self._page_breaks,
            "whole": len(self._chunk_names) <= _QUESTIONS_IN_CONTENTS,
        }

    def _purpose(self, way: str) -> str:
        """Return the label for the purpose of *way*."""
        usual = self._labels["ways"][way]
        if way == "questions" and any(chunk.has_hints for chunk in self._chunks):
            return f"{usual} {self._labels['some_have_hints']}"
        has_gists = any(chunk.has_gists for chunk in self._chunks)
        return str(usual if has_gists else self._labels["ways_without_gists"].get(way, usual))

    @cached_property
    def _back_matter(self) -> dict[str, list[SpinePage]]:
        """Pages of each section of the back matter, without empty sections."""
        contents: dict[str, Iterable[object]] = {
            "formulas": split_into_pages(self._formula_strips()),
            "notation": [self._notation(self._book.notation.blocks)] if self._book.notation else [],
            "changes": split_into_pages(changes_in(self._book, self._chunks)),
            "exercises": split_into_pages(exercises_in(self._book)),
            "index": split_into_pages(index_in(self._book, self._chunks)),
            "topics": split_into_pages(topics_in(self._book, self._chunks)),
            "about": self._about(),
        }
        pages = {
            name: [self._back_page(name, n, part) for n, part in enumerate(parts, 1)]
            for name, parts in contents.items()
        }
        return {name: section for name, section in pages.items() if section}

    def _about(self) -> list[list[Source]]:
        """Return the sources of the book for the page about it; no page if it would show only the title."""
        book, sources = self._book, sources_in(self._book)
        facts = (book.subtitle, book.authors, book.description, book.companion, book.license, book.dated, sources)
        return [sources] if any(facts) else []

    def _back_page(self, name: str, number: int, contents: object) -> SpinePage:
        href = f"text/{name}.xhtml" if number == 1 else f"text/{name}.{number}.xhtml"
        return self._page(href, name, title=self._title(name), number=number, contents=contents)

    def _title(self, name: str) -> str:
        return str(self._labels["description" if name == "about" else name])

    def _formula_strips(self) -> list[Group]:
        flavor = self._flavor()
        strips = list(formulas_in(self._book, flavor))
        self._formulas.append(in_all_formats(flavor.formulas)[self._frame.kind])
        return strips

    def _flavor(self) -> EpubFlavor:
        return EpubFlavor(self._book, self._labels, self._frame.linked, self._frame.chunks)

    def _notation(self, blocks: Elements) -> Markup:
        flavor = self._flavor()
        html = pandoc.write_html({"notation": TextRewriter(flavor).rewrite(blocks)})
        self._formulas.append(in_all_formats(flavor.formulas)[self._frame.kind])
        return Markup(html["notation"])  # noqa: S704 - vetted

    def _page(self, href: str, template: str, **values: object) -> SpinePage:
        return SpinePage.of(href, f"epub/{template}.xhtml", self._render(f"{template}.xhtml", **values))

    def _render(self, template: str, **values: object) -> str:
        return self._templates.render(
            f"epub/{template}",
            book=self._book,
            labels=self._labels,
            ways=WAYS,
            chapters=self._chapters,
            address=self._address,
            code=lambda place: self._codes[key_of(place)],
            **values,
        )

    def _address(self, place: str) -> str:
        """Return the address of an answer, or of a place in it."""
        return f"answers/{self._chunk_names[key_of(place)]}.xhtml#{place}"

    def _sorted_page_breaks(self, printed: Mapping[str, str]) -> dict[str, PageBreak]:
        """Return the page breaks of *printed* by place, in reading order."""
        order = {key: number for number, key in enumerate(self._chunk_names)}
        places = [place for place in printed if key_of(place) in order]
        places.sort(key=lambda place: (order[key_of(place)], int(place.partition(".")[2] or -1)))
        return {
            place: PageBreak(printed[place], f"answers/{self._chunk_names[key_of(place)]}.xhtml") for place in places
        }

    def _page_break(self, place: re.Match[str]) -> str:
        """Replace the placeholder of a possible page break."""
        page_break = self._page_breaks.get(place[1])
        return self._render("pagebreak.xhtml", page_break=page_break) if page_break else ""
