"""Flavors: how a medium renders formulas, links between answers, pictures, notes and code."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING

from crib.model.elements import plain_block, raw_block, string
from crib.render.code_blocks import code_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.render.templates import Labels


BOX_TAG = '<span class="box">'
"""The start of the box of a task in every medium."""

_SQUARE, _CHECK = "M1 1h8v8h-8z", "M3 5l2 2 4-6"


class Flavor(ABC):
    """Renders the elements that differ between media; each output has its own subclass."""

    boxed_choices = False
    """Give the choices of a question boxes to tick."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Render for *book*, whose answers links lead to, with *labels* in its language."""
        self.labels = labels
        self.answers: Mapping[str, Answer] = {answer.key: answer for answer in (*book.answers, *book.neighbors)}

    @abstractmethod
    def math(self, tex: str, *, display: bool) -> str:
        """Return a formula as HTML."""

    @abstractmethod
    def link(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* as a link to *answer*."""

    @abstractmethod
    def picture(self, target: str) -> str:
        """Return this medium's `src` for the picture at *target*, a path relative to the book's folder."""

    @abstractmethod
    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the HTML of the mark in the text for note *number* of *answer*, counted from 1."""

    def caption(self, answer: Answer, words: Elements) -> Elements:
        """Return the caption of a figure of *answer* with the title *words*."""
        del answer
        return words

    def figure(self, figure: Element) -> Element:
        """Return *figure* adapted to this medium; its formulas are still TeX."""
        return figure

    def term(self, answer: Answer, words: Elements, entry: Elements) -> Elements:
        """Return *words*, a term of *answer*, with an anchor for *entry* of the index if the medium has one."""
        del answer, entry
        return words

    def table(self, table: Element) -> Elements:
        """Return the replacement of a table."""
        return [table]

    def box(self, *, checked: bool) -> str:
        """Return the box of a task as HTML: a drawing, since few fonts on readers' devices have the character."""
        name = escape(self.labels["boxes"]["checked" if checked else "empty"])
        drawing = f'<path d="{_SQUARE}{_CHECK if checked else ""}" fill="none" stroke="currentColor"/>'
        svg = '<svg xmlns="http://www.w3.org/2000/svg" width="0.8em" height="0.8em" viewBox="0 0 10 10"'
        return f'{BOX_TAG}{svg} role="img" aria-label="{name}">{drawing}</svg></span>'

    def folded(self, words: Elements, blocks: Elements) -> Elements:
        """Return *blocks* as collapsible details with the summary *words*."""
        summary = [raw_block("<details><summary>"), plain_block(words), raw_block("</summary>")]
        return [*summary, *blocks, raw_block("</details>")]

    def gap(self, number: int, words: Elements) -> Elements:
        """Return the replacement of *words*, the cloze deletion *number*."""
        del number
        return words

    def code(self, code: str, language: str) -> str:
        """Return a block of code as HTML."""
        return code_html(code, language)

    def inline_code(self, code: Element) -> Element:
        """Return the element for *code* within a line."""
        return code

    def text(self, text: str) -> Element:
        """Return the element for a word of running text."""
        return string(text)
