"""Accessors know pandoc's place of each part of an element; no other module does."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from crib.markup import pandoc
from crib.model import elements, tables
from crib.model.tree import find_all, plain
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model.elements import Element, Elements

KNOWING = {ROOT / "crib/model" / name for name in ("elements.py", "tables.py", "tree.py")}
OTHERS = sorted(set((ROOT / "crib").rglob("*.py")) - KNOWING)

TABLE = "|   | b |\n|---|:--|\n| c | `d` |\n| e |   |\n"


def one(markdown: str, kind: str) -> Element:
    """Return the first element of this *kind* in pandoc's tree of *markdown*, without positions."""
    found = [elements.without_attributes(e, ("data-pos", "wrapper")) for e in find_all(pandoc.read(markdown), kind)]
    return found[0]


def html(*blocks: Element) -> str:
    """Return *blocks* as pandoc writes them."""
    return pandoc.write_html({"x": list(blocks)})["x"]


def inline_html(*inlines: Element) -> str:
    """Return *inlines* as pandoc writes them."""
    return html(elements.plain_block(list(inlines)))


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_opens_an_element(path: Path) -> None:
    """The name of the contents, `c`, is written nowhere else, neither to read nor to build an element."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    keys = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    keys += [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys if key]
    keys += [argument for node in nodes if isinstance(node, ast.Call) for argument in node.args[:1]]
    assert [key.lineno for key in keys if isinstance(key, ast.Constant) and key.value == "c"] == []


def test_links_and_images() -> None:
    """Address, title and words of a link or image are read, and replaced in a copy."""
    link = one('[words](https://example.org "title")', "Link")
    assert (elements.target(link), elements.title(link)) == ("https://example.org", "title")
    assert plain(elements.children(link)) == "words"
    changed = elements.with_children(elements.with_target(link, "#key"), [elements.string("other")])
    assert (
        inline_html(changed)
        == '<a href="#key">other</a>'
        == inline_html(elements.link_to("#key", [elements.string("other")]))
    )
    image = one('Here ![seen](tree.svg "A tree")', "Image")
    assert (elements.target(image), elements.title(image), plain(elements.alt(image))) == ("tree.svg", "A tree", "seen")
    changed = elements.with_alt(image, [elements.string("heard")])
    assert inline_html(changed) == '<img src="tree.svg" title="A tree" alt="heard" />'
    assert plain(elements.alt(image)) == "seen"


@pytest.mark.parametrize(
    ("markdown", "kind", "text"),
    [
        ("word", "Str", "word"),
        ("`a b`", "Code", "a b"),
        ("```py\nx = 1\n```", "CodeBlock", "x = 1"),
        ("$x^2$", "Math", "x^2"),
        ("a <b>", "RawInline", "<b>"),
        ("<div>\n", "RawBlock", "<div>"),
    ],
)
def test_text(markdown: str, kind: str, text: str) -> None:
    """Words, code, formulas and raw markup give their text as written."""
    assert elements.text_of(one(markdown, kind)).strip() == text


def test_kinds() -> None:
    """Formulas, quotations, headings and raw markup report their kind."""
    assert [elements.is_display(one(tex, "Math")) for tex in ("$$x$$", "$x$")] == [True, False]
    quoted = [{"t": "Quoted", "c": [{"t": kind}, [elements.string("x")]]} for kind in ("DoubleQuote", "SingleQuote")]
    assert [elements.is_double(element) for element in quoted] == [True, False]
    assert elements.heading_level(one("### Heading", "Header")) == 3
    assert elements.raw_format(one("a <b>", "RawInline")) == "html"
    assert [plain(term) for term in elements.defined_terms(one("term\n: words\n", "DefinitionList"))] == ["term"]


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        ("## x {#k .one a=1 a=2}", "Header"),
        ("::: {#k .one a=1 a=2}\nx\n:::", "Div"),
        ("[x]{#k .one a=1 a=2}", "Span"),
        ("[x](y){#k .one a=1 a=2}", "Link"),
        ("a ![x](y){#k .one a=1 a=2}", "Image"),
        ("`x`{#k .one a=1 a=2}", "Code"),
        ("``` {#k .one a=1 a=2}\nx\n```", "CodeBlock"),
    ],
)
def test_attributes(markdown: str, kind: str) -> None:
    """Attributes are read, replaced, added and removed, wherever an element of this type has them."""
    wanted = (element for element in find_all(pandoc.read(markdown), kind) if elements.attributes(element)[0] == "k")
    element = elements.without_attributes(next(wanted), ("data-pos",))
    assert elements.attributes(element) == ("k", ["one"], {"a": "2"})
    assert elements.attribute_pairs(element) == [["a", "1"], ["a", "2"]]
    assert elements.attribute_pairs(elements.without_attributes(element, ("a",))) == []
    new = elements.with_attributes(element, "n", ["c"], {"d": "e"})
    assert elements.attributes(new) == ("n", ["c"], {"d": "e"})
    assert elements.attributes(elements.add_class(new, "f")) == ("n", ["c", "f"], {"d": "e"})
    assert elements.attributes(elements.add_attribute(new, "g", "h")) == ("n", ["c"], {"d": "e", "g": "h"})
    assert elements.attributes(elements.string("x")) == ("", [], {})


@pytest.mark.parametrize(
    ("markdown", "kind", "words"),
    [
        ("a *b*", "Para", "a b"),
        ("> a", "BlockQuote", "a"),
        ("## a", "Header", "a"),
        ("::: gist\na\n:::", "Div", "a"),
        ("[a]{.c1}", "Span", "a"),
        ("x[^1]\n\n[^1]: a", "Note", "a"),
    ],
)
def test_children(markdown: str, kind: str, words: str) -> None:
    """The children of an element are its inlines or blocks, not its attributes."""
    found = [e for e in find_all(pandoc.read(markdown), kind) if "wrapper" not in elements.attributes(e)[2]]
    assert plain(elements.children(found[0])) == words
    assert elements.children(elements.with_children(found[0], [])) == []


def test_figures() -> None:
    """A figure has a picture among its children, and a caption."""
    figure = one('![alt](x.svg "Title")', "Figure")
    assert [block["t"] for block in elements.children(figure)] == ["Plain"]
    changed = elements.with_caption(figure, [elements.plain_block([elements.string("Words")])])
    assert plain(elements.caption(changed)) == "Words"
    assert ">Words</figcaption>" in html(changed)


def test_tables() -> None:
    """A table has columns, a header row and rows of cells; copies differ only in changed cells."""

    def with_scope(cells: list[tables.Cell]) -> list[tables.Cell]:
        return [tables.with_cell_attributes(cells[0], {"scope": "row"}), *cells[1:]]

    table = one(TABLE, "Table")
    assert tables.column_count(table) == 2
    assert texts(tables.header_cells(table)) == ["", "b"]
    assert [texts(row) for row in tables.body_rows(table)] == [["c", "d"], ["e", ""]]
    assert [texts(row) for row in tables.all_rows(table)] == [["", "b"], ["c", "d"], ["e", ""]]
    assert html(table).count("text-align: left") == 3
    changed = tables.without_alignment(table, "AlignLeft")
    assert "text-align" not in html(changed)
    changed = tables.with_row_headings(changed, with_scope)
    assert [html(changed).count(tag) for tag in ('<th scope="row"', "<td")] == [2, 3]
    changed = tables.with_header_cells(changed, list(reversed(tables.header_cells(changed))))
    assert texts(tables.header_cells(changed)) == ["b", ""]
    assert texts(tables.header_cells(table)) == ["", "b"]


def texts(cells: list[tables.Cell]) -> list[str]:
    """Return the text of each of *cells*."""
    return [plain(tables.cell_blocks(cell)) for cell in cells]


def test_builders() -> None:
    """Pandoc accepts the elements of builders."""
    words: Elements = [elements.strong([elements.string("a")]), elements.raw("<i>b</i>")]
    assert html(elements.paragraph(words)) == "<p><strong>a</strong><i>b</i></p>"
    assert html(elements.raw_block("<hr>")) == "<hr>"
