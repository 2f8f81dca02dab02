"""The cover of the e-book: a template laid out by WeasyPrint and rasterized to PNG."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.outputs.epub.cover_art import question_mark
from crib.outputs.epub.png import png
from crib.outputs.epub.unprintable import left_off_cover
from crib.print.pdf.print_setup import PrintSetup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from PIL.Image import Image

    from crib.model import Book
    from crib.render.templates import Templates

PIXELS_A_POINT = 4
"""Resolution of the cover: 1600 by 2560 pixels, required by bookshops, for the 400 by 640 points of cover.css."""

TITLE_WIDTH, TITLE_HEIGHT = 336, 228
"""Room for the title in cover.css, in points."""

_TITLE_FONT = "fonts/SourceSans3-Bold.ttf"
_COLORS = 24
"""Colors of the picture: more are invisible, and make its file larger."""

_SAMPLE = (400, 640)
"""Size of the sample for choosing colors, in pixels: the whole picture takes a second, with no better result."""

_SIZES = range(120, 11, -1)  # of the title, in points
_SPACE = 0.2  # ems
_DIVIDED = 8.8  # ems; wider words may be divided


@dataclass(frozen=True)
class Cover:
    """The HTML of a cover and its print setup, as plain data."""

    html: str
    press: PrintSetup


def cover_of(book: Book, templates: Templates) -> Cover:
    """Return the HTML of the cover of *book*, without unprintable text. Raises BuildError."""
    for name, _ in left_off_cover(book, templates):
        book = replace(book, **{name: type(getattr(book, name))()})
    counts = [len(chapter.answers) for chapter in book.chapters if chapter.answers]
    press = PrintSetup(book.bare, templates.only("fonts", "labels", "epub"), (templates.path("epub/cover.css"),))
    size = title_size(_ems(book.title.split(" "), templates.path(_TITLE_FONT)))
    return Cover(press.html("epub/cover.html", counts=counts, pieces=question_mark(counts), title_size=size), press)


def draw_cover(cover: Cover) -> bytes:
    """Return *cover* as PNG. Raises BuildError, MissingLibraryError."""
    return png(rasterized(cover))


def rasterized(cover: Cover) -> Image:
    """Return *cover* in few colors. Raises BuildError, MissingLibraryError."""
    from PIL.Image import Dither, Quantize, Resampling
    from pypdfium2 import PdfDocument

    with PdfDocument(cover.press.printer({}).write_pdf(cover.html)) as pdf:
        picture: Image = pdf[0].render(scale=PIXELS_A_POINT).to_pil()
    sample = picture.copy()
    sample.thumbnail(_SAMPLE, Resampling.NEAREST)
    palette = sample.quantize(_COLORS, Quantize.MAXCOVERAGE, kmeans=1)
    return picture.quantize(palette=palette, dither=Dither.NONE)


def title_size(words: Sequence[float]) -> int:
    """Return the largest type size for a title, in points; *words* are the widths of its words in ems."""
    return next((size for size in _SIZES if _fits(words, size)), _SIZES[-1])


def _fits(words: Sequence[float], size: int) -> bool:
    """Return True if *words* fit when broken into lines, without dividing words shorter than a line."""
    line = TITLE_WIDTH / size
    lines, end = 1, 0.0
    for word in words:
        if end and end + _SPACE + word > line:
            lines, end = lines + 1, 0.0
        end += word + (_SPACE if end else 0)
        lines, end = lines + int(end // line), end % line
    return lines * size <= TITLE_HEIGHT and min(max(words), _DIVIDED) <= line


def _ems(words: Iterable[str], font: Path) -> list[float]:
    """Return the width of each of *words* in *font*, in ems; missing characters count as one em."""
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        em, glyphs, metrics = opened["head"].unitsPerEm, opened.getBestCmap(), opened["hmtx"]
        return [sum(metrics[glyphs[ord(c)]][0] / em if ord(c) in glyphs else 1 for c in word) for word in words]
