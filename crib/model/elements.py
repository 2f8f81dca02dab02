"""Accessors and builders for the elements of pandoc's document tree (pandoc-types 1.23, as JSON).

An element is `{"t": type, "c": contents}`. Crib adds `"line"`, its line in the file; pandoc ignores it.
Only this module and `tables` know the positions of parts in the contents.
Shapes: https://hackage.haskell.org/package/pandoc-types-1.23.1/docs/Text-Pandoc-Definition.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Json = Any
"""A part of pandoc's JSON: dictionaries, lists, text, numbers and None."""

Element = dict[str, Any]
Elements = list[Element]

FOLDED, FOLD_TITLE = "folded", "fold-title"
"""Classes of a block folded on screens (`<details>`), and of its title, the first block in it."""

_ATTRIBUTES_AT = {
    "Code": 0,
    "CodeBlock": 0,
    "Div": 0,
    "Figure": 0,
    "Header": 1,
    "Image": 0,
    "Link": 0,
    "Span": 0,
    "Table": 0,
}
_CHILDREN_AT = {"Div": 1, "Figure": 2, "Header": 2, "Image": 1, "Link": 1, "Quoted": 1, "Span": 1}


def contents(element: Element) -> Json:
    """Return everything in *element*; None if it has no contents, such as a space."""
    return element.get("c")


def with_contents(element: Element, new: Json) -> Element:
    """Return a copy of *element* with *new* contents."""
    return {**element, "c": new}


def children(element: Element) -> Elements:
    """Return the inlines or blocks directly in *element*: the words of a link, the blocks of a note."""
    at = _CHILDREN_AT.get(element["t"])
    inside: Elements = element["c"] if at is None else element["c"][at]
    return inside


def with_children(element: Element, new: Elements) -> Element:
    """Return a copy of *element* with *new* children."""
    at = _CHILDREN_AT.get(element["t"])
    return with_contents(element, new if at is None else _replaced(element["c"], at, new))


def text_of(element: Element) -> str:
    """Return the text of a word, code, raw markup or a formula (its TeX)."""
    inside = element["c"]
    return inside if isinstance(inside, str) else str(inside[1])


def with_text(element: Element, text: str) -> Element:
    """Return a copy of *element*, inline code or a code block, with this *text*."""
    return with_contents(element, [element["c"][0], text])


def attributes(element: Element) -> tuple[str, list[str], dict[str, str]]:
    """Return identifier, classes and key-value pairs; empty ones for an element without."""
    at = _ATTRIBUTES_AT.get(element["t"])
    if at is None:
        return "", [], {}
    identifier, classes, pairs = element["c"][at]
    return identifier, classes, dict(pairs)


def attribute_pairs(element: Element) -> list[list[str]]:
    """Return the `[key, value]` pairs of *element* as they are written, repeated keys included."""
    at = _ATTRIBUTES_AT.get(element["t"])
    return [] if at is None else list(element["c"][at][2])


def with_attributes(
    element: Element, identifier: str = "", classes: Iterable[str] = (), pairs: Mapping[str, str] | None = None
) -> Element:
    """Return a copy of *element* with these attributes and no others."""
    new = [identifier, list(classes), [list(pair) for pair in (pairs or {}).items()]]
    return with_contents(element, _replaced(element["c"], _ATTRIBUTES_AT[element["t"]], new))


def add_class(element: Element, name: str) -> Element:
    """Return a copy of *element* with one more class."""
    identifier, classes, pairs = attributes(element)
    return with_attributes(element, identifier, [*classes, name], pairs)


def add_attribute(element: Element, key: str, value: str) -> Element:
    """Return a copy of *element* with one more key-value pair."""
    identifier, classes, pairs = attributes(element)
    return with_attributes(element, identifier, classes, {**pairs, key: value})


def without_attributes(element: Element, keys: Iterable[str]) -> Element:
    """Return a copy of *element* without the key-value pairs of these *keys*."""
    at = _ATTRIBUTES_AT.get(element["t"])
    if at is None:
        return element
    identifier, classes, pairs = element["c"][at]
    rest = [pair for pair in pairs if pair[0] not in keys]
    return with_contents(element, _replaced(element["c"], at, [identifier, classes, rest]))


def target(element: Element) -> str:
    """Return the address of a link or image."""
    return str(element["c"][2][0])


def title(element: Element) -> str:
    """Return the title of a link or image, written in quotes after its address; may be empty."""
    return str(element["c"][2][1])


def with_target(element: Element, address: str, new_title: str = "") -> Element:
    """Return a copy of a link or image with this *address* and title."""
    return with_contents(element, _replaced(element["c"], 2, [address, new_title]))


def alt(image: Element) -> Elements:
    """Return the alternative text of *image*, as inlines."""
    return children(image)


def with_alt(image: Element, inlines: Elements) -> Element:
    """Return a copy of *image* with *inlines* as its alternative text."""
    return with_children(image, inlines)


def caption(element: Element) -> Elements:
    """Return the caption of a table or figure, as blocks."""
    blocks: Elements = element["c"][1][1]
    return blocks


def with_caption(element: Element, blocks: Elements) -> Element:
    """Return a copy of a table or figure with *blocks* as its caption, and no short caption."""
    return with_contents(element, _replaced(element["c"], 1, [None, blocks]))


def is_display(math: Element) -> bool:
    """Return True if the formula *math* is on a line of its own (`$$…$$`)."""
    return bool(math["c"][0]["t"] == "DisplayMath")


def is_double(quoted: Element) -> bool:
    """Return True if *quoted* is in double quotation marks, not in single ones."""
    return bool(quoted["c"][0]["t"] == "DoubleQuote")


def raw_format(element: Element) -> str:
    """Return the format of raw inline or block markup, such as `html`."""
    return str(element["c"][0])


def heading_level(header: Element) -> int:
    """Return the level of *header*, 1 for `#`."""
    return int(header["c"][0])


def list_items(listing: Element) -> list[Elements]:
    """Return the items of a bullet or ordered list, each as blocks."""
    items: list[Elements] = listing["c"] if listing["t"] == "BulletList" else listing["c"][1]
    return items


def with_list_items(listing: Element, items: list[Elements]) -> Element:
    """Return a copy of *listing* with these *items*."""
    return with_contents(listing, items if listing["t"] == "BulletList" else [listing["c"][0], items])


def numbering(listing: Element) -> tuple[int, str]:
    """Return the first number of an ordered list, and its style, such as `Decimal` or `UpperAlpha`."""
    return int(listing["c"][0][0]), str(listing["c"][0][1]["t"])


def definitions(listing: Element) -> list[tuple[Elements, list[Elements]]]:
    """Return each term of a definition list as inlines, with its definitions, each as blocks."""
    return [(term, meanings) for term, meanings in listing["c"]]


def defined_terms(listing: Element) -> list[Elements]:
    """Return the terms of a definition list, each as inlines."""
    return [term for term, _ in definitions(listing)]


def string(text: str) -> Element:
    """Return *text* as an inline."""
    return {"t": "Str", "c": text}


def strong(inlines: Elements) -> Element:
    """Return *inlines* in bold, as an inline."""
    return {"t": "Strong", "c": inlines}


def emphasis(inlines: Elements) -> Element:
    """Return *inlines* in italics, as an inline."""
    return {"t": "Emph", "c": inlines}


def link_to(address: str, words: Elements) -> Element:
    """Return *words* as a link to *address*."""
    return {"t": "Link", "c": [["", [], []], words, [address, ""]]}


def image(address: str, words: Elements) -> Element:
    """Return a picture with *words* as its alternative text."""
    return {"t": "Image", "c": [["", [], []], words, [address, ""]]}


def code(text: str) -> Element:
    """Return code as an inline."""
    return {"t": "Code", "c": [["", [], []], text]}


def math(tex: str) -> Element:
    """Return a formula as an inline."""
    return {"t": "Math", "c": [{"t": "InlineMath"}, tex]}


def span(class_: str, inlines: Elements) -> Element:
    """Return inlines of a class."""
    return {"t": "Span", "c": [["", [class_], []], inlines]}


def note(blocks: Elements) -> Element:
    """Return a footnote."""
    return {"t": "Note", "c": blocks}


def raw(html: str) -> Element:
    """Return *html* as a raw inline, written unchanged by pandoc."""
    return {"t": "RawInline", "c": ["html", html]}


def raw_block(html: str) -> Element:
    """Return *html* as a raw block, written unchanged by pandoc."""
    return {"t": "RawBlock", "c": ["html", html]}


def paragraph(inlines: Elements) -> Element:
    """Return *inlines* as a paragraph."""
    return {"t": "Para", "c": inlines}


def text_block(text: str, line: int) -> Element:
    """Return *text* as a paragraph on *line*."""
    inlines: Elements = []
    for word in text.split():
        inlines += [{"t": "Space", "line": line}] * bool(inlines) + [{**string(word), "line": line}]
    return {**paragraph(inlines), "line": line}


def plain_block(inlines: Elements) -> Element:
    """Return *inlines* as a block without the tags of a paragraph."""
    return {"t": "Plain", "c": inlines}


def header(level: int, inlines: Elements) -> Element:
    """Return a heading."""
    return {"t": "Header", "c": [level, ["", [], []], inlines]}


def div(class_: str, blocks: Elements, pairs: Mapping[str, str] | None = None) -> Element:
    """Return a block of a class, with *pairs* as its attributes."""
    return {"t": "Div", "c": [["", [class_], [list(pair) for pair in (pairs or {}).items()]], blocks]}


def figure(blocks: Elements, words: Elements) -> Element:
    """Return a figure of *blocks*, with *words*, as blocks, for its caption."""
    return {"t": "Figure", "c": [["", [], []], [None, words], blocks]}


def bullet_list(items: list[Elements]) -> Element:
    """Return a list with bullets."""
    return {"t": "BulletList", "c": items}


def definition_list(items: list[tuple[Elements, list[Elements]]]) -> Element:
    """Return a list of terms, each with its definitions."""
    return {"t": "DefinitionList", "c": [list(item) for item in items]}


def lettered_list(items: list[Elements], first: int) -> Element:
    """Return a list with capital letters, from number *first* (1 for A)."""
    return {"t": "OrderedList", "c": [[first, {"t": "UpperAlpha"}, {"t": "Period"}], items]}


def _replaced(parts: list[Json], at: int, new: Json) -> list[Json]:
    return [*parts[:at], new, *parts[at + 1 :]]
