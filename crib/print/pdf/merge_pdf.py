"""Merge PDF parts into one PDF, as if all pages had been written at once.

A part is a PDF as `Printer.write_part` writes it: complete, except that links to other parts lead to
a URI `#name`, and bookmarks have their level in a key `Level`. In the merged PDF

- pages, bookmarks and tags of the parts follow one another, and links between parts are resolved;
- each font is embedded once (`crib.print.pdf.merge_subsets`), and so is each picture and glyph of a formula;
- title, language and other metadata are those of the first part.
"""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from crib.print.pdf.merge_subsets import MergedFonts
from crib.print.pdf.tagged_pdf import name_tree, pairs, saved
from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def merge_pdf(*parts: bytes) -> bytes:
    """Return the PDF of all *parts*, in order; some may be empty, but not all. Equal parts give equal bytes.

    Raises BuildError for links to anchors that no part has, and for anchors that two parts have.
    """
    merger = _PdfMerger()
    for part in filter(None, parts):
        merger.add(part)
    return merger.merged()


class _PdfMerger:
    """Adds parts to a PDF, one after another."""

    def __init__(self) -> None:
        self._pdf = Pdf.new()
        self._fonts = MergedFonts(self._pdf)
        self._tags = TagTreeMerger(self._pdf)
        self._bookmarks: list[tuple[int, OutlineItem]] = []
        self._places: dict[str, Any] = {}
        self._targets: set[str] = set()
        self._objects: dict[tuple[bytes, bytes], Any] = {}

    def add(self, part: bytes) -> None:
        source = Pdf.open(BytesIO(part))
        if not self._pdf.pages:
            self._copy_metadata(source)
        self._fonts.move_from(source.pages[0].Resources.Font)
        for page in source.pages:
            self._pdf.pages.append(page)
        pages = [page.obj for page in self._pdf.pages[-len(source.pages) :]]
        self._fonts.return_to(pages[0].Resources.Font)
        self._deduplicate(pages[0].Resources.XObject)
        links = [link for page in pages for link in page.get("/Annots", ())]
        for link in links:
            self._resolve(link)
        self._tags.add(self._copy(source, source.Root.StructTreeRoot), [*pages, *links])
        self._add_anchors(source)
        self._bookmarks += _bookmarks(source, pages)

    def merged(self) -> bytes:
        if missing := sorted(self._targets - self._places.keys()):
            raise BuildError(*(Problem("", 0, "print", f"no part has the anchor #{target}") for target in missing))
        self._fonts.write()
        self._tags.write()
        if self._places:
            self._pdf.Root.Names = Dictionary(Dests=name_tree(self._pdf, self._places))
        with self._pdf.open_outline() as outline:
            outline.root.extend(_nested(self._bookmarks))
        return saved(self._pdf)

    def _copy(self, source: Pdf, value: Any) -> Any:
        return self._pdf.copy_foreign(value if value.is_indirect else source.make_indirect(value))

    def _copy_metadata(self, source: Pdf) -> None:
        for name in ("/Lang", "/MarkInfo", "/Metadata", "/ViewerPreferences"):
            self._pdf.Root[name] = self._copy(source, source.Root[name])
        self._pdf.trailer.Info = self._copy(source, source.trailer.Info)

    def _resolve(self, link: Any) -> None:
        """Make *link* lead to a named destination if its target is in any of the parts."""
        if "/Dest" in link:
            target = str(link.Dest)
        elif (target := str(link.A.URI)).startswith("#"):
            del link.A
            target = target[1:]
        else:
            return
        link.Dest = link.Contents = String(target)
        self._targets.add(target)

    def _deduplicate(self, objects: Any) -> None:
        """Replace XObjects of a part by equal ones of other parts."""
        for name, stream in objects.items():
            objects[name] = self._unique(stream)

    def _unique(self, stream: Any) -> Any:
        if "/SMask" in stream:
            stream.SMask = self._unique(stream.SMask)
        key = (stream.stream_dict.unparse(), sha256(stream.read_raw_bytes()).digest())
        return self._objects.setdefault(key, stream)

    def _add_anchors(self, source: Pdf) -> None:
        names = source.Root.get("/Names")
        places = {} if names is None else {str(n): place for n, place in pairs(self._copy(source, names.Dests.Names))}
        if duplicates := sorted(places.keys() & self._places.keys()):
            raise BuildError(*(Problem("", 0, "print", f"two parts have the anchor #{name}") for name in duplicates))
        self._places |= places


class TagTreeMerger:
    """Merges tag trees: the top-level tags of the parts follow one another in one `Document`."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self._root))
        self._kids: list[Any] = []
        self._owners: list[Any] = []  # entries of the parent tree: tags of a page, by MCID, or the tag of a link
        self._named: dict[str, Any] = {}

    def add(self, tree: Any, holders: Sequence[Any]) -> None:
        """Add the *tree* of a part; *holders* are what its parent tree has entries of: pages or forms, and links."""
        before = len(self._owners)
        for holder in holders:
            name = Name.StructParents if "/StructParents" in holder else Name.StructParent
            holder[name] += before
        self._owners += (owner for _, owner in pairs(tree.ParentTree.Nums))
        for _, note in pairs(tree.get("/IDTree", Dictionary(Names=Array())).Names):
            note.ID = String(f"note-{len(self._named) + 1}")
            self._named[str(note.ID)] = note
        for kid in tree.K[0].K:
            kid.P = self._document
            self._kids.append(kid)

    def write(self) -> None:
        """Write the merged tree into the PDF."""
        self._document.K = Array(self._kids)
        self._root.K = Array([self._document])
        numbered = (item for pair in enumerate(self._owners) for item in pair)
        self._root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=Array(numbered)))
        if self._named:
            self._root.IDTree = name_tree(self._pdf, self._named)
        self._pdf.Root.StructTreeRoot = self._root


def _bookmarks(source: Pdf, pages: Sequence[Any]) -> Iterator[tuple[int, OutlineItem]]:
    """Yield the bookmarks of a part with their levels; *pages* are its pages in the merged PDF."""
    numbers = {page.objgen: number for number, page in enumerate(source.pages)}
    for bookmark in _descendants(source.Root.get("/Outlines")):
        page, *place = bookmark.Dest
        item = OutlineItem(str(bookmark.Title), destination=Array([pages[numbers[page.objgen]], *place]))
        item.is_closed = bookmark.Count < 0
        yield bookmark.Level, item


def _descendants(parent: Any) -> Iterator[Any]:
    """Yield all bookmarks below *parent*, in order."""
    bookmark = None if parent is None else parent.get("/First")
    while bookmark is not None:
        yield bookmark
        yield from _descendants(bookmark)
        bookmark = bookmark.get("/Next")


def _nested(bookmarks: Iterable[tuple[int, OutlineItem]]) -> list[OutlineItem]:
    """Return the top-level bookmarks, with each of the others below the last one before it of a higher level."""
    tops: list[OutlineItem] = []
    ancestors: list[tuple[int, OutlineItem]] = []
    for level, bookmark in bookmarks:
        while ancestors and ancestors[-1][0] >= level:
            ancestors.pop()
        (ancestors[-1][1].children if ancestors else tops).append(bookmark)
        ancestors.append((level, bookmark))
    return tops
