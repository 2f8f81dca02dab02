"""One PDF of many parts, each of some pages: as good as if all pages had been written at once.

A part is a PDF as `Printer.part` writes it: alone it is whole but for links to other parts, which
lead to a `#name`, and its bookmarks, each of which knows its `Level`. In the joined file

- pages, bookmarks and tags follow one another, and names lead from any part to any other;
- each font is there once (`crib.print.pdf.merge_subsets`), and so is each picture and glyph of a formula;
- title, language and all else that is said of the whole is what the first part says.

Of a part only what is in the joined file is kept: streams of the joined file read its bytes.
"""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, Pdf, String
from pikepdf.settings import set_flate_compression_level

from crib.print.pdf.merge_subsets import MergedFonts
from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def merge_pdf(*parts: bytes) -> bytes:
    """Return the PDF of all *parts*, in their order; one may be empty, but not all. The same bytes for the same parts.

    Raises BuildError for links that lead to no part, and names that two have.
    """
    joining = _Joining()
    for part in filter(None, parts):
        joining.add(part)
    return joining.written()


class _Joining:
    def __init__(self) -> None:
        self._pdf = Pdf.new()
        self._fonts = MergedFonts(self._pdf)
        self._tags = _Tags(self._pdf)
        self._bookmarks: list[tuple[int, OutlineItem]] = []
        self._places: dict[str, Any] = {}
        self._targets: set[str] = set()
        self._objects: dict[tuple[bytes, bytes], Any] = {}

    def add(self, part: bytes) -> None:
        source = Pdf.open(BytesIO(part))
        if not self._pdf.pages:
            self._describe(source)
        self._fonts.take(source.pages[0].Resources.Font)
        for page in source.pages:
            self._pdf.pages.append(page)
        pages = [page.obj for page in self._pdf.pages[-len(source.pages) :]]
        self._fonts.lend(pages[0].Resources.Font)
        self._share(pages[0].Resources.XObject)
        links = [link for page in pages for link in page.get("/Annots", ())]
        for link in links:
            self._resolve(link)
        self._tags.add(self._copy(source, source.Root.StructTreeRoot), [*pages, *links])
        self._name(source)
        self._bookmarks += _bookmarks(source, pages)

    def written(self) -> bytes:
        if lost := sorted(self._targets - self._places.keys()):
            raise BuildError(*(Problem("", 0, "print", f"no part has the anchor #{target}") for target in lost))
        self._fonts.write()
        self._tags.write()
        if self._places:
            self._pdf.Root.Names = Dictionary(Dests=_name_tree(self._pdf, self._places))
        with self._pdf.open_outline() as outline:
            outline.root.extend(_nested(self._bookmarks))
        file = BytesIO()
        set_flate_compression_level(9)  # of objects in streams of a hundred; WeasyPrint has them all in one
        self._pdf.save(
            file,
            force_version="1.7",
            fix_metadata_version=False,
            object_stream_mode=ObjectStreamMode.generate,
            deterministic_id=True,
        )
        return file.getvalue()

    def _copy(self, source: Pdf, value: Any) -> Any:
        return self._pdf.copy_foreign(value if value.is_indirect else source.make_indirect(value))

    def _describe(self, source: Pdf) -> None:
        for name in ("/Lang", "/MarkInfo", "/Metadata", "/ViewerPreferences"):
            self._pdf.Root[name] = self._copy(source, source.Root[name])
        self._pdf.trailer.Info = self._copy(source, source.trailer.Info)

    def _resolve(self, link: Any) -> None:
        """Let *link* lead to a name if it is in this file, wherever."""
        if "/Dest" in link:
            target = str(link.Dest)
        elif (target := str(link.A.URI)).startswith("#"):
            del link.A
            target = target[1:]
        else:
            return
        link.Dest = link.Contents = String(target)
        self._targets.add(target)

    def _share(self, objects: Any) -> None:
        """Replace those of a part's *objects* that another has too."""
        for name, each in objects.items():
            objects[name] = self._shared(each)

    def _shared(self, stream: Any) -> Any:
        if "/SMask" in stream:
            stream.SMask = self._shared(stream.SMask)
        key = (stream.stream_dict.unparse(), sha256(stream.read_raw_bytes()).digest())
        return self._objects.setdefault(key, stream)

    def _name(self, source: Pdf) -> None:
        names = source.Root.get("/Names")
        places = {} if names is None else {str(n): place for n, place in _pairs(self._copy(source, names.Dests.Names))}
        if twice := sorted(places.keys() & self._places.keys()):
            raise BuildError(*(Problem("", 0, "print", f"two parts have the anchor #{name}") for name in twice))
        self._places |= places


class _Tags:
    """The tag tree: parts' tags follow one another in one document."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self._root))
        self._kids: list[Any] = []
        self._owners: list[Any] = []  # the parent tree: a page's tags by their marks, or a link's one
        self._named: dict[str, Any] = {}

    def add(self, tree: Any, holders: Sequence[Any]) -> None:
        """Add the *tree* of a part; *holders* are the pages and links that are known in it by number."""
        before = len(self._owners)
        for holder in holders:
            name = Name.StructParents if holder.Type == Name.Page else Name.StructParent
            holder[name] += before
        self._owners += (owner for _, owner in _pairs(tree.ParentTree.Nums))
        for _, note in _pairs(tree.get("/IDTree", Dictionary(Names=Array())).Names):
            note.ID = String(f"note-{len(self._named) + 1}")
            self._named[str(note.ID)] = note
        for kid in tree.K[0].K:
            kid.P = self._document
            self._kids.append(kid)

    def write(self) -> None:
        """Put the tree into the file."""
        self._document.K = Array(self._kids)
        self._root.K = Array([self._document])
        numbered = (each for pair in enumerate(self._owners) for each in pair)
        self._root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=Array(numbered)))
        if self._named:
            self._root.IDTree = _name_tree(self._pdf, self._named)
        self._pdf.Root.StructTreeRoot = self._root


def _name_tree(pdf: Pdf, values: dict[str, Any]) -> Any:
    named = sorted((bytes(String(name)), value) for name, value in values.items())
    return pdf.make_indirect(Dictionary(Names=Array(each for name, value in named for each in (String(name), value))))


def _pairs(array: Any) -> Iterator[tuple[Any, Any]]:
    items = list(array)
    return zip(items[::2], items[1::2], strict=True)


def _bookmarks(source: Pdf, pages: Sequence[Any]) -> Iterator[tuple[int, OutlineItem]]:
    """Yield the bookmarks of a part with their levels; *pages* are its pages in the joined file."""
    numbers = {page.objgen: number for number, page in enumerate(source.pages)}
    for bookmark in _followed(source.Root.get("/Outlines")):
        page, *place = bookmark.Dest
        item = OutlineItem(str(bookmark.Title), destination=Array([pages[numbers[page.objgen]], *place]))
        item.is_closed = bookmark.Count < 0
        yield bookmark.Level, item


def _followed(parent: Any) -> Iterator[Any]:
    """Yield the bookmarks below *parent* in their order."""
    bookmark = None if parent is None else parent.get("/First")
    while bookmark is not None:
        yield bookmark
        yield from _followed(bookmark)
        bookmark = bookmark.get("/Next")


def _nested(bookmarks: Iterable[tuple[int, OutlineItem]]) -> list[OutlineItem]:
    """Return the bookmarks of the highest level, with the others below the last higher one before."""
    tops: list[OutlineItem] = []
    around: list[tuple[int, OutlineItem]] = []
    for level, bookmark in bookmarks:
        while around and around[-1][0] >= level:
            around.pop()
        (around[-1][1].children if around else tops).append(bookmark)
        around.append((level, bookmark))
    return tops
