"""HTML in Markdown: its conversion, and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.limits import NESTING
from crib.markup import pandoc
from crib.model.elements import attributes, target
from crib.model.tables import all_rows, cell_blocks
from crib.model.tree import find_all, plain, walk
from crib.problems import Report
from crib.source import read_book
from crib.source.markdown import read_markdown
from tests.source.test_source import PNG, in_chapter

if TYPE_CHECKING:
    from crib.model.elements import Elements
    from tests.conftest import MakeBook

HEAD = "## Why? {#why}\n\n"


def read(markdown: str) -> Elements:
    """Return the blocks of *markdown*, free of problems."""
    report = Report("")
    blocks = read_markdown(markdown, report)
    assert report.problems == []
    return blocks


def bare(markdown: str) -> str:
    """Return pandoc's HTML of *markdown*, in one line."""
    html = pandoc.write_html({"x": read(markdown)})["x"]
    return html.replace("\n", "")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("H<sub>2</sub>O and x<sup>2</sup>", "H~2~O and x^2^"),
        ("<b>a</b> <strong>b</strong> <i>c</i> <em>d</em>", "**a** **b** *c* *d*"),
        ("<i>**a**</i> <del>b</del> <s>c</s>", "***a*** ~~b~~ ~~c~~"),
        ("one<br>two<br/>three", "one\\\ntwo\\\nthree"),
        ("a <code>*b* < c</code>", "a `b < c`"),
        ('<a href="https://example.org" class="x">a</a>', "[a](https://example.org)"),
        ("a<!-- b --> c", "a c"),
        ("a\n\n<!-- b\n\n## c\n\n-->\n\nd", "a\n\nd"),
        ("a\n\n<br>\n\nd", "a\n\nd"),
        ('<p align="center">a <b>b</b></p>', "a **b**"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "- a\n- b"),
        ("<blockquote><p>a</p></blockquote>", "> a"),
        ("<table><tr><th>a</th><th>$b$</th></tr><tr><td>c</td></tr></table>", "| a | $b$ |\n|---|---|\n| c |  |"),
        ("| a | b |\n|---|---|\n| c<br>d | <b>e</b> |", "| a | b |\n|---|---|\n| c<br>d | **e** |"),
        ('<img src="a.png" alt="b" title="c">', '![b](a.png "c")'),
        ("- a <sub>b</sub>\n- c", "- a ~b~\n- c"),
    ],
)
def test_html_is_what_it_means(html: str, markdown: str) -> None:
    """HTML and the Markdown of the same meaning print alike."""
    assert bare(f"{html}\n") == bare(f"{markdown}\n")


def test_what_only_html_says() -> None:
    """Spaces within tags, the first number of a list, and Markdown in an item are kept."""
    assert bare("a<b> b </b>c\n") == "<p>a<strong> b </strong>c</p>"
    assert bare('<ol start="3"><li>a</li></ol>\n') == '<ol start="3"><li>a</li></ol>'
    assert bare("<ul>\n<li>\n\n*a*\n\n</li>\n</ul>\n") == "<ul><li><p><em>a</em></p></li></ul>"


def test_details_are_folded(make_book: MakeBook) -> None:
    """Markdown between the tags is Markdown; blocks and lines are those of the source."""
    folder = make_book(
        HEAD + "Text.\n\n<details open>\n<summary>More <i>of</i> it</summary>\n\n- **b**\n\n</details>\n"
    )
    assert in_chapter(folder) == []
    [answer] = read_book(folder).book.answers
    _, folded = answer.body
    assert attributes(folded)[1] == ["folded"]
    title, [listing] = next(find_all([folded], "Div")), list(find_all([folded], "BulletList"))
    assert plain(title).startswith("More of it")
    assert listing["line"] == 13


def test_pictures_obey_the_rules_of_pictures(make_book: MakeBook) -> None:
    """A picture is a file of the book, with a description, and may have a width."""
    folder = make_book(HEAD + '<img src="dot.png" alt="A dot" width="50%" height="3">\n', **{"dot.png": PNG})
    assert in_chapter(folder) == []
    [image] = find_all(next(read_book(folder).book.answers).body, "Image")
    assert (target(image), attributes(image)[2]) == ("dot.png", {"width": "50%"})


def test_tables_have_the_shape_of_tables_in_markdown() -> None:
    """A header row and a body, whatever sections the HTML had; the rest of a caption works, too."""
    html = "<table>\n<thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td><td>c</td></tr></tbody>\n"
    html += "<tbody><tr><td>d</td></tr></tbody><tfoot><tr><td>e</td></tr></tfoot></table>\n"
    [table] = read(html)
    rows = [[plain(cell_blocks(cell)) for cell in row] for row in all_rows(table)]
    assert rows == [["a", ""], ["b", "c"], ["d", ""], ["e", ""]]
    assert all("line" in element for element in walk([table]) if element["t"] in ("Plain", "Str"))


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("<script>alert(1)</script>", 8, "raw-html"),
        ("<div>\n\nx\n\n</div>", 8, "raw-html"),
        ("x <span>y</span>", 8, "raw-html"),
        ("</div><script>alert(1)</script><img src=x onerror=alert(2)>", 8, "raw-html"),
        ("</div><script>alert(1)</script><img src=x onerror=alert(2)>", 8, "attribute"),
        ("x <iframe src=x></iframe>", 8, "raw-html"),
        ("<!DOCTYPE html>", 8, "raw-html"),
        ("x <?php y ?>", 8, "raw-html"),
        ("x <![CDATA[y]]>", 8, "raw-html"),
        ("```{=latex}\nx\n```", 8, "raw-html"),
        ("x <table> y", 8, "raw-html"),
        ("x <b>y", 8, "unbalanced-html"),
        ("x </b>y", 8, "unbalanced-html"),
        ("x <b>y <i>z</b></i>", 8, "unbalanced-html"),
        ("*x <b>y* z</b>", 8, "unbalanced-html"),
        ("x\n\n<details>\n<summary>y</summary>\n\nz", 10, "unbalanced-html"),
        ("x\n\n</details>", 10, "unbalanced-html"),
        ("> <details>\n\n</details>", 8, "unbalanced-html"),
        ("x\n\n<!-- y", 10, "unclosed"),
        ("x\n\n<thead><tr><th>y</th></tr></thead>", 10, "misplaced-html"),
        ("<table>\ny\n<tr><th>z</th></tr></table>", 8, "misplaced-html"),
        ("<table>\n\ny\n\n<tr><th>z</th></tr></table>", 10, "misplaced-html"),
        ("<ul><b>y</b></ul>", 8, "misplaced-html"),
        ("<details><table>\n<tr><td>\n</td></tr><li>y</li></table></details>", 10, "misplaced-html"),
        ("<table>\n<![](x)y>\n</table>", 8, "raw-html"),
        ('x <b onclick="y">z</b>', 8, "attribute"),
        ('x <img src="dot.png" alt="y" srcset="z">', 8, "attribute"),
        ('<img src="dot.png" alt="y" width="9em">', 8, "attribute"),
        ('<img src="dot.png">', 8, "alt-text"),
        ('<img src="https://example.org/x.png" alt="y">', 8, "image"),
        ('<img src="../x.png" alt="y">', 8, "image"),
        ('<a href="javascript:x">y</a>', 8, "link"),
        ("<table><tr><td>x</td></tr></table>", 8, "table-header"),
        ('<table>\n<tr><th>x</th><th>y</th></tr>\n<tr><td colspan="2">z</td></tr></table>', 10, "table-cells"),
        ("<table><tr><th>x</th></tr><tr><td><ul><li>y</li></ul></td></tr></table>", 8, "table-cells"),
        ("<b>" * 30 + "x" + "</b>" * 30, 8, "too-deep"),
        ("::: {html=folded}\nx\n:::", 8, "attribute"),
        ("::: folded\nx\n:::", 8, "unknown-block"),
        ("[x]{.kbd}", 8, "attribute"),
    ],
)
def test_mistakes_in_html(make_book: MakeBook, text: str, line: int, code: str) -> None:
    """Each is reported with its line."""
    found = in_chapter(make_book(HEAD + text + "\n", **{"dot.png": PNG}))
    assert (line, code) in found


def test_html_cannot_nest_deeper_than_markdown(make_book: MakeBook) -> None:
    """Every walk over elements is recursive."""
    tags, quotes = "<blockquote>" * 19, "> " * (NESTING - 20)
    text = f"{quotes}{tags}\n{quotes}\n{quotes}> > x\n{quotes}\n{quotes}{'</blockquote>' * 19}\n"
    assert (1, "too-deep") in [(1, code) for _, code in in_chapter(make_book(HEAD + text))]


def test_an_unclosed_element_ends_at_the_next_question(make_book: MakeBook) -> None:
    """One mistake does not hide the questions below it."""
    folder = make_book(HEAD + "<details>\n\nx\n\n## And? {#and}\n\nBecause.\n")
    assert in_chapter(folder) == [(8, "unbalanced-html")]
    assert [answer.key for answer in read_book(folder).book.answers] == ["why", "and"]
