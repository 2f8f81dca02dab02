"""Convert elements of any source to those allowed in a book; all losses go into the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib import limits
from crib.importers.addresses import encoded
from crib.importers.crib_notes import OWN_BLOCK
from crib.importers.drafts import line_of
from crib.importers.emoji import LEFT_OUT, NAMED, with_names, without_emoji
from crib.importers.formulas import drawn_formula, is_ragged
from crib.importers.inlines import trimmed
from crib.importers.log import NAVIGATION
from crib.importers.note_fields import FIELD
from crib.importers.recognizers.details import folded, is_details, summary
from crib.importers.tidy_blocks import on_one_line, with_paragraphs, without_empty
from crib.importers.tidy_tables import tidy_table
from crib.importers.wording import is_navigation
from crib.markup import mathjax
from crib.model.elements import (
    alt,
    attributes,
    caption,
    children,
    code,
    contents,
    math,
    paragraph,
    raw_format,
    string,
    strong,
    target,
    text_of,
    with_attributes,
    with_children,
    with_contents,
    with_target,
)
from crib.model.keys import slug
from crib.model.tree import find_all, plain, rewrite
from crib.problems import short
from crib.source.allowlist import is_address
from crib.source.text_file import CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crib.importers.log import ImportLog
    from crib.model.elements import Element, Elements

    Pictures = Callable[[Element], Elements]
    """Returns what replaces a picture: the picture with the name of its copy, a link, or nothing."""

_LANGUAGE = re.compile(r"[a-z0-9+#_.-]{1,30}")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_LITERAL_MARKUP = re.compile(r"\*\w[^*]*\*")
_ASTERISKS = "check it: these asterisks are text, and may have been markup"
_RAGGED = "check it: a matrix with empty cells, or with rows of unequal length"
_CALLOUTS = {"tip": "tip", "important": "tip", "warning": "warning", "caution": "warning", "danger": "warning"}


class Tidy:
    """Rewriter for the text of answers.

    links     the keys of answers, by the anchors of their questions in the source
    pictures  returns the replacement of a picture
    """

    def __init__(self, log: ImportLog, links: Mapping[str, str], pictures: Pictures) -> None:
        """Make a rewriter for one source file."""
        self._log = log
        self._links = links
        self._pictures = pictures

    def blocks(self, blocks: Elements) -> Elements:
        """Return *blocks* in a form allowed in an answer."""
        return with_paragraphs(without_empty(rewrite(blocks, self._change)))

    def inlines(self, inlines: Elements) -> Elements:
        """Return *inlines* in a form allowed in a question: on one line, without notes and pictures."""
        for image in find_all(inlines, "Image"):
            self._log.leave_out_element(image, "left out: a question cannot show a picture")
        line = rewrite(inlines, on_one_line)
        return trimmed(without_empty(rewrite(line, self._change)))

    def _change(self, element: Element) -> Elements | None:
        method = getattr(self, f"_{element['t'].lower()}", None)
        changed: Elements | None = method(element) if method else None
        return changed

    def _para(self, element: Element) -> Elements | None:
        if is_navigation(element):
            self._log.leave_out_element(element, NAVIGATION)
            return []
        return None

    _plain = _para

    def _header(self, element: Element) -> Elements:
        words = children(element)
        only_bold = [inline["t"] for inline in words] == ["Strong"]
        return [{**paragraph(words if only_bold else [strong(words)]), "line": line_of(element)}]

    def _horizontalrule(self, _: Element) -> Elements:
        return []

    def _lineblock(self, element: Element) -> Elements:
        inlines: Elements = []
        for line in contents(element):
            inlines += [{"t": "LineBreak"}, *line] if inlines else line
        return [paragraph(inlines)]

    def _rawblock(self, element: Element) -> Elements:
        self._log.leave_out(
            line_of(element), text_of(element), f"left out: {raw_format(element)} that no book can show"
        )
        return []

    _rawinline = _rawblock

    def _underline(self, element: Element) -> Elements:
        return [{**element, "t": "Emph"}]

    def _smallcaps(self, element: Element) -> Elements:
        return children(element)

    def _cite(self, element: Element) -> Elements:
        inlines: Elements = contents(element)[1]
        return inlines

    def _span(self, element: Element) -> Elements:
        _, classes, pairs = attributes(element)
        words = children(element)
        if "kbd" in classes or "code" in classes:
            return [{**code(plain(words)), "line": line_of(element)}]
        if "mark" in classes:
            return [strong(words)]
        tag = pairs.get("lang", "")
        if words and _LANGUAGE_TAG.fullmatch(tag):
            return [with_attributes(element, "", [], {"lang": tag})]
        gap = next((name for name in classes if re.fullmatch(r"c[1-9]", name)), "")
        return [with_attributes(element, "", [gap])] if gap else words

    def _div(self, element: Element) -> Elements:
        if is_details(element):
            heading = [paragraph([strong(summary(element))])] if summary(element) else []
            return [*heading, *folded(element)]
        _, classes, pairs = attributes(element)
        if classes == [FIELD]:
            return _with_label(pairs["name"], without_empty(children(element)))
        if classes == [OWN_BLOCK]:
            date = {name: value for name, value in pairs.items() if name == "date"}
            return [with_attributes(element, "", [pairs["kind"]], date)]
        kind = next((_CALLOUTS[name] for name in classes if name in _CALLOUTS), "")
        inside = [block for block in children(element) if not _is_title(block)]
        return [with_attributes(with_children(element, inside), "", [kind])] if kind else children(element)

    def _code(self, element: Element) -> Elements:
        names = [name.lower() for name in attributes(element)[1]]
        languages = [name for name in names if _LANGUAGE.fullmatch(name) and not name.startswith(("numberlines", "."))]
        clean, emoji = with_names(CONTROL.sub("", text_of(element)))
        if emoji:
            self._log.leave_out(line_of(element), emoji, NAMED)
        return [with_contents(element, [["", languages[:1], []], clean])] if clean.strip() else []

    _codeblock = _code

    def _str(self, element: Element) -> Elements | None:
        text = text_of(element)
        if _LITERAL_MARKUP.search(text):
            self._log.leave_out(element.get("line", 0), text, _ASTERISKS)
        clean, emoji = without_emoji(CONTROL.sub("", text))
        if emoji:
            self._log.leave_out(line_of(element), emoji, LEFT_OUT)
        if len(clean) > limits.WORD_LENGTH:
            self._log.leave_out(line_of(element), clean, "left out: a word too long for any line")
            return []
        if clean == text:
            return None
        return [with_contents(element, clean)] if clean else []

    def _math(self, element: Element) -> Elements:
        tex = CONTROL.sub("", text_of(element)).strip()
        if not tex:
            return []
        if len(tex) > limits.FORMULA_LENGTH or (why := mathjax.complaint(tex)):
            why = "too long" if len(tex) > limits.FORMULA_LENGTH else why
            self._log.leave_out(line_of(element), tex, f"kept as code: a formula that cannot be typeset: {why}")
            return [{**code(" ".join(tex.split())), "line": line_of(element)}]
        if is_ragged(tex):
            self._log.leave_out(element.get("line", 0), tex, _RAGGED)
        return [with_contents(element, [contents(element)[0], tex])]

    def _link(self, element: Element) -> Elements:
        address, words = encoded(target(element)), children(element)
        line = line_of(element)
        if not plain(words).strip() and not next(find_all(words, "Image"), None):
            words = [string(address)] if is_address(address) else []
        if key := self._links.get(address[1:] if address.startswith("#") else slug(_wiki(element))):
            return [with_attributes(with_target(with_children(element, words), f"#{key}"))]
        if is_address(address):
            return [with_attributes(with_target(with_children(element, words), address))]
        if words and plain(words).strip():
            what = f"{short(plain(words), 40)} ({short(address, 30)})"
            self._log.leave_out(line, what, "a link to something outside the book: only its words are kept")
        return words

    def _image(self, element: Element) -> Elements:
        if tex := drawn_formula(target(element)):
            return self._math({**math(tex), "line": line_of(element)})
        return self._pictures(element)

    def _figure(self, element: Element) -> Elements:
        images = list(find_all(children(element), "Image"))
        if not images:
            return children(element)
        words = " ".join(plain(block) for block in caption(element))
        first = with_target(images[0], target(images[0]), words)
        if not plain(alt(first)).strip() and words:
            first = with_children(first, [string(words)])
        return [paragraph([image]) for image in [first, *images[1:]]]

    def _table(self, element: Element) -> Elements:
        if sum(1 for _ in find_all(element, "Plain", "Para")) > limits.TABLE_CELLS:
            self._log.leave_out(line_of(element), plain(element), "left out: a table with too many cells")
            return []
        return tidy_table(element)

    def _note(self, element: Element) -> Elements | None:
        return None if children(element) else []


def _with_label(name: str, blocks: Elements) -> Elements:
    """Return *blocks* with *name* in front; empty without blocks."""
    if not blocks:
        return []
    label = [strong([string(f"{name}:")]), {"t": "Space"}]
    if blocks[0]["t"] in ("Para", "Plain"):
        return [paragraph([*label, *children(blocks[0])]), *blocks[1:]]
    return [paragraph(label[:1]), *blocks]


def _wiki(element: Element) -> str:
    """Return the target page of a wiki link; empty for another link."""
    return target(element) if "wikilink" in attributes(element)[1] else ""


def _is_title(block: Element) -> bool:
    return block["t"] == "Div" and attributes(block)[1] == ["title"]
