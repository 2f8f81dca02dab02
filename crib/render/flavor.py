"""How one medium shows what HTML leaves open: formulas, links between answers, pictures, notes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING

from crib.model.elements import (
    add_attribute,
    alt,
    attributes,
    children,
    is_display,
    is_double,
    paragraph,
    plain_block,
    raw,
    raw_block,
    string,
    strong,
    target,
    text_of,
    title,
    with_alt,
    with_attributes,
    with_caption,
    with_children,
    with_target,
)
from crib.model.tree import rewrite, with_tex
from crib.problems import BuildError
from crib.render.highlighting import code_html
from crib.render.table_headers import with_header_scopes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.render.templates import Labels


class Flavor(ABC):
    """The flavor of one medium; each output has its own."""

    def __init__(self, book: Book, labels: Labels) -> None:
        """Know the answers of *book* that a link may lead to, and the medium's *labels*."""
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
        """Return the address in this medium of the picture at *target* in the book's folder."""

    @abstractmethod
    def note_mark(self, answer: Answer, number: int) -> str:
        """Return the HTML that stands in the text for a note of *answer*, counted from 1."""

    def caption(self, answer: Answer, words: Elements) -> Elements:
        """Return what stands below a figure of *answer* that is called *words*."""
        del answer
        return words

    def figure(self, figure: Element) -> Element:
        """Return *figure* with what this medium shows of its description; no formula in it is drawn yet."""
        return figure

    def term(self, answer: Answer, words: Elements) -> Elements:
        """Return *words* of *answer* that an index, if the medium has one, leads to."""
        del answer
        return words

    def table(self, table: Element) -> Elements:
        """Return what stands for a table."""
        return [table]

    def gap(self, number: int, words: Elements) -> Elements:
        """Return what stands for the gap *number* of a cloze, which hides *words*."""
        del number
        return words

    def code(self, code: str, language: str) -> str:
        """Return a block of code as HTML."""
        return code_html(code, language)

    def text(self, text: str) -> Element:
        """Return a word of running text."""
        return string(text)


class TextRewriting:
    """Text turned into one flavor."""

    def __init__(self, flavor: Flavor) -> None:
        """Turn it into *flavor*."""
        self.flavor = flavor

    def rewritten(self, part: Elements) -> Elements:
        """Return *part* of a text in this flavor."""
        rewritten: Elements = rewrite(rewrite(part, self._prepare), self.change)
        return rewritten

    def _prepare(self, element: Element) -> Elements | None:
        """Make plain text of alternative texts, while their formulas are TeX still."""
        match element["t"]:
            case "Image":
                return [with_alt(element, with_tex(alt(element)))]
            case "Figure":
                return [self.flavor.figure(element)]
        return None

    def change(self, element: Element) -> Elements | None:
        """Return what stands for *element* in this flavor; None if pandoc knows best."""
        change = getattr(self, f"_{element['t'].lower()}", None)
        changed: Elements | None = change(element) if change else None
        return changed

    def _rawinline(self, element: Element) -> None:
        """Refuse HTML of the content, which has a line: only our own may reach a reader."""
        if "line" in element:
            raise BuildError(f"raw HTML on line {element['line']}: {text_of(element)!r}", code="raw-html")

    _rawblock = _rawinline

    def _str(self, element: Element) -> Elements:
        return [self.flavor.text(text_of(element))]

    def _quoted(self, element: Element) -> Elements:
        """Return words in the quotation marks of the book's language, however they were typed."""
        marks = self.flavor.labels["quotes"]["double" if is_double(element) else "single"]
        opening, _, closing = marks.partition("N")
        return [string(opening), *children(element), string(closing)]

    def _math(self, element: Element) -> Elements:
        return [raw(self.flavor.math(text_of(element), display=is_display(element)))]

    def _codeblock(self, element: Element) -> Elements:
        _, classes, _ = attributes(element)
        return [raw_block(self.flavor.code(text_of(element), classes[0] if classes else ""))]

    def _link(self, element: Element) -> Elements | None:
        address, words = target(element), children(element)
        if not address.startswith("#"):
            return None
        answer = self.flavor.answers.get(address[1:])
        return self.flavor.link(answer, words) if answer else words

    def _image(self, element: Element) -> Elements:
        return [with_target(element, self.flavor.picture(target(element)), title(element))]

    def _table(self, element: Element) -> Elements:
        return self.flavor.table(with_header_scopes(element))


class Rewriting(TextRewriting):
    """One answer turned into one flavor; `notes` collects the blocks of its notes, in order."""

    def __init__(self, flavor: Flavor, answer: Answer) -> None:
        """Begin with no notes."""
        super().__init__(flavor)
        self.answer = answer
        self.notes: list[Elements] = []
        self._descriptions = 0

    def _figure(self, element: Element) -> Elements:
        """Take the caption from the picture's title: its alternative text is for who cannot see.

        A description stands behind the figure, not in it, so that a page may end within a long one.
        """
        picture, *description = children(element)
        [image] = children(picture)
        words = [string(title(image))] if title(image) else []
        caption = [plain_block(self.flavor.caption(self.answer, words))] if words else []
        image = with_target(image, target(image))
        if description:
            self._descriptions += 1
            name = f"{self.answer.key}.description{self._descriptions}"
            image = add_attribute(image, "aria-details", name)
            description = self._folded(name, description)
        figure = with_children(element, [with_children(picture, [image])])
        return [with_caption(figure, caption), *description]

    def _folded(self, name: str, description: Elements) -> Elements:
        """Return *description* below a line that opens it (https://www.w3.org/TR/wai-aria-1.2/#aria-details)."""
        summary = f"<summary>{escape(self.flavor.labels['figure_description'])}</summary>"
        return [
            raw_block(f'<details class="description" id="{name}">{summary}'),
            *description,
            raw_block("</details>"),
        ]

    def _span(self, element: Element) -> Elements:
        """Return a term, or a gap, `.c1` and so on; words of another language stay as they are."""
        _, names, _ = attributes(element)
        if not names:
            return [element]
        words = children(element)
        return self.flavor.term(self.answer, words) if names == ["term"] else self.flavor.gap(int(names[0][1:]), words)

    def _note(self, element: Element) -> Elements:
        self.notes.append(children(element))
        return [raw(self.flavor.note_mark(self.answer, len(self.notes)))]

    def _div(self, element: Element) -> Elements:
        """Begin a block with its name, as nothing else tells what it is; `since` with its date."""
        _, [name], pairs = attributes(element)
        words = " ".join([self.flavor.labels[name], *pairs.values()])
        labeled = with_children(element, [paragraph([strong([string(words)])]), *children(element)])
        return [with_attributes(labeled, classes=[name])]
