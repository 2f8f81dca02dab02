"""Merge PDF parts into one PDF, as if all pages had been written at once.

A part is a PDF by `Printer.write_part`: complete, except that links to other parts have a URI `#name`,
and bookmarks have their level in a key `Level`. In the merged PDF

- pages, bookmarks and tags of the parts follow one another, and links between parts are resolved;
- each font is embedded once (`crib.print.pdf.merge_subsets`), and so is each picture and glyph of a formula;
- title, language and other metadata come from the first part.

Objects of each part get a range of numbers of their own. So only one part at a time is in memory, and a changed
part leaves the others unchanged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from pikepdf import Dictionary, Pdf, String

from crib.print.pdf.merge_subsets import MergedFonts
from crib.print.pdf.outline import outline
from crib.print.pdf.pdf_file import Copy, pdf_file, renumbered, room, section
from crib.print.pdf.pdf_part import index_part, note_name, number_of, number_part
from crib.problems import BuildError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crib.print.pdf.pdf_file import PdfSection
    from crib.print.pdf.pdf_part import Bookmark, PartIndex


def merge_pdf(*parts: bytes) -> bytes:
    """Return the PDF of all *parts*, in order; some may be empty, but not all. Equal parts give equal bytes.

    Raises BuildError for links to missing anchors, and for duplicate anchors.
    """
    return _Merger([part for part in parts if part]).merged()


class _Merger:
    """A merged PDF. Its first section has the shared objects: metadata, fonts, and the roots of all trees."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts, self._indexes = parts, [index_part(part) for part in parts]
        self._pdf = Pdf.new()
        self._fonts = MergedFonts(self._pdf)
        self._tags, self._document, self._owners, self._notes, self._places, self._outline = (
            number_of(self._pdf.make_indirect(Dictionary())) for _ in range(6)
        )
        self._firsts: list[int] = []

    def merged(self) -> bytes:
        _check_links(self._indexes)
        with Pdf.open(BytesIO(self._parts[0])) as source:
            self._copy_metadata(source)
            elsewhere = [self._merge_fonts(part, index) for part, index in self._each(self._parts)]
            self._fonts.write()
            size = len(self._pdf.objects) + 1
            *self._firsts, last = accumulate((room(index.size) for index in self._indexes), initial=room(size))
            self._merge_drawings(elsewhere)
            top, *bookmarks = outline(self._outline, last, self._bookmarks())
            roots = {**self._roots(), **dict([top])}
            return pdf_file(
                [
                    self._shared(size, roots),
                    *self._numbered(elsewhere),
                    section(last, len(bookmarks), dict(bookmarks), {}),
                ],
                number_of(self._pdf.Root),
                number_of(self._pdf.trailer.Info),
            )

    def _each(self, *others: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield the items of *others* for each part, with the index of the part."""
        return zip(*others, self._indexes, strict=True)

    def _copy_metadata(self, source: Pdf) -> None:
        """Copy the document metadata of *source*, and reserve the roots of trees."""
        root = self._pdf.Root
        for name in ("/Lang", "/MarkInfo", "/Metadata", "/ViewerPreferences"):
            value = source.Root[name]
            root[name] = self._pdf.copy_foreign(value if value.is_indirect else source.make_indirect(value))
        self._pdf.trailer.Info = self._pdf.copy_foreign(source.trailer.Info)
        root.StructTreeRoot = self._pdf.get_object(self._tags, 0)
        if any(index.anchors for index in self._indexes):
            root.Names = Dictionary(Dests=self._pdf.get_object(self._places, 0))
        if any(index.bookmarks for index in self._indexes):
            root.Outlines = self._pdf.get_object(self._outline, 0)

    def _merge_fonts(self, part: bytes, index: PartIndex) -> dict[int, int]:
        """Return the numbers of the fonts and the document of *part* in the merged PDF, by those in the part."""
        merged = self._fonts.add(part, {name: widths for name, (_, widths) in index.fonts.items()})
        return {index.document: self._document, **{index.fonts[name][0]: number for name, number in merged.items()}}

    def _merge_drawings(self, elsewhere: Iterable[dict[int, int]]) -> None:
        """Deduplicate drawings: add those of earlier parts to *elsewhere*."""
        originals: dict[bytes, int] = {}
        for numbers, first, index in self._each(elsewhere, self._firsts):
            for number, digest in index.drawings:
                before = originals.setdefault(digest, first + number)
                if before != first + number:
                    numbers[number] = before

    def _numbered(self, elsewhere: Iterable[Mapping[int, int]]) -> Iterator[PdfSection]:
        pages = number_of(self._pdf.Root.Pages)
        for part, first, numbers in zip(self._parts, self._firsts, elsewhere, strict=True):
            yield number_part(part, first, pages, numbers)

    def _shared(self, size: int, roots: Mapping[int, bytes]) -> PdfSection:
        """Return the first section, of *size* numbers, with the *roots* of all trees."""
        copy = Copy(self._pdf, lambda number: number)
        copy.add(map(number_of, (self._pdf.Root, self._pdf.trailer.Info, *self._fonts)), without=roots)
        copy.objects |= roots
        return copy.section(0, size)

    def _bookmarks(self) -> Iterator[Bookmark]:
        for first, index in self._each(self._firsts):
            for bookmark in index.bookmarks:
                yield replace(bookmark, place=_moved(bookmark.place, first))

    def _roots(self) -> dict[int, bytes]:
        """Return the roots of the trees of pages, tags and names."""
        branches = [first + index.pages[0] for first, index in self._each(self._firsts)]
        tags = [first + tag for first, index in self._each(self._firsts) for tag in index.tags]
        leaves = [first + index.owners for first, index in self._each(self._firsts)]
        notes = [first + note for first, index in self._each(self._firsts) for note in index.notes]
        places = {
            name: _moved(place, first)
            for first, index in self._each(self._firsts)
            for name, place in index.anchors.items()
        }
        count = sum(index.pages[1] for index in self._indexes)
        return {
            number_of(self._pdf.Root.Pages): b"<< /Count %d /Kids %b /Type /Pages >>" % (count, _array(branches)),
            self._tags: b"<< /IDTree %d 0 R /K [ %d 0 R ] /ParentTree %d 0 R /Type /StructTreeRoot >>"
            % (self._notes, self._document, self._owners),
            self._document: b"<< /K %b /P %d 0 R /S /Document /Type /StructElem >>" % (_array(tags), self._tags),
            self._owners: b"<< /Kids %b >>" % _array(leaves),
            self._notes: _names({note_name(note): b"%d 0 R" % note for note in notes}),
            self._places: _names(places),
        }


def _check_links(indexes: Iterable[PartIndex]) -> None:
    """Raise BuildError for links to missing anchors, and for duplicate anchors."""
    anchors = Counter(anchor for index in indexes for anchor in index.anchors)
    targets = {target for index in indexes for target in index.targets}
    problems = [f"two parts have the anchor #{name}" for name, count in sorted(anchors.items()) if count > 1]
    problems += [f"no part has the anchor #{target}" for target in sorted(targets - anchors.keys())]
    if problems:
        raise BuildError(*(Problem("", 0, "print", problem) for problem in problems))


def _moved(text: bytes, first: int) -> bytes:
    """Return the *text* of a part, with references shifted by *first*."""
    return renumbered(text, first.__add__)


def _array(numbers: Iterable[int]) -> bytes:
    """Return an array of references."""
    return b"[ %b]" % b"".join(b"%d 0 R " % number for number in numbers)


def _names(values: Mapping[str, bytes]) -> bytes:
    """Return a name tree of one node (ISO 32000-1, 7.9.6)."""
    names = sorted((bytes(String(name)), String(name).unparse(), value) for name, value in values.items())
    return b"<< /Names [ %b] >>" % b"".join(b"%b %b " % (name, value) for _, name, value in names)
