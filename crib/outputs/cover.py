"""The cover of the e-book: a template, laid out by WeasyPrint and drawn as a PNG."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import count
from math import ceil
from typing import TYPE_CHECKING

from crib.press.glyphs import unprinted
from crib.press.printer import Press
from crib.problems import ContentError
from crib.source.book import BOOK_FILE
from crib.source.settings import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book
    from crib.problems import Problem
    from crib.render.templates import Templates

PIXELS_A_POINT = 4
"""cover.css makes a page of 400 by 640 points: 1600 by 2560 pixels, as shops ask for."""

_LEAST_COLUMNS = 5
_HEIGHT_TO_WIDTH = 0.65


@dataclass(frozen=True)
class Cover:
    """All that drawing a cover needs, as plain data."""

    html: str
    press: Press


@dataclass(frozen=True)
class Tile:
    """An answer on the cover: its code, and the position of its chapter, from 0."""

    code: str
    chapter: int


def cover_of(book: Book, templates: Templates) -> Cover:
    """Return the cover of *book*, not drawn yet.

    Raises BuildError, and ContentError for characters that no font of ours has.
    """
    if problems := list(_unprinted(book, templates)):
        raise ContentError(problems)
    tiles = [Tile(answer.code, index) for index, chapter in enumerate(book.chapters) for answer in chapter.answers]
    html = templates.render("epub/cover.html", book=book, tiles=tiles, columns=tile_columns(len(tiles)))
    press = Press(book.bare, templates.only("fonts", "labels", "epub"), (templates.path("epub/cover.css"),))
    return Cover(html, press)


def draw(cover: Cover) -> bytes:
    """Return the first page of *cover* as a PNG. Raises BuildError, MissingLibraryError."""
    from pypdfium2 import PdfDocument

    with PdfDocument(cover.press.printer({}).write(cover.html)) as pdf:
        png = BytesIO()
        pdf[0].render(scale=PIXELS_A_POINT).to_pil().save(png, "PNG", optimize=True)
    return png.getvalue()


def tile_columns(tiles: int) -> int:
    """Return how many of *tiles* squares stand side by side, so that the title has its room."""
    return next(columns for columns in count(_LEAST_COLUMNS) if ceil(tiles / columns) <= columns * _HEIGHT_TO_WIDTH)


def _unprinted(book: Book, templates: Templates) -> Iterator[Problem]:
    file = book.folder / BOOK_FILE
    settings = file.read_text(encoding="utf-8-sig")
    words = {"title": book.title, "subtitle": book.subtitle, "authors": "".join(book.authors)}
    texts = [(line_of(settings, name), text) for name, text in words.items() if text]
    return unprinted(str(file), texts, templates)
