"""Cards in the preview equal those in Anki."""

from __future__ import annotations

import re
from contextlib import closing
from html import unescape
from typing import TYPE_CHECKING

from crib.preview.document import ViewContext
from crib.preview.printed_pages import PrintedPages
from crib.preview.views import VIEWS
from crib.render.templates import Templates
from crib.source import read_book
from tests.decks import imported
from tests.preview.test_accessible import CHAPTER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeBook

MORE = r"""
## What is $\frac{{1}}{2}$ & `<b>`? {#more see=answer}

Half. ![A disk](figures/disk.svg)

::: cloze
One [is $\frac{{a}}{b}$]{.c1}, and [two]{.c2} {{c1::no gap}}.
:::
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
SIDES = re.compile(r'<div class="card">(.*?)</div>\s*(?=<div class="card">|</article>)', re.DOTALL)


def words(html: str) -> str:
    """Return the text of *html*, with formulas as TeX."""
    html = re.sub(r'<img class="math (inline|display)"[^>]* alt="([^"]*)"/?>', r" \2 ", html)
    html = re.sub(r"<style>.*?</style>|<wbr/?>", "", html, flags=re.DOTALL)
    text = unescape(re.sub(r"<[^>]*>", "", html)).replace("[[type:Typed]]", "")
    return re.sub(r"\\[()\[\]]|\s+", "", text)


def test_both_sides_are_those_in_anki(make_book: MakeBook, tmp_path: Path) -> None:
    """Questions, answers, reverse cards and gaps have Anki's rendered text, and pictures are served."""
    folder = make_book(CHAPTER.replace("answer=word", "") + MORE, **{"figures/disk.svg": SVG})
    book = read_book(folder).book
    [view] = [view for view in VIEWS if view.name == "anki"]
    document = view.render(book, book.chapters[0], ViewContext(Templates(), "1", PrintedPages()))
    with closing((deck := imported(book, tmp_path)).collection):
        rendered = [card.render_output() for card in deck.cards]
    expected = [words(side) for card in rendered for side in (card.question_text, card.answer_text)]
    shown = list(map(words, SIDES.findall(document.html)))
    assert sorted(shown) == sorted(expected)
    assert len(shown) == 2 * 6
    for source in re.findall('src="(.*?)"', document.html):
        assert document.files[source].startswith(b"<svg")
