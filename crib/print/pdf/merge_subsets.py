"""Merge font subsets: PDF parts embed different subsets of a font, the merged PDF embeds their union.

WeasyPrint's subsets (by HarfBuzz) keep the glyph ids of the original font. So the union is built from
their outlines, and no text needs to change. Only components of composite glyphs (the stem and the dot of
an i) have different ids in each subset; in the union each glyph has its own copies of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zlib import compress

from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Name, Pdf

from crib.engine.cached import cached

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TABLES = {"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}
"""Tables required in a PDF font with glyph ids as character codes (ISO 32000-1, 9.9)."""
_TEXT = re.compile(rb"<(\w{4})> <(\w*)>")
_CMAP = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_CMAP_SECTION = 100
"""Maximum number of entries in a section of a CMap (Adobe Technical Note 5014)."""
_FIXED_PITCH = 1
_NOTDEF = 0


@dataclass(frozen=True)
class FontSubset:
    """The embedded glyphs of a font in one part, or the union of several parts.

    file    the TrueType font
    widths  widths by glyph id
    texts   characters of glyphs, as hexadecimal UTF-16, by glyph id
    """

    file: bytes
    widths: Mapping[int, Any]
    texts: Mapping[int, str]


def uses_glyph_ids(font: Any) -> bool:
    """Return True if *font* is TrueType, with glyph ids as character codes."""
    return font.get("/Encoding") == Name("/Identity-H") and "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def widths_of(font: Any) -> dict[int, Any]:
    """Return the widths of the glyphs of *font* by id."""
    items = list(font.DescendantFonts[0].W)  # the first id of each range, then an array of widths
    return {
        glyph: width
        for first, widths in zip(items[::2], items[1::2], strict=True)
        for glyph, width in enumerate(widths, first)
    }


@cached
def font_subsets(part: bytes, names: tuple[str, ...]) -> list[FontSubset]:
    """Return the subsets of the fonts *names* embedded in *part*."""
    with Pdf.open(BytesIO(part)) as pdf:
        return [_subset(pdf.pages[0].Resources.Font[name]) for name in names]


def _subset(font: Any) -> FontSubset:
    file = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
    texts = {int(glyph, 16): text.decode() for glyph, text in _TEXT.findall(font.ToUnicode.read_bytes())}
    return FontSubset(file, widths_of(font), texts)


@cached
def merge_subsets(subsets: tuple[FontSubset, ...]) -> FontSubset:
    """Return the union of *subsets* of one font with consistent widths."""
    union = _Union()
    widths, texts = dict[int, Any](), dict[int, str]()
    for subset in subsets:
        union.add(TTFont(BytesIO(subset.file)), subset.widths)
        widths |= subset.widths
        texts = {**subset.texts, **texts}
    return FontSubset(union.font_file(subsets[0].file, max(widths) + 1), widths, texts)


class _Union:
    """The outlines and metrics of several fonts, by glyph name: the glyph id as a string, or a name for a component."""

    def __init__(self) -> None:
        self._outlines: dict[str, Glyph] = {}
        self._metrics: dict[str, tuple[int, int]] = {}

    def add(self, font: TTFont, glyphs: Iterable[int]) -> None:
        font.setGlyphOrder(_names(font["maxp"].numGlyphs))
        for glyph in sorted({_NOTDEF, *glyphs}):
            if str(glyph) not in self._outlines:
                self._add_glyph(str(glyph), font, str(glyph))

    def _add_glyph(self, name: str, font: TTFont, source_name: str) -> None:
        """Add the glyph called *source_name* in *font* as *name*, with copies of its components."""
        glyph = deepcopy(font["glyf"][source_name])
        self._outlines[name], self._metrics[name] = glyph, font["hmtx"][source_name]
        for i, component in enumerate(glyph.components if glyph.isComposite() else ()):
            self._add_glyph(f"{name}.{i}", font, component.glyphName)
            component.glyphName = f"{name}.{i}"

    def font_file(self, subset: bytes, count: int) -> bytes:
        """Return a font with *count* glyphs and their components, and the other tables of *subset*."""
        font = TTFont(BytesIO(subset), recalcBBoxes=False, recalcTimestamp=False)
        for tag in set(font.keys()) - _TABLES - {"GlyphOrder"}:
            del font[tag]
        names = [*_names(count), *(name for name in self._outlines if "." in name)]
        font.setGlyphOrder(names)
        font["glyf"], font["hmtx"] = newTable("glyf"), newTable("hmtx")
        font["glyf"].glyphOrder = names
        font["glyf"].glyphs = {name: self._outlines.get(name, Glyph()) for name in names}
        font["hmtx"].metrics = {name: self._metrics.get(name, (0, 0)) for name in names}
        file = BytesIO()
        font.save(file)
        return file.getvalue()


def _names(count: int) -> list[str]:
    """Return names for *count* glyphs: their ids as strings."""
    return [str(glyph) for glyph in range(count)]


class MergedFonts:
    """The fonts of a merged PDF, by name; each part has its own subset of them."""

    def __init__(self, pdf: Pdf) -> None:
        """Merge fonts for *pdf*; `write` adds them."""
        self._pdf = pdf
        self._fonts: dict[str, Any] = {}
        self._widths: dict[str, dict[int, Any]] = {}
        self._sources: list[tuple[bytes, tuple[str, ...]]] = []

    def __iter__(self) -> Iterator[Any]:
        """Yield the dictionary of each font in the PDF."""
        return iter(self._fonts.values())

    def add(self, part: bytes, fonts: Mapping[str, Mapping[int, Any]]) -> dict[str, int]:
        """Add the subsets of *fonts* (widths of glyphs by font name) in *part*.

        Returns the numbers of the merged fonts in the PDF, without fonts whose widths differ between subsets.
        """
        alike = {name: widths for name, widths in fonts.items() if self._agrees(name, widths)}
        if unknown := alike.keys() - self._fonts.keys():
            with Pdf.open(BytesIO(part)) as source:
                embedded = source.pages[0].Resources.Font
                self._fonts |= {name: self._pdf.copy_foreign(embedded[name]) for name in sorted(unknown)}
        new = tuple(name for name, widths in alike.items() if widths.keys() - self._widths.get(name, {}).keys())
        if new:
            self._sources.append((part, new))
            for name in new:
                self._widths.setdefault(name, {}).update(alike[name])
        return {name: self._fonts[name].objgen[0] for name in alike}

    def _agrees(self, name: str, widths: Mapping[int, Any]) -> bool:
        merged = self._widths.get(name, {})
        return all(merged.get(glyph, width) == width for glyph, width in widths.items())

    def write(self) -> None:
        """Write each font into its dictionary."""
        subsets = defaultdict[str, list[FontSubset]](list)
        for part, names in self._sources:
            for name, subset in zip(names, font_subsets(part, names), strict=True):
                subsets[name].append(subset)
        for name, font in self._fonts.items():
            self._write(font, merge_subsets(tuple(subsets[name])))

    def _write(self, font: Any, union: FontSubset) -> None:
        [descendant] = font.DescendantFonts
        descendant.W = Array(ranges(union.widths))
        descriptor = descendant.FontDescriptor
        descriptor.FontBBox[2] = max(union.widths.values())
        fixed = len(union.widths) > 1 and len(set(union.widths.values())) == 1
        descriptor.Flags = descriptor.Flags & ~_FIXED_PITCH | fixed
        descriptor.FontFile2 = self._stream(union.file, Length1=len(union.file))
        font.ToUnicode = self._stream(_CMAP.format("\n".join(cmap_lines(union.texts))).encode())

    def _stream(self, data: bytes, **entries: int) -> Any:
        packed = compress(data, 9)
        return self._pdf.make_stream(packed, Filter=Name.FlateDecode, Length=len(packed), **entries)


def ranges(widths: Mapping[int, Any]) -> Iterator[Any]:
    """Yield the first glyph id of each range of successive ids, then the array of their *widths*."""
    by_first: dict[int, list[Any]] = {}
    first = -1
    for glyph in sorted(widths):
        first = first if glyph - 1 in widths else glyph
        by_first.setdefault(first, []).append(widths[glyph])
    for first, members in by_first.items():
        yield from (first, Array(members))


def cmap_lines(texts: Mapping[int, str]) -> Iterator[str]:
    """Yield the lines of a CMap from glyph ids to *texts*."""
    lines = [f"<{glyph:04x}> <{text}>" for glyph, text in sorted(texts.items())]
    for start in range(0, len(lines), _CMAP_SECTION):
        section = lines[start : start + _CMAP_SECTION]
        yield from (f"{len(section)} beginbfchar", *section, "endbfchar")
