"""Fonts of many PDFs, each with the glyphs that it shows, as one with them all.

WeasyPrint subsets a font with HarfBuzz so that glyphs keep their numbers: the union of such subsets
is put together from their outlines, and no text has to change. Only what glyphs are composed of, an
i of a stem and a dot, has other numbers in each subset; in the union each glyph has its own of them.
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
"""What a PDF needs of a font whose glyphs it knows by number (ISO 32000-1, 9.9)."""
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
_MOST = 100
"""Entries in one section of a CMap."""
_FIXED_PITCH = 1
_NOTDEF = 0


class MergedFonts:
    """The fonts of a PDF by their names, which each part has its own subset of."""

    def __init__(self, pdf: Pdf) -> None:
        """Nothing is in *pdf* before `write`."""
        self._pdf = pdf
        self._fonts: dict[str, _Font] = {}
        self._taken: list[str] = []
        self._lent: list[tuple[Any, list[str]]] = []

    def take(self, fonts: Any) -> None:
        """Move all that can be united out of *fonts*, the resources of a part."""
        self._taken = []
        for name, font in list(fonts.items()):
            if _is_numbered(font):
                widths = dict(_widths(font.DescendantFonts[0].W))
                known = self._fonts.get(name) or _Font(self._pdf.copy_foreign(font))
                if known.add(font, widths):
                    self._fonts[name] = known
                    self._taken.append(name)
                    del fonts[name]

    def lend(self, fonts: Any) -> None:
        """Have in *fonts* what was taken from the part that they were copied from."""
        self._lent.append((fonts, self._taken))

    def write(self) -> None:
        """Write each font once, wherever it was taken from."""
        for font in self._fonts.values():
            font.write(self._pdf)
        for fonts, names in self._lent:
            for name in names:
                fonts[name] = self._fonts[name].dictionary


def _is_numbered(font: Any) -> bool:
    """Tell whether *font* is TrueType, and texts have the numbers of its glyphs."""
    return font.get("/Encoding") == Name("/Identity-H") and "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def _widths(array: Any) -> Iterator[tuple[int, Any]]:
    """Yield glyphs with their widths; *array* has the first of each range, then all of its widths."""
    items = list(array)
    for first, widths in zip(items[::2], items[1::2], strict=True):
        yield from enumerate(widths, first)


@dataclass
class _Font:
    """What is known of a font; *dictionary* is that of the first part, for all parts.

    texts     what glyphs stand for, in hexadecimal numerals
    outlines  by the name of each glyph, which is its number, and of what it is composed of
    metrics   how far to the next glyph, and where the outline begins, by the same names
    """

    dictionary: Any
    file: bytes = b""
    widths: dict[int, Any] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    outlines: dict[str, Glyph] = field(default_factory=dict)
    metrics: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, font: Any, widths: Mapping[int, Any]) -> bool:
        """Add the glyphs of *font*; do nothing and return False if it has other *widths* for the same."""
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

    def _add_glyph(self, name: str, font: TTFont, known_as: str) -> None:
        """Add a glyph that *font* knows under another name, with all that it is composed of."""
        glyph = deepcopy(font["glyf"][known_as])
        self.outlines[name], self.metrics[name] = glyph, font["hmtx"][known_as]
        for i, component in enumerate(glyph.components if glyph.isComposite() else ()):
            self._add_glyph(f"{name}.{i}", font, component.glyphName)
            component.glyphName = f"{name}.{i}"

    def write(self, pdf: Pdf) -> None:
        """Write it into the dictionary."""
        [descendant] = self.dictionary.DescendantFonts
        descendant.W = Array(self._ranges())
        descriptor = descendant.FontDescriptor
        descriptor.FontBBox[2] = max(self.widths.values())
        fixed = len(self.widths) > 1 and len(set(self.widths.values())) == 1
        descriptor.Flags = descriptor.Flags & ~_FIXED_PITCH | fixed
        file = self._united()
        descriptor.FontFile2 = pdf.make_stream(file, Length1=len(file))
        self.dictionary.ToUnicode = pdf.make_stream(_CMAP.format("\n".join(self._mapped())).encode())

    def _ranges(self) -> Iterator[Any]:
        ranges: dict[int, list[Any]] = {}
        first = -1
        for glyph in sorted(self.widths):
            first = first if glyph - 1 in self.widths else glyph
            ranges.setdefault(first, []).append(self.widths[glyph])
        for first, widths in ranges.items():
            yield from (first, Array(widths))

    def _mapped(self) -> Iterator[str]:
        lines = [f"<{glyph:04x}> <{text}>" for glyph, text in sorted(self.texts.items())]
        for start in range(0, len(lines), _MOST):
            some = lines[start : start + _MOST]
            yield from (f"{len(some)} beginbfchar", *some, "endbfchar")

    def _united(self) -> bytes:
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
    """Return names for so many glyphs, which say no more than their numbers."""
    return [str(glyph) for glyph in range(count)]
