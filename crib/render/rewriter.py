"""Rewrite pandoc trees for one flavor: formulas, links, pictures, tables, notes and labels become HTML."""

from __future__ import annotations

from html import escape
from itertools import chain
from typing import TYPE_CHECKING

from crib.model.elements import (
    FOLD_TITLE,
    FOLDED,
    add_attribute,
    alt,
    attributes,
    children,
    contents,
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
    without_attributes,
)
from crib.model.practice import MEASURED
from crib.model.sheet_figures import SHEET
from crib.model.task_lists import is_box, is_checked
from crib.model.tree import find_all, find_blocks, rewrite, with_tex
from crib.problems import BuildError
from crib.render.flavor import BOX_TAG
from crib.render.table_headers import with_header_scopes

if TYPE_CHECKING:
    from crib.model import Answer
    from crib.model.elements import Element, Elements
    from crib.render.flavor import Flavor


class TextRewriter:
    """Rewrites text outside answers."""

    def __init__(self, flavor: Flavor) -> None:
        """Rewrite for *flavor*."""
        self.flavor = flavor

    def rewrite(self, elements: Elements) -> Elements:
        """Return *elements* with the flavor's HTML in them. Raises BuildError for raw HTML of the content."""
        rewritten: Elements = rewrite(rewrite(elements, self._prepare), self._change)
        return rewritten

    def _prepare(self, element: Element) -> Elements | None:
        """Turn alternative texts into plain text before formulas are rendered."""
        match element["t"]:
            case "Image":
                return [with_alt(element, with_tex(alt(element)))]
            case "Figure":
                return [self.flavor.figure(element)]
        return None

    def _change(self, element: Element) -> Elements | None:
        """Return the replacement of *element*; None leaves it to pandoc."""
        change = getattr(self, f"_{element['t'].lower()}", None)
        changed: Elements | None = change(element) if change else None
        return changed

    def _rawinline(self, element: Element) -> None:
        """Reject raw HTML of the content: unlike the flavors' own, it has a line number."""
        if "line" in element:
            raise BuildError(f"raw HTML on line {element['line']}: {text_of(element)!r}", code="raw-html")

    _rawblock = _rawinline

    def _str(self, element: Element) -> Elements:
        return [self.flavor.text(text_of(element))]

    def _quoted(self, element: Element) -> Elements:
        """Replace typed quotation marks by those of the book's language."""
        marks = self.flavor.labels["quotes"]["double" if is_double(element) else "single"]
        opening, _, closing = marks.partition("N")
        return [string(opening), *children(element), string(closing)]

    def _math(self, element: Element) -> Elements:
        return [raw(self.flavor.math(text_of(element), display=is_display(element)))]

    def _code(self, element: Element) -> Elements:
        return [self.flavor.inline_code(element)]

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

    def _bulletlist(self, element: Element) -> Elements | None:
        """Drop the bullets of a task list: each of its items begins with a rendered box."""
        items = contents(element)
        if not all(map(_begins_with_box, items)):
            return None
        tags = [raw_block('<ul role="list" style="list-style-type: none">'), raw_block("</ul>")]
        list_items = [[raw_block("<li>"), *item, raw_block("</li>")] for item in items]
        return [tags[0], *chain.from_iterable(list_items), tags[1]]

    def _span(self, element: Element) -> Elements:
        """Render a box; leave words of another language to pandoc."""
        return [raw(self.flavor.box(checked=is_checked(element)))] if is_box(element) else [element]

    def _table(self, element: Element) -> Elements:
        return self.flavor.table(with_header_scopes(element))


class AnswerRewriter(TextRewriter):
    """Rewrites one answer; `notes` collects the blocks of its notes, in order."""

    def __init__(self, flavor: Flavor, answer: Answer) -> None:
        """Rewrite *answer* for *flavor*."""
        super().__init__(flavor)
        self.answer = answer
        self.notes: list[Elements] = []
        self._descriptions = 0

    def _figure(self, element: Element) -> Elements:
        """Use the picture's title as the caption; its alternative text is for people who cannot see it.

        A description follows the figure, outside of it, since a long one must break across pages.
        """
        picture, *description = children(element)
        [image] = children(picture)
        image = without_attributes(image, [SHEET])
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
        """Return *description* as collapsible `<details>` (https://www.w3.org/TR/wai-aria-1.2/#aria-details)."""
        summary = f"<summary>{escape(self.flavor.labels['figure_description'])}</summary>"
        return [
            raw_block(f'<details class="description" id="{name}">{summary}'),
            *description,
            raw_block("</details>"),
        ]

    def _span(self, element: Element) -> Elements:
        """Render a term (`.term`), a measured number, a cloze deletion (`.c1`), or a span allowed in any text."""
        _, names, pairs = attributes(element)
        if not names or names == ["kbd"] or is_box(element):
            return super()._span(element)
        if names == ["field"]:
            return [strong([*children(element), string(self.flavor.labels["colon"].rstrip())])]
        words = children(element)
        if names == [MEASURED]:
            return words
        if names == ["term"]:
            return self.flavor.term(self.answer, words, [string(pairs["as"])] if "as" in pairs else words)
        return self.flavor.gap(int(names[0][1:]), words)

    def _unfolded(self, blocks: Elements) -> Elements:
        """Return a folded block in the flavor's form, with a default title if it has none."""
        title, *body = blocks if any(find_blocks(blocks[:1], FOLD_TITLE)) else [plain_block([]), *blocks]
        words = [inline for block in find_all(title, "Para", "Plain") for inline in children(block)]
        return self.flavor.folded(words or [string(self.flavor.labels["details"])], body)

    def _note(self, element: Element) -> Elements:
        self.notes.append(children(element))
        return [raw(self.flavor.note_mark(self.answer, len(self.notes)))]

    def _div(self, element: Element) -> Elements | None:
        """Begin a labeled block with its label, and a `since` block with its date, too; unfold a folded block."""
        _, [name], pairs = attributes(element)
        if name == FOLD_TITLE:
            return None
        if name == FOLDED:
            return self._unfolded(children(element))
        words = " ".join([self.flavor.labels[name], *pairs.values()])
        labeled = with_children(element, [paragraph([strong([string(words)])]), *children(element)])
        return [with_attributes(labeled, classes=[name])]


def _begins_with_box(item: Elements) -> bool:
    """Return True if the rendered list *item* begins with the box of a task."""
    first = children(item[0])[:1] if item and item[0]["t"] in ("Para", "Plain") else []
    return any(inline["t"] == "RawInline" and BOX_TAG in text_of(inline) for inline in first)
