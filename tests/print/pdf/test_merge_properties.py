"""Invariants of merging PDF parts and font subsets, for any texts."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crib.home import own_folder
from crib.print.pdf.merge_pdf import merge_pdf
from crib.print.pdf.merge_subsets import cmap_lines, ranges, widths_of
from crib.print.pdf.outline import Item, nested
from crib.print.pdf.pdf_part import Bookmark
from crib.print.pdf.printer import Printer
from tests.conftest import ROOT
from tests.pdfs import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

settings.register_profile("merging", max_examples=12, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("merging")
TEXTS = st.lists(st.text("aiéïž0", min_size=1, max_size=5), min_size=1, max_size=4)
"""The text of each part; some letters are composed of others."""


@cache
def part(text: str) -> bytes:
    """Return a PDF part of one page."""
    style = "@page { size: 60mm 40mm } body { font-family: 'Source Sans 3' }"
    return Printer(ROOT, {}).write_part(
        f'<!DOCTYPE html><html lang="en"><head><title>T</title><style>{style}</style></head><body><p>{text}</p>'
    )


def fonts(pdf: bytes) -> Iterator[TTFont]:
    """Yield each font of *pdf* once."""
    with pikepdf.open(BytesIO(pdf)) as document:
        embedded = {font.objgen: font for page in document.pages for font in page.Resources.Font.values()}
        for font in embedded.values():
            yield TTFont(BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))


def outline(font: TTFont, glyph: int) -> list[Any]:
    """Return the outline of a glyph, without references to others."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getGlyphName(glyph)].draw(pen)
    return list(pen.value)


@BOUNDED
@given(TEXTS)
def test_pages_follow_one_another(texts: Sequence[str]) -> None:
    """The text of the merged PDF is the text of its parts, in order."""
    parts = [part(text) for text in texts]
    assert texts_of(merge_pdf(*parts)) == [text for one in parts for text in texts_of(one)]


@BOUNDED
@given(TEXTS)
def test_merging_is_deterministic(texts: Sequence[str]) -> None:
    """Equal parts give equal bytes, and empty parts change nothing."""
    parts = [part(text) for text in texts]
    assert merge_pdf(*parts) == merge_pdf(b"", *parts, b"")


@BOUNDED
@given(TEXTS)
def test_a_merged_font_has_the_glyphs_of_the_original(texts: Sequence[str]) -> None:
    """There is one font, with the outlines and widths of the original glyphs with the same ids."""
    original = TTFont(own_folder() / "fonts/SourceSans3-Regular.ttf")
    [merged] = fonts(merge_pdf(*map(part, texts)))
    shown = {original.getGlyphID(original.getBestCmap()[ord(letter)]) for text in texts for letter in text}
    for glyph in shown:
        assert outline(merged, glyph) == outline(original, glyph)
        assert merged["hmtx"][merged.getGlyphName(glyph)] == original["hmtx"][original.getGlyphName(glyph)]


@BOUNDED
@given(st.lists(st.integers(1, 4), max_size=12))
def test_bookmarks_nest_by_their_levels(levels: Sequence[int]) -> None:
    """Each is below the last one before it of a higher level; all stay in order."""

    def flat(items: Sequence[Item], parent: int) -> Iterator[tuple[int, int]]:
        for item in items:
            yield item.number, parent
            yield from flat(item.kids, item.number)

    tree = nested(-1, 0, (Bookmark(level, b"()", b"[]", closed=False) for level in levels))
    assert list(flat(tree.kids, -1)) == [
        (i, max((before for before in range(i) if levels[before] < level), default=-1))
        for i, level in enumerate(levels)
    ]


@BOUNDED
@given(st.dictionaries(st.integers(0, 300), st.integers(0, 900), min_size=1))
@example(dict.fromkeys(range(1, 201), 500))
def test_widths_and_characters_of_a_font(widths: dict[int, int]) -> None:
    """Widths are in ranges of successive glyphs, and characters in sections of at most a hundred lines."""
    array = list(ranges(widths))
    descendant = pikepdf.Dictionary(W=pikepdf.Array(array))
    assert widths_of(pikepdf.Dictionary(DescendantFonts=pikepdf.Array([descendant]))) == widths
    assert len(array) == 2 * sum(glyph - 1 not in widths for glyph in widths)
    sections = "\n".join(cmap_lines({glyph: f"{glyph:04x}" for glyph in widths})).split("endbfchar")
    assert not sections.pop()
    lines = []
    for section in sections:
        count, *rest = section.strip().splitlines()
        assert count == f"{len(rest)} beginbfchar"
        assert len(rest) <= 100  # the maximum in PDF
        lines += rest
    assert lines == [f"<{glyph:04x}> <{glyph:04x}>" for glyph in sorted(widths)]
    assert len(sections) == -(-len(widths) // 100)
