"""Heights are independent of the rest of a layout: a build with fewer measurements must print the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crib.outputs.cards import type_size
from crib.outputs.cards.grid import Grid
from crib.print.chapter_html import render_chapter
from crib.print.fit.measure import Block, Ruler
from crib.print.pdf.print_setup import PrintSetup
from crib.render.templates import Templates

if TYPE_CHECKING:
    from crib.model import Book
    from crib.print.chapter_html import ChapterHtml

pytestmark = pytest.mark.usefixtures("uncached")

TEMPLATES = Templates(None)


@pytest.fixture(scope="module")
def section(shipped: Book) -> ChapterHtml:
    """Return a chapter with formulas, tables and pictures."""
    chapter = next(chapter for chapter in shipped.chapters if chapter.number == 4)
    return render_chapter(shipped.part(chapter), TEMPLATES)


def test_a_block_alone_is_as_high_as_among_others(shipped: Book, section: ChapterHtml) -> None:
    """A block has the same height alone and among others, in any type and column, anywhere in it."""
    press = PrintSetup.of(shipped, TEMPLATES, "sheets/sheets.css")
    ruler = Ruler(press, press.printer(section.drawings, section.entries))
    blocks = [Block(entry.key, "card", entry, 1) for entry in section.entries]
    for size, width in ((7.5, 31.7), (10, 62), (11.9, 190)):
        others = [replace(block, id=f"{block.id}-{i}") for i in range(3) for block in blocks]
        together = ruler.measure(size, [(width * 0.9, others), (width, blocks)])
        assert together[len(others) :] == [ruler.measure(size, [(width, [block])])[0] for block in blocks]


def test_blocks_are_as_high_laid_out_at_once_or_in_parts(
    shipped: Book, section: ChapterHtml, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks have the same height laid out at once or in parts, even if a part ends within a column."""
    press = PrintSetup.of(shipped, TEMPLATES, "sheets/sheets.css")
    ruler = Ruler(press, press.printer(section.drawings, section.entries))
    columns = [(width, [Block(e.key, "card", e, 1) for e in section.entries]) for width in (62, 95)]
    columns = [(width, [replace(block, id=f"{block.id}-{width}") for block in blocks]) for width, blocks in columns]
    at_once = ruler.measure(8, columns)
    monkeypatch.setattr("crib.print.fit.measure._MAX_BLOCKS", 5)
    assert ruler.measure(8, columns) == at_once


def test_a_face_alone_is_as_high_as_among_others(shipped: Book, section: ChapterHtml) -> None:
    """A face has the same height alone and among others, to the last digit: it determines the place of its text."""
    grid = Grid.of(shipped.print)
    scale = type_size._FaceMeasurer(section, PrintSetup.of(shipped, TEMPLATES, "cards/cards.css"), grid)
    faces = [face for entry in section.entries for face in type_size._candidates(entry, grid)]
    assert scale.measured(faces) == [scale.measured([face])[0] for face in faces]
