"""Merge font subsets: PDF parts embed different subsets of a font, the merged PDF embeds their union.

WeasyPrint's subsets (by HarfBuzz) keep the glyph ids of the original font, so that the union is built
from their outlines and no text needs to change. Only components of composite glyphs (the stem and the
dot of an i) have different ids in each subset; in the union each glyph has its own copies of them.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pikepdf import Pdf

_TABLES = {"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}
"""The tables that a PDF needs of a font with glyph ids as character codes (ISO 32000-1, 9.9)."""
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
"""The maximum of entries in a section of a CMap (Adobe Technical Note 5014)."""
_FIXED_PITCH = 1
_NOTDEF = 0


class MergedFonts:
    """The fonts of a merged PDF, by name; each part has its own subset of them."""

    def __init__(self, pdf: Pdf) -> None:
        """Merge fonts for *pdf*, which `write` adds them to."""
        self._pdf = pdf
        self._fonts: dict[str, _MergedFont] = {}
        self._moved: list[str] = []
        self._users: list[tuple[Any, list[str]]] = []

    def move_from(self, fonts: Any) -> None:
        """Move all fonts that can be merged out of *fonts*, the font resources of a part."""
        self._moved = []
        for name, font in list(fonts.items()):
            if _uses_glyph_ids(font):
                widths = dict(_widths(font.DescendantFonts[0].W))
                merged = self._fonts.get(name) or _MergedFont(self._pdf.copy_foreign(font))
                if merged.add(font, widths):
                    self._fonts[name] = merged
                    self._moved.append(name)
                    del fonts[name]

    def return_to(self, fonts: Any) -> None:
        """Let `write` put the fonts that were moved last into *fonts*, the copied resources of the same part."""
        self._users.append((fonts, self._moved))

    def write(self) -> None:
        """Write each font once, and refer to it in all resources that it was moved from."""
        for font in self._fonts.values():
            font.write(self._pdf)
        for fonts, names in self._users:
            for name in names:
                fonts[name] = self._fonts[name].dictionary


def _uses_glyph_ids(font: Any) -> bool:
    """Return whether *font* is TrueType, with glyph ids as character codes."""
    return font.get("/Encoding") == Name("/Identity-H") and "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def _widths(array: Any) -> Iterator[tuple[int, Any]]:
    """Yield glyph ids with their widths; *array* lists the first id of each range, then an array of widths."""
    items = list(array)
    for first, widths in zip(items[::2], items[1::2], strict=True):
        yield from enumerate(widths, first)


@dataclass
class _MergedFont:
    """The union of a font's subsets.

    dictionary  the font dictionary of the first part, which all parts will share
    file        the first subset, whose tables other than outlines and metrics are kept
    widths      by glyph id
    texts       the characters of glyphs, as hexadecimal UTF-16, by glyph id
    outlines    by glyph name: the glyph id as a string, or a name for a component
    metrics     advance width and left side bearing, by glyph name
    """

    dictionary: Any
    file: bytes = b""
    widths: dict[int, Any] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    outlines: dict[str, Glyph] = field(default_factory=dict)
    metrics: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, font: Any, widths: Mapping[int, Any]) -> bool:
        """Add the glyphs of *font*; return False, and add nothing, if *widths* differ from those of other subsets."""
        if any(self.widths.get(glyph, width) != width for glyph, width in widths.items()):
            return False
        if new := widths.keys() - self.widths.keys():
            file = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
            self.file = self.file or file
            self.widths.update(widths)
            self._add_glyphs(TTFont(BytesIO(file)), new)
            for glyph, text in _TEXT.findall(font.ToUnicode.read_bytes()):
                self.texts.setdefault(int(glyph, 16), text.decode())
        return True

    def _add_glyphs(self, font: TTFont, glyphs: Iterable[int]) -> None:
        font.setGlyphOrder(_names(font["maxp"].numGlyphs))
        for glyph in sorted({_NOTDEF, *glyphs}):
            if str(glyph) not in self.outlines:
                self._add_glyph(str(glyph), font, str(glyph))

    def _add_glyph(self, name: str, font: TTFont, source_name: str) -> None:
        """Add the glyph called *source_name* in *font* as *name*, with copies of its components."""
        glyph = deepcopy(font["glyf"][source_name])
        self.outlines[name], self.metrics[name] = glyph, font["hmtx"][source_name]
        for i, component in enumerate(glyph.components if glyph.isComposite() else ()):
            self._add_glyph(f"{name}.{i}", font, component.glyphName)
            component.glyphName = f"{name}.{i}"

    def write(self, pdf: Pdf) -> None:
        """Write the union into the font dictionary."""
        [descendant] = self.dictionary.DescendantFonts
        descendant.W = Array(self._ranges())
        descriptor = descendant.FontDescriptor
        descriptor.FontBBox[2] = max(self.widths.values())
        fixed = len(self.widths) > 1 and len(set(self.widths.values())) == 1
        descriptor.Flags = descriptor.Flags & ~_FIXED_PITCH | fixed
        file = self._font_file()
        descriptor.FontFile2 = pdf.make_stream(file, Length1=len(file))
        self.dictionary.ToUnicode = pdf.make_stream(_CMAP.format("\n".join(self._cmap_lines())).encode())

    def _ranges(self) -> Iterator[Any]:
        ranges: dict[int, list[Any]] = {}
        first = -1
        for glyph in sorted(self.widths):
            first = first if glyph - 1 in self.widths else glyph
            ranges.setdefault(first, []).append(self.widths[glyph])
        for first, widths in ranges.items():
            yield from (first, Array(widths))

    def _cmap_lines(self) -> Iterator[str]:
        lines = [f"<{glyph:04x}> <{text}>" for glyph, text in sorted(self.texts.items())]
        for start in range(0, len(lines), _CMAP_SECTION):
            section = lines[start : start + _CMAP_SECTION]
            yield from (f"{len(section)} beginbfchar", *section, "endbfchar")

    def _font_file(self) -> bytes:
        font = TTFont(BytesIO(self.file), recalcBBoxes=False, recalcTimestamp=False)
        for tag in set(font.keys()) - _TABLES - {"GlyphOrder"}:
            del font[tag]
        numbered = _names(max(self.widths) + 1)
        names = [*numbered, *(name for name in self.outlines if "." in name)]
        font.setGlyphOrder(names)
        font["glyf"], font["hmtx"] = newTable("glyf"), newTable("hmtx")
        font["glyf"].glyphOrder = names
        font["glyf"].glyphs = {name: self.outlines.get(name, Glyph()) for name in names}
        font["hmtx"].metrics = {name: self.metrics.get(name, (0, 0)) for name in names}
        file = BytesIO()
        font.save(file)
        return file.getvalue()


def _names(count: int) -> list[str]:
    """Return names for *count* glyphs: their ids as strings."""
    return [str(glyph) for glyph in range(count)]
