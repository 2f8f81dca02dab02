"""PDF parts for merging: an index of each part, and its objects, renumbered for the merged PDF.

Both are cached, so after a change only the changed parts are read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Pdf, String

from crib.engine.cached import cached
from crib.print.pdf.merge_subsets import uses_glyph_ids, widths_of
from crib.print.pdf.pdf_file import Copy, PdfSection, references, renumbered, text_of
from crib.print.pdf.tagged_pdf import named_places, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Bookmark:
    """A bookmark; its title and its place are PDF syntax, with references to objects of the part."""

    level: int
    title: bytes
    place: bytes
    closed: bool


@dataclass(frozen=True)
class PartIndex:
    """The data of a part for merging. Objects are given by their numbers in the part, from 1 on.

    size       the greatest number, plus one
    pages      the page tree, and the number of pages
    document   the `Document` tag
    tags       its kids
    owners     the structure tree root, whose number the leaf of the parent tree gets
    notes      tags of notes; each needs a name
    fonts      mergeable fonts, by name, with the widths of their glyphs by id
    drawings   XObjects that can be shared between parts, with their digests
    anchors    named destinations, as PDF syntax, by name
    targets    names of link targets, in this part or in others
    bookmarks  bookmarks in order
    """

    size: int
    pages: tuple[int, int]
    document: int
    tags: tuple[int, ...]
    owners: int
    notes: tuple[int, ...]
    fonts: Mapping[str, tuple[int, Mapping[int, int]]]
    drawings: tuple[tuple[int, bytes], ...]
    anchors: Mapping[str, bytes]
    targets: tuple[str, ...]
    bookmarks: tuple[Bookmark, ...]


@cached
def index_part(part: bytes) -> PartIndex:
    """Return the index of *part*."""
    with Pdf.open(BytesIO(part)) as pdf:
        tree = pdf.Root.StructTreeRoot
        resources = pdf.pages[0].Resources
        fonts = {name: font for name, font in resources.Font.items() if uses_glyph_ids(font)}
        return PartIndex(
            size=int(pdf.trailer.Size),
            pages=(number_of(pdf.Root.Pages), len(pdf.pages)),
            document=number_of(tree.K[0]),
            tags=tuple(map(number_of, tree.K[0].K)),
            owners=number_of(tree),
            notes=tuple(map(number_of, _notes(tree))),
            fonts={name: (number_of(font), widths_of(font)) for name, font in fonts.items()},
            drawings=tuple(_drawings(resources.XObject)),
            anchors={name: place.unparse(resolved=True) for name, place in named_places(pdf).items()},
            targets=tuple({target: None for link in _links(pdf) if (target := _target(link)) is not None}),
            bookmarks=tuple(_bookmarks(pdf.Root.get("/Outlines"))),
        )


@cached
def number_part(part: bytes, first: int, page_tree: int, elsewhere: Mapping[int, int]) -> PdfSection:
    """Return the objects of *part* for a merged PDF: object 1 gets the number *first* + 1, and so on.

    Links get named destinations; pages and links are numbered from *first* on in the parent tree.

    page_tree  the number of the root of the page tree
    elsewhere  numbers in the merged PDF of objects left out here
    """

    def number(old: int) -> int:
        return elsewhere.get(old, first + old)

    with Pdf.open(BytesIO(part)) as pdf:
        tree, pages, links = pdf.Root.StructTreeRoot, [page.obj for page in pdf.pages], _links(pdf)
        for holder in (*pages, *links):
            holder["/StructParents" if "/StructParents" in holder else "/StructParent"] += first
        for link in links:
            _resolve(link)
        for note in _notes(tree):
            note.ID = note_name(first + number_of(note))
        owners = [(first + int(holder), tags) for holder, tags in pairs(tree.ParentTree.Nums)]
        leaf = Dictionary(Limits=[owners[0][0], owners[-1][0]], Nums=[item for pair in owners for item in pair])
        copy = Copy(pdf, number)
        copy.add(map(number_of, (*pages, *tree.K[0].K)), without=elsewhere)
        copy.objects[number(number_of(tree))] = renumbered(leaf.unparse(), number)
        branch = number(number_of(pdf.Root.Pages))
        copy.objects[branch] = copy.objects[branch].removesuffix(b">>") + b"/Parent %d 0 R >>" % page_tree
        return copy.section(first, int(pdf.trailer.Size))


def note_name(number: int) -> str:
    """Return the name of a note with the tag *number*."""
    return f"note-{number}"


def number_of(item: Any) -> int:
    """Return the number of an object of pikepdf."""
    number: int = item.objgen[0]
    return number


def _notes(tree: Any) -> Iterator[Any]:
    return (note for _, note in pairs(tree.get("/IDTree", Dictionary(Names=Array())).Names))


def _links(pdf: Pdf) -> list[Any]:
    return [link for page in pdf.pages for link in page.obj.get("/Annots", ())]


def _target(link: Any) -> str | None:
    """Return the name of the target of *link*, in this part or another; None for external links."""
    if "/Dest" in link:
        return str(link.Dest)
    address = str(link.A.URI)
    return address[1:] if address.startswith("#") else None


def _resolve(link: Any) -> None:
    """Turn *link* into one to a named destination, unless it is external."""
    if (target := _target(link)) is not None:
        link.Dest = link.Contents = String(target)
        if "/A" in link:
            del link.A


def _drawings(objects: Any) -> Iterator[tuple[int, bytes]]:
    """Yield the XObjects in *objects* without references except to masks, each after its mask, with their digests."""
    for stream in objects.values():
        text = text_of(stream)
        if "/SMask" in stream:
            [(mask, digest)] = _drawings({"": stream.SMask})
            yield mask, digest
            text = text.replace(b"%d 0 R" % mask, digest.hex().encode())
        if not any(references(text)):
            yield number_of(stream), sha256(text + stream.read_raw_bytes()).digest()


def _bookmarks(parent: Any) -> Iterator[Bookmark]:
    """Yield all bookmarks below *parent*, in order."""
    bookmark = None if parent is None else parent.get("/First")
    while bookmark is not None:
        yield Bookmark(
            int(bookmark.Level), bookmark.Title.unparse(), bookmark.Dest.unparse(), closed=bookmark.Count < 0
        )
        yield from _bookmarks(bookmark)
        bookmark = bookmark.get("/Next")
