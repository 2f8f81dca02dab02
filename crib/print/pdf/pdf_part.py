"""PDF parts on their way into a merged PDF: what it must know of each, and their objects under new numbers.

Both are cached, so that after a change only the changed parts are read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Pdf, String

from crib.engine.cached import cached
from crib.print.pdf.merge_subsets import uses_glyph_ids, widths_of
from crib.print.pdf.pdf_file import Copy, Section, references, renumbered, text_of
from crib.print.pdf.tagged_pdf import named_places, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Bookmark:
    """A bookmark: its title and its place as text of the part, which may refer to objects."""

    level: int
    title: bytes
    place: bytes
    closed: bool


@dataclass(frozen=True)
class PartIndex:
    """What a merged PDF must know of a part, in which objects have numbers from 1 on.

    size       one more than the greatest number
    pages      its page tree, and the number of pages
    document   the tag that contains all others
    tags       the tags in there
    owners     the leaf of the tree that leads from pages and links to their tags
    holders    how many of these there are
    notes      tags of notes, each of which needs a name
    fonts      those that can be merged, by name; with the widths of their glyphs by id
    drawings   XObjects that mean the same in each part, with digests of them
    anchors    the places that links lead to, as text, by name
    targets    the names that links lead to, here or in other parts
    bookmarks  in order
    """

    size: int
    pages: tuple[int, int]
    document: int
    tags: tuple[int, ...]
    owners: int
    holders: int
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
            holders=len(tree.ParentTree.Nums) // 2,
            notes=tuple(map(number_of, _notes(tree))),
            fonts={name: (number_of(font), widths_of(font)) for name, font in fonts.items()},
            drawings=tuple(_drawings(resources.XObject)),
            anchors={name: place.unparse(resolved=True) for name, place in named_places(pdf).items()},
            targets=tuple({target: None for link in _links(pdf) if (target := _target(link)) is not None}),
            bookmarks=tuple(_bookmarks(pdf.Root.get("/Outlines"))),
        )


@cached
def number_part(part: bytes, first: int, page_tree: int, elsewhere: Mapping[int, int]) -> Section:
    """Return the objects of *part* for a merged PDF, where the object 1 gets the number *first* + 1, and so on.

    Links lead to names; pages and links count from *first* in the tree that leads to their tags.

    page_tree  the number of the tree that its own becomes a branch of
    elsewhere  objects that the section does not have: their numbers in the merged PDF
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
    """Return the name of a note whose tag has this *number*."""
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
    """Return the name that *link* leads to, in this part or in another; None if it leads out of the PDF."""
    if "/Dest" in link:
        return str(link.Dest)
    address = str(link.A.URI)
    return address[1:] if address.startswith("#") else None


def _resolve(link: Any) -> None:
    """Have *link* lead to a named place if that is in any of the parts."""
    if (target := _target(link)) is not None:
        link.Dest = link.Contents = String(target)
        if "/A" in link:
            del link.A


def _drawings(objects: Any) -> Iterator[tuple[int, bytes]]:
    """Yield the XObjects among *objects* that refer to none but their masks, and their masks before them."""
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
