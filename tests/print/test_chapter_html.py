"""Chapters rendered for print, as jobs pass them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.print.chapter_html import render_chapter
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ANSWER

if TYPE_CHECKING:
    from tests.conftest import MakeBook


def test_new_lines_before_an_answer_do_not_change_it(make_book: MakeBook) -> None:
    """So what shows it need not be printed again."""
    chapters = [render_chapter(read_book(make_book(text)).book, Templates()) for text in (ANSWER, f"\n\n{ANSWER}")]
    assert chapters[0] == chapters[1]
