"""The e-book bound: what stands before and behind its leaves, and the container with all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from zlib import decompress

from markupsafe import Markup

from crib.markup import pandoc
from crib.outputs.epub.back_matter import changes_in, exercises_in, index_in, paged, sources_in, topics_in
from crib.outputs.epub.chapters import PLACE, WAYS, Page, key_of
from crib.outputs.epub.container import Item, pack
from crib.outputs.epub.flavor import EpubFlavor
from crib.outputs.epub.formulas import drawn, with_formulas
from crib.render.rewriter import TextRewriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Elements
    from crib.outputs.epub.chapters import Bound
    from crib.render.templates import Templates

_NAMESPACE = UUID("532d49e4-1e27-4a01-989f-55e006252cb4")  # drawn once, never changes
_FOLDER = "EPUB"
_COVER = "media/cover.png"
_NAV = "nav.xhtml"
# Addresses in the container, and the templates that are copied there
_SHARED = {"epub.css": "epub/epub.css"}
_FONT = "fonts/STIXTwoMath-Regular.ttf"
_FOR_FORMULAS = {"": {"math.css": "epub/math.css", _FONT: _FONT}, "svg": {"math.css": "epub/drawn.css"}}

_QUESTIONS_IN_CONTENTS = 500
"""The contents of a book with more list pages instead: they are one file, which a reading system opens as a whole."""

_PLACE = re.compile(PLACE.replace("{}", r"(\S+)") + r"\n?")


@dataclass(frozen=True)
class Volume:
    """What of the e-book is not on its leaves, as plain data.

    book       its chapters are without answers; tags and notation are here
    kind       the flavor, as in `FLAVORS`
    linked     the answers that the notation leads to
    leaves     by their keys, the names of the leaves they stand on
    templates  with the user's
    """

    book: Book
    kind: str
    linked: tuple[Answer, ...]
    leaves: Mapping[str, str]
    templates: Templates

    @property
    def name(self) -> str:
        """What its file is called, and what tells a library which book it is."""
        return "-".join(filter(None, [self.book.stem, self.kind]))


@dataclass(frozen=True)
class PageBreak:
    """Where a page of the printed book begins: its label, and the page of the e-book."""

    label: str
    href: str

    @property
    def id(self) -> str:
        """What marks it there; no key begins like this."""
        return f"_page{self.label}"


def bind(volume: Volume, cover: bytes, printed: Mapping[str, str], *leaves: Bound) -> bytes:
    """Return the EPUB of *leaves* with the PNG *cover*. Raises BuildError, ContentError.

    *printed* has the labels of the printed book's pages by the place where each begins: the key of
    an answer, or `key.N` for a block of its body, counted from 0.
    """
    return pack(_Binding(volume, printed, leaves).files(cover), volume.book.released)


def alone(leaf: Bound, templates: Templates) -> tuple[str, dict[str, bytes]]:
    """Return the page of *leaf* with its answers, and the files that it shows by their addresses in the package."""
    page = next(page for page in leaf.pages if page.href.startswith("answers/"))
    html = with_formulas(decompress(page.data).decode(), [leaf.formulas[""]])
    shared = {**_SHARED, **(_FOR_FORMULAS[""] if page.formulas else {})}
    files = {href: templates.path(name).read_bytes() for href, name in shared.items()}
    return _PLACE.sub("", html), {**files, **{f"media/{name}": decompress(data) for name, data in leaf.media.items()}}


class _Binding:
    def __init__(self, volume: Volume, printed: Mapping[str, str], leaves: tuple[Bound, ...]) -> None:
        self._volume, self._book, self._leaves = volume, volume.book, leaves
        self._templates = volume.templates
        self._labels = self._templates.labels(volume.book)
        self._homes = {entry.key: leaf.name for leaf in leaves for entry in leaf.entries}
        self._codes = {entry.key: entry.code for leaf in leaves for entry in leaf.entries}
        grouped = groupby(leaves, key=lambda leaf: leaf.chapter)
        self._chapters = [(chapter, list(few)) for chapter, (_, few) in zip(self._book.chapters, grouped, strict=True)]
        self._page_breaks = self._in_order(printed)
        self._formulas = [leaf.formulas[volume.kind] for leaf in leaves]
        self._formulas_on = {page.href: [leaf.formulas[volume.kind]] for leaf in leaves for page in leaf.pages}

    def files(self, cover: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield every file of the container but its media type, unpacking one page at a time."""
        spine = list(self._spine())
        media = {f"media/{name}": data for leaf in self._leaves for name, data in leaf.media.items()}
        shared = {**_SHARED, **(_FOR_FORMULAS[self._volume.kind] if any(page.formulas for page in spine) else {})}
        yield "META-INF/container.xml", self._render("container.xml").encode()
        yield f"{_FOLDER}/package.opf", self._package(spine, shared, media).encode()
        for page in spine:
            html = with_formulas(decompress(page.data).decode(), self._formulas_on.get(page.href, self._formulas))
            yield f"{_FOLDER}/{page.href}", _PLACE.sub(self._page_break, html).encode()
        for href, name in shared.items():
            yield f"{_FOLDER}/{href}", self._templates.path(name).read_bytes()
        for href, data in sorted(media.items()):
            yield f"{_FOLDER}/{href}", decompress(data)
        yield f"{_FOLDER}/{_COVER}", cover

    def _package(self, pages: list[Page], shared: Iterable[str], media: Iterable[str]) -> str:
        return self._render(
            "package.opf",
            pages=[Item(page.href, self._properties(page)) for page in pages],
            others=[*map(Item, shared), *map(Item, sorted(media)), Item(_COVER, "cover-image")],
            identifier=uuid5(_NAMESPACE, self._volume.name).urn,
            kind=self._volume.kind,
            formulas=any(page.formulas for page in pages),
            pictures=bool(media),
            index=any(leaf.terms for leaf in self._leaves),
            described=any(leaf.described for leaf in self._leaves),
            page_breaks=self._page_breaks,
        )

    def _properties(self, page: Page) -> str:
        """Return what a reading system must know of *page* in advance."""
        formulas = [self._volume.kind or "mathml"] * page.formulas
        return " ".join(["nav"] * (page.href == _NAV) + formulas)

    def _spine(self) -> Iterator[Page]:
        """Yield all pages in reading order."""
        back = self._back()
        yield self._page("text/cover.xhtml", "cover", cover=_COVER)
        yield self._page("text/title.xhtml", "title")
        yield self._page(
            _NAV,
            "nav",
            back={name: self._title(name) for name in back},
            page_breaks=self._page_breaks,
            whole=len(self._homes) <= _QUESTIONS_IN_CONTENTS,
        )
        for way in WAYS:
            yield self._page(f"text/{way}.xhtml", "way", way=way)
            yield from (page for leaf in self._leaves for page in leaf.pages if page.href.startswith(f"{way}/"))
        for pages in back.values():
            yield from pages

    def _back(self) -> dict[str, list[Page]]:
        """Return the pages behind the leaves, by their names."""
        contents: dict[str, Iterable[object]] = {
            "notation": [self._notation(self._book.notation.blocks)] if self._book.notation else [],
            "changes": paged(changes_in(self._book, self._leaves)),
            "exercises": paged(exercises_in(self._book)),
            "index": paged(index_in(self._book, self._leaves)),
            "topics": paged(topics_in(self._book, self._leaves)),
            "about": [sources_in(self._book)],
        }
        pages = {
            name: [self._behind(name, n, each) for n, each in enumerate(parts, 1)] for name, parts in contents.items()
        }
        return {name: found for name, found in pages.items() if found}

    def _behind(self, name: str, number: int, contents: object) -> Page:
        href = f"text/{name}.xhtml" if number == 1 else f"text/{name}.{number}.xhtml"
        return self._page(href, name, title=self._title(name), number=number, contents=contents)

    def _title(self, name: str) -> str:
        return str(self._labels["description" if name == "about" else name])

    def _notation(self, blocks: Elements) -> Markup:
        flavor = EpubFlavor(self._book, self._labels, self._volume.linked, self._volume.leaves)
        html = pandoc.write_html({"notation": TextRewriter(flavor).rewrite(blocks)})
        self._formulas.append(drawn(flavor.formulas)[self._volume.kind])
        return Markup(html["notation"])  # noqa: S704 - vetted

    def _page(self, href: str, template: str, **values: object) -> Page:
        return Page.of(href, self._render(f"{template}.xhtml", **values))

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
        """Return where an answer, or a place in it, stands."""
        return f"answers/{self._homes[key_of(place)]}.xhtml#{place}"

    def _in_order(self, printed: Mapping[str, str]) -> dict[str, PageBreak]:
        """Return the page breaks of *printed* by their places, in reading order."""
        order = {key: number for number, key in enumerate(self._homes)}
        places = [place for place in printed if key_of(place) in order]
        places.sort(key=lambda place: (order[key_of(place)], int(place.partition(".")[2] or -1)))
        return {place: PageBreak(printed[place], f"answers/{self._homes[key_of(place)]}.xhtml") for place in places}

    def _page_break(self, place: re.Match[str]) -> str:
        """Return what stands for a place where a printed page may begin."""
        found = self._page_breaks.get(place[1])
        return self._render("pagebreak.xhtml", page_break=found) if found else ""
