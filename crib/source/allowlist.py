"""Allowlist of elements and attributes in content; everything else is a problem.

Content is data: it may not run code, fetch anything, or reach outside the book's folder. `raw_html`
cannot be turned off reliably in pandoc's reader (jgm/pandoc#8305). HTML was read before (`html`); other raw
markup is refused here, and so is every unknown attribute.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crib.model.elements import alt, attributes, children, contents, raw_format, target, text_of
from crib.model.practice import MEASURED, PRACTICE
from crib.model.tables import cell_blocks, header_cells
from crib.model.tree import plain
from crib.problems import short
from crib.source.captions import DESCRIPTION
from crib.source.card_tables import is_card_table
from crib.source.settings import check_settings
from crib.source.task_lists import CHOICES
from crib.source.text_file import CONTROL

if TYPE_CHECKING:
    from typing import Final

    from crib.model.elements import Element, Elements, Json
    from crib.problems import Report

BLOCKS = {"gist", "hint", "cloze", CHOICES, "since", "tip", "warning", PRACTICE, DESCRIPTION}
"""Classes of `:::` blocks."""

FORMULAS: Final = "formulas"
"""The class of a formula strip: see `formula_strip`."""

LINK_SCHEMES = {"http", "https", "mailto"}
NOT_IN_ADDRESS = re.compile(r"%(?![0-9A-Fa-f]{2})|[\x00-\x20\x7f\\]")
"""Characters to be percent-encoded in an address."""

_TEXT = {"Str", "Space", "SoftBreak", "LineBreak"}
_ALLOWED = _TEXT | {
    "Emph",
    "Strong",
    "Strikeout",
    "Superscript",
    "Subscript",
    "Quoted",
    "Code",
    "Math",
    "Link",
    "Image",
    "Note",
    "Plain",
    "Para",
    "CodeBlock",
    "BlockQuote",
    "OrderedList",
    "BulletList",
    "DefinitionList",
    "Header",
    "Table",
    "Figure",
    "Div",
    "Span",
}
_INSTEAD = {
    "HorizontalRule": ("a horizontal rule", "start a new question instead"),
    "LineBlock": ("a line block", "use a list"),
}
_LANGUAGE = re.compile(r"[a-z0-9+#_.-]{1,30}")
GAP = re.compile(r"c[1-9]")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")  # as in schema/book.json
TERM = "term"
"""The class of index terms."""

_LISTS = ("BulletList", "OrderedList")
_LIST_ITEM = re.compile(r"\n((?:[a-z]|[ivx]{2,4}|\d{1,2})[.)]) ")


def check_allowed(blocks: Elements, report: Report) -> None:
    """Report everything in *blocks* outside the allowlist; `picture_files` checks the files of pictures."""
    for block in blocks:
        if block["t"] == "Header":
            _check_heading(block, report)
            _AllowlistCheck(report).visit(children(block), block["line"])
        elif is_card_table(block):
            _AllowlistCheck(report).visit(contents(block), block["line"])
        else:
            _AllowlistCheck(report).visit([block], block["line"])


def _check_heading(header: Element, report: Report) -> None:
    for name in attributes(header)[1]:
        report.add(header["line"], "attribute", f"a question cannot have the class `.{name}`", "remove it")


class _AllowlistCheck:
    """Visitor of a block; it calls the method `_check_TYPE` for some types of elements."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._lists = 0

    def visit(self, node: Json, line: int) -> None:
        if isinstance(node, list):
            self._visit_text(node, line)
            for child in node:
                self.visit(child, line)
        elif isinstance(node, dict) and "line" in node:
            self._visit_element(node)

    def _visit_element(self, element: Element) -> None:
        kind, line = element["t"], element["line"]
        if kind in ("RawInline", "RawBlock"):
            self.report.add(
                line,
                "raw-html",
                f"raw {raw_format(element)}: {short(text_of(element))}",
                "use Markdown instead, put code in backticks, or write `\\<` for a plain <",
            )
            return
        if kind in _MARKERS:
            return
        if kind not in _ALLOWED:
            what, hint = _INSTEAD.get(kind, (kind, ""))
            self.report.add(line, "not-allowed", f"{what} is not allowed here", hint)
            return
        if kind in ("Str", "Code", "CodeBlock", "Math"):
            self._check_characters(element)
        if "html" not in element or kind not in ("Div", "Span"):
            getattr(self, f"_check_{kind.lower()}", self._refuse_attributes)(element)
        self._lists += kind in _LISTS
        self.visit(contents(element), line)
        self._lists -= kind in _LISTS

    def _visit_text(self, inlines: list[Json], line: int) -> None:
        """Report markup read as text by pandoc: lists without a blank line, stray fences."""
        words = [i for i in inlines if isinstance(i, dict) and i.get("t") in _TEXT]
        text = plain(words)
        first = words[0].get("line", line) if words else line
        if self._lists and (item := _LIST_ITEM.search(_lines(words))):
            problem = f"`{item[1]}` does not start a list: it continues the paragraph above"
            self.report.add(first, "swallowed-list", problem, "leave a blank line before the nested list")
        if text.lstrip().startswith(":::"):
            self.report.add(
                first,
                "stray-fence",
                "this `:::` does not open or close a block",
                "open a block with `::: gist`, close it with `:::`, and leave a blank line before both",
            )

    def _check_characters(self, element: Element) -> None:
        """Report control characters; character references such as `&#31;` can produce them."""
        for character in sorted(set(CONTROL.findall(text_of(element)))):
            problem = f"the control character U+{ord(character):04X} is not allowed"
            self.report.add(element["line"], "control-character", problem, "delete it")

    def _refuse_attributes(self, element: Element, *, classes: bool = True) -> None:
        identifier, names, pairs = attributes(element)
        refused = [f"#{identifier}"] * bool(identifier) + [f".{name}" for name in names] * classes + list(pairs)
        if refused:
            self.report.add(
                element["line"], "attribute", f"attributes are not allowed here: {' '.join(refused)}", "remove the {…}"
            )

    def _check_header(self, element: Element) -> None:
        self.report.add(
            element["line"],
            "heading",
            "a question cannot be inside a list, quotation or block",
            "write its `## ` without indentation",
        )

    def _check_code(self, element: Element) -> None:
        self._refuse_attributes(element, classes=False)
        _, classes, _ = attributes(element)
        for name in classes[1:] + [name for name in classes[:1] if not _LANGUAGE.fullmatch(name)]:
            self.report.add(
                element["line"],
                "attribute",
                f"`{name}` is not the name of a programming language",
                "write one name, such as ```python",
            )

    _check_codeblock = _check_code

    def _check_div(self, element: Element) -> None:
        identifier, classes, pairs = attributes(element)
        if classes == ["since"] and not identifier:
            check_settings(pairs, "since", {(): element["line"]}, self.report)
        else:
            self._refuse_attributes(element, classes=False)
        if classes == [FORMULAS]:
            hint = "move it to the beginning of the chapter, below its front matter"
            self.report.add(element["line"], "misplaced-block", "formulas come before the first question", hint)
        elif len(classes) != 1 or classes[0] not in BLOCKS:
            self.report.add(
                element["line"],
                "unknown-block",
                f"`{' '.join(classes)}` is not a known block",
                f"use one of: {', '.join(sorted(BLOCKS))}",
            )

    def _check_span(self, element: Element) -> None:
        identifier, classes, pairs = attributes(element)
        if not identifier and not classes and pairs.keys() == {"lang"}:
            self._check_language(pairs["lang"], element["line"])
        elif not identifier and classes == [MEASURED]:
            check_settings(pairs, "measured", {(): element["line"]}, self.report)
        elif not identifier and classes == [TERM]:
            self._check_term(element, pairs)
        elif identifier or pairs or len(classes) != 1 or not GAP.fullmatch(classes[0]):
            self.report.add(
                element["line"],
                "attribute",
                "these [words]{…} are not a gap, an index term, a measured number, or words of another language",
                "write `[gap]{.c1}`, `[words]{.term}` or `[mots]{lang=fr}`, or remove the brackets and braces",
            )

    def _check_term(self, element: Element, pairs: dict[str, str]) -> None:
        if pairs:
            check_settings(pairs, "term", {(): element["line"]}, self.report)
        if not _is_entry(children(element)):
            hint = "mark only plain words and code"
            self.report.add(element["line"], "term", "an index term cannot contain other markup, or be empty", hint)

    def _check_language(self, tag: str, line: int) -> None:
        if not _LANGUAGE_TAG.fullmatch(tag):
            hint = "use a tag such as `fr` or `pt-BR`"
            self.report.add(line, "language", f"`{short(tag)}` is not a language tag", hint)

    def _check_link(self, element: Element) -> None:
        self._refuse_attributes(element)
        address = target(element)
        if address.startswith("#"):
            return  # another answer: `lint.references` checks that it exists
        if not is_address(address):
            self.report.add(
                element["line"],
                "link",
                f"`{short(address)}` is not a valid link",
                "link to `https://…`, `mailto:…`, or to an answer as `#its-key`",
            )

    def _check_image(self, element: Element) -> None:
        if "html" not in element:
            identifier, names, pairs = attributes(element)
            if identifier or names:
                self._refuse_attributes(element)
            else:
                check_settings(pairs, "figure", {(): element["line"]}, self.report)
        if not plain(alt(element)).strip():
            self.report.add(
                element["line"],
                "alt-text",
                f"the picture `{short(target(element))}` has no alternative text",
                "describe it between the brackets: `![words](…)`",
            )

    def _check_table(self, element: Element) -> None:
        self._refuse_attributes(element)
        names = [bool(plain(cell_blocks(cell)).strip()) for cell in header_cells(element)]
        if not all(names[1:] or names):
            problem = "a column of this table has no name" if any(names) else "this table has no header row"
            hint = "name every column in the first row; only the first column may go without, if it names the rows"
            self.report.add(element["line"], "table-header", problem, hint)


_MARKERS = {
    "AlignDefault",
    "AlignLeft",
    "AlignRight",
    "AlignCenter",
    "ColWidth",
    "ColWidthDefault",
    "SingleQuote",
    "DoubleQuote",
    "InlineMath",
    "DisplayMath",
    "DefaultStyle",
    "Example",
    "Decimal",
    "LowerRoman",
    "UpperRoman",
    "LowerAlpha",
    "UpperAlpha",
    "DefaultDelim",
    "Period",
    "OneParen",
    "TwoParens",
}


def _is_entry(inlines: Elements) -> bool:
    """Return True if *inlines* can be an index entry: words or code, and not empty."""
    return bool(plain(inlines).strip()) and all(inline["t"] in _TEXT | {"Code"} for inline in inlines)


def is_address(address: str) -> bool:
    """Return True if *address* leads to a page or a mailbox: https://www.rfc-editor.org/rfc/rfc3986."""
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname) if parts.scheme in ("http", "https") else "@" in parts.path
        return whole and parts.scheme in LINK_SCHEMES and parts.port != 0 and not NOT_IN_ADDRESS.search(address)
    except ValueError:
        return False


def _lines(words: list[Json]) -> str:
    """Return the text of *words* with its line breaks."""
    return "".join("\n" if word["t"] == "SoftBreak" else plain(word) for word in words)
