"""Pictures for the documentation: pages of PDFs and of a browser, in rows, as small PNGs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image as Picture

ROOT = Path(__file__).resolve().parent.parent
FONTS = Path(__file__).with_name("gallery-fonts.conf")

_DESK, _EDGE, _INK, _PAPER = "#e8ecef", "#c3c9ce", "#30383e", "#ffffff"
_GAP = 24
_LABEL = ImageFont.truetype(str(ROOT / "templates/fonts/SourceSans3-Semibold.ttf"), 24)
_LABEL_HEIGHT = 40


class Item(Protocol):
    """Something to draw in a row: a page, or a part of one."""

    @property
    def ratio(self) -> float:
        """Its width divided by its height."""

    def draw(self, size: tuple[int, int]) -> Picture:
        """Return its picture in this size."""


@dataclass(frozen=True)
class Page:
    """The upper *share* of a page of a PDF; pages count from 1, as in a viewer, or from -1 at the end."""

    pdf: Path
    number: int = 1
    share: float = 1

    @property
    def ratio(self) -> float:
        """Its width divided by its height."""
        width, height = self._page.get_size()
        return float(width / height / self.share)

    def draw(self, size: tuple[int, int]) -> Picture:
        """Return its picture in this size."""
        page = self._page
        picture: Picture = page.render(scale=size[0] / page.get_width()).to_pil()
        return picture.convert("RGB").crop((0, 0, *size))

    @property
    def _page(self) -> pdfium.PdfPage:
        pages = pdfium.PdfDocument(self.pdf)
        return pages[self.number % len(pages) if self.number < 0 else self.number - 1]


@dataclass(frozen=True)
class Screen:
    """A scalable picture of a screen, or of a part of a page."""

    picture: Picture

    @property
    def ratio(self) -> float:
        """Its width divided by its height."""
        return self.picture.width / self.picture.height

    def draw(self, size: tuple[int, int]) -> Picture:
        """Return its picture in this size."""
        return self.picture.resize(size, Image.Resampling.LANCZOS)


def rows(*rows: Sequence[Item], width: int = 1600) -> Picture:
    """Return a picture of items in rows, each row as wide as all."""
    pictures = [_row(row, width) for row in rows]
    height = sum(picture.height for picture in pictures) - _GAP * (len(pictures) - 1)
    desk, top = Image.new("RGB", (width, height), _DESK), 0
    for picture in pictures:
        desk.paste(picture, (0, top))
        top += picture.height - _GAP
    return desk


def _row(items: Sequence[Item], width: int) -> Picture:
    """Return items beside one another, equally high."""
    free = width - _GAP * (len(items) + 1)
    height = round(free / sum(item.ratio for item in items))
    desk, left = Image.new("RGB", (width, height + 2 * _GAP), _DESK), _GAP
    for i, item in enumerate(items):
        last = i == len(items) - 1
        size = (width - _GAP - left if last else round(item.ratio * height), height)
        desk.paste(item.draw(size), (left, _GAP))
        ImageDraw.Draw(desk).rectangle((left - 1, _GAP - 1, left + size[0], _GAP + height), outline=_EDGE)
        left += size[0] + _GAP
    return desk


def columns(parts: Sequence[tuple[str, Picture]], *widths: int) -> Picture:
    """Return labeled parts of pages in columns as wide as *widths*, each part below the shortest column so far."""
    lefts = [_GAP + sum(widths[:i]) + _GAP * i for i in range(len(widths))]
    ends = [_GAP // 2] * len(widths)
    placed = []
    for label, whole in parts:
        column = min(range(len(widths)), key=ends.__getitem__)
        part = ImageOps.contain(whole, (widths[column], whole.height)) if whole.width > widths[column] else whole
        placed.append((label, part, lefts[column], ends[column]))
        ends[column] += _LABEL_HEIGHT + part.height + _GAP
    desk = Image.new("RGB", (lefts[-1] + widths[-1] + _GAP, max(ends)), _DESK)
    pen = ImageDraw.Draw(desk)
    for label, part, left, top in placed:
        pen.text((left, top + 2), label, fill=_INK, font=_LABEL)
        desk.paste(part, (left, top + _LABEL_HEIGHT))
        pen.rectangle(
            (left - 1, top + _LABEL_HEIGHT - 1, left + part.width, top + _LABEL_HEIGHT + part.height), outline=_EDGE
        )
    return desk


def save(picture: Picture, path: Path) -> None:
    """Write *picture* with a palette that includes rare colors."""
    path.parent.mkdir(exist_ok=True)
    picture.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)


def trimmed(picture: Picture, margin: int = 24) -> Picture:
    """Return *picture* without its white edges, but with a *margin*."""
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, _PAPER)).getbbox()
    assert box, "an empty page"  # noqa: S101
    return ImageOps.expand(picture.crop(box), margin, _PAPER)
