"""Answers to HTML in a medium's flavor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from crib.home import own_folder
from crib.markup import pandoc
from crib.model.elements import Elements, raw
from crib.print.flavor import PrintFlavor
from crib.problems import BuildError, ContentError
from crib.render.flavor import Flavor
from crib.render.fragments import Fragments, render_answers
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.conftest import ANSWER, BOOK, MakeBook

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Answer, Book


ENGLISH = (own_folder() / "labels/en.yaml").read_text()


class Plain(Flavor):
    """A medium with everything as text."""

    def math(self, tex: str, *, display: bool) -> str:
        return f"<m>{tex}</m>" if display else f"<i>{tex}</i>"

    def link(self, answer: Answer, words: Elements) -> Elements:
        return [raw(f'<a href="#{answer.key}">'), *words, raw("</a>")]

    def picture(self, target: str) -> str:
        return f"pictures/{target}"

    def note_mark(self, answer: Answer, number: int) -> str:
        return f"<sup>{answer.key}:{number}</sup>"


def fragments(book: Book, key: str = "why") -> Fragments:
    """Return the fragments of one answer of *book*."""
    return render_answers(book.answers, Plain(book, Templates().labels(book)))[key]


def body(make_book: MakeBook, markdown: str, **files: str | bytes) -> str:
    """Return the HTML of an answer's body."""
    chapter = f"## Why $x$? {{#why}}\n\n::: gist\nShort.\n:::\n\n{markdown}\n\n{ANSWER}"
    return str(fragments(read_book(make_book(chapter, **files)).book).body)


def elements(html: str) -> list[ET.Element]:
    """Return the elements of well-formed HTML, in their order."""
    return list(ET.fromstring(f"<body>{html}</body>").iter())


TABLE = """
| {corner} | $x$ | b |
|:--|--:|---|
| one | 1 | 2 |
"""


def test_header_cells_say_what_they_head(make_book: MakeBook) -> None:
    """A name heads its column; below an empty corner, not a header itself, each row begins with its name."""
    found = elements(body(make_book, TABLE.format(corner="")))
    cells = [(e.tag, e.get("scope"), e.text) for e in found if e.tag in ("th", "td")]
    assert cells == [
        ("td", None, None), ("th", "col", None), ("th", "col", "b"),
        ("th", "row", "one"), ("td", None, "1"), ("td", None, "2"),
    ]  # fmt: skip


def test_a_table_without_names_of_rows(make_book: MakeBook) -> None:
    """If the first column has a name, its cells are not headers."""
    named = elements(body(make_book, TABLE.format(corner="a")))
    assert [e.get("scope") for e in named if e.tag == "th"] == ["col", "col", "col"]


def test_parts_and_notes(make_book: MakeBook) -> None:
    """A question is inline; notes are counted within their answer and kept apart."""
    chapter = "## Why $x$? {#why}\n\n::: gist\nShort.\n:::\n\nA[^a] b[^b].\n\n[^a]: One.\n\n[^b]: *Two*.\n\n" + ANSWER
    found = fragments(read_book(make_book(chapter)).book)
    assert found.question == "Why <i>x</i>?"
    assert found.gist == "<p>Short.</p>"
    assert found.body == "<p>A<sup>why:1</sup> b<sup>why:2</sup>.</p>"
    assert found.notes == ("<p>One.</p>", "<p><em>Two</em>.</p>")
    assert found.hint == ""


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("[words](#answer)", '<p><a href="#answer">words</a></p>'),
        ("[words](https://example.org)", '<p><a href="https://example.org">words</a></p>'),
        ("[mots]{lang=fr}", '<p><span lang="fr">mots</span></p>'),
        ("\"One 'two'\"", "<p>“One ‘two’”</p>"),
        ("$$x^2$$", "<p><m>x^2</m></p>"),
        ("```python\nx = 'a'  # b\n```", '<pre class="code"><code><span class="hl-n">x</span>'),
        ("```nosuch\n<x> & y\n```", '<pre class="code"><code>&lt;x&gt; &amp; y</code></pre>'),
        ("::: tip\nText.\n:::", '<div class="tip">\n<p><strong>Tip</strong></p>\n<p>Text.</p>\n</div>'),
        (
            "::: practice\n[1,024]{.measured as=count within=10%} in all.\n:::",
            '<div class="practice">\n<p><strong>In practice</strong></p>\n<p>1,024 in all.</p>\n</div>',
        ),
        (
            "::: {.since date=2024-12}\nText.\n:::",
            '<div class="since">\n<p><strong>Since the book, 2024-12</strong></p>',
        ),
        ('-- don\'t "quote"...', "<p>– don’t “quote”…</p>"),
        ("1. one\n\n   - two\n2. three", "<ul>\n<li>two</li>\n</ul></li>"),
    ],
)
def test_markdown_to_html(make_book: MakeBook, markdown: str, html: str) -> None:
    """Readers get the text as it was written, in HTML and well-formed XML."""
    found = body(make_book, markdown)
    assert html in found
    ET.fromstring(f"<x>{found}</x>")


def test_raw_html_of_content_is_never_rendered(make_book: MakeBook) -> None:
    """No tag gets through, even if a book with problems is rendered."""
    for markdown in ("`</b>`{=html} Text.", "</div><script>alert(1)</script>", "<b onclick=x>Text</b>", "<u>Text</u>"):
        assert re.findall("<(?!/?p>|/?strong>)", body(make_book, markdown)) == []
    with pytest.raises(BuildError, match=r"raw HTML on line 12"):
        body(make_book, "`</b>`{=latex} Text.")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def test_figures(make_book: MakeBook) -> None:
    """A picture's words are its alternative text; its title is the caption, if it has one."""
    files = {"figures/x.svg": SVG}
    with_caption = body(make_book, '![Alt *text*](figures/x.svg "The caption")', **files)
    assert '<img src="pictures/figures/x.svg" alt="Alt text" />' in with_caption
    assert "<figcaption>The caption</figcaption>" in with_caption
    assert 'alt="x^2 &lt; 1"' in body(make_book, "![$x^2 < 1$](figures/x.svg)", **files)
    without = body(make_book, "![Alt text](figures/x.svg)", **files)
    assert "figcaption" not in without
    assert 'alt="Alt text"' in without


def test_links_out_of_a_selection_are_words(make_book: MakeBook) -> None:
    """A book of one chapter has no broken links."""
    chapter = "## Why? {#why}\n\n::: gist\nShort.\n:::\n\n[words](#answer)\n"
    folder = make_book(chapter, **{"02-two.md": ANSWER})
    assert fragments(read_book(folder).book.select(Selection((1,)))).body == "<p>words</p>"


def test_a_template_of_the_user_comes_first(tmp_path: Path) -> None:
    """Templates are replaced file by file."""
    (tmp_path / "mine" / "sheets").mkdir(parents=True)
    (tmp_path / "mine/sheets/sheets.css").write_text("x")
    templates = Templates(tmp_path / "mine")
    assert templates.path("sheets/sheets.css") == tmp_path / "mine/sheets/sheets.css"
    assert templates.path("sheets/sheet.html.j2") == Templates().path("sheets/sheet.html.j2")


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (b"ok\n{{ nosuch.field }}\n", "a.html.j2:2: error[template]: 'nosuch' is undefined"),
        (b"ok\n{% if %}\n", "a.html.j2:2: error[template]: Expected an expression"),
        (b"ok\n{{ 1 / 0 }}\n", "a.html.j2:2: error[template]: ZeroDivisionError: division by zero"),
        (b"ok\n{% include 'nosuch' %}\n", "a.html.j2:2: error[template]: TemplateNotFound: nosuch"),
        (b"caf\xe9", "a.html.j2:1: error[template]: UnicodeDecodeError"),
    ],
)
def test_a_wrong_template_is_told(tmp_path: Path, template: bytes, told: str) -> None:
    """A slip in a template names its file and line."""
    (tmp_path / "a.html.j2").write_bytes(template)
    with pytest.raises(BuildError) as error:
        Templates(tmp_path).render("a.html.j2")
    assert str(error.value).startswith(f"{tmp_path}/{told}")


def test_values_are_escaped(tmp_path: Path) -> None:
    """Titles and names are text, not HTML, and no template code runs from content."""
    (tmp_path / "a.html.j2").write_text("{{ title }}")
    assert Templates(tmp_path).render("a.html.j2", title="<b> {{ 7 * 7 }}") == "&lt;b&gt; {{ 7 * 7 }}"


def test_a_language_without_labels(make_book: MakeBook, tmp_path: Path) -> None:
    """For a language without labels, the error explains how to add them."""
    book = read_book(make_book(book=BOOK.replace("en-US", "eo"))).book
    with pytest.raises(ContentError, match="no labels in the language `eo`"):
        Templates().labels(book)
    labels = tmp_path / "mine/labels/eo.yaml"
    labels.parent.mkdir(parents=True)
    labels.write_text(ENGLISH.replace("hint: Hint", "hint: Aludo"))
    assert Templates(tmp_path / "mine").labels(book)["hint"] == "Aludo"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("hint: Hint\n", "", "missing-key]: `hint` is missing\n  hint: add `hint`: the translation of “Hint”"),
        ("hint: Hint\n", "hint:\n", "wrong-value]: `hint` cannot be null"),
        ("{one: Exercise N, ", "{", "missing-key]: `one` is missing"),
        ("hint: Hint\n", "hint: Hint\nhnit: Aludo\n", "unknown-key]: `hnit` is not a known setting"),
        ("hint: Hint\n", "hint: [\n", "error[yaml]"),
        ("hint: Hint\n", "hint: \udce9\n", "error[encoding]: byte 0xe9 is not UTF-8"),
    ],
)
def test_labels_that_are_wrong(make_book: MakeBook, tmp_path: Path, old: str, new: str, told: str) -> None:
    """Every word must be there before a page is made; the file is named."""
    labels = tmp_path / "mine/labels/en.yaml"
    labels.parent.mkdir(parents=True)
    labels.write_bytes(ENGLISH.replace(old, new).encode(errors="surrogateescape"))
    with pytest.raises(ContentError) as error:
        Templates(tmp_path / "mine").labels(read_book(make_book()).book)
    assert str(error.value).startswith(f"{labels}:")
    assert told in str(error.value)


@pytest.mark.usefixtures("cache")
def test_only_what_has_changed_is_written(make_book: MakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer moved within its file is not changed; one with a changed code of another answer is."""
    second = ANSWER.replace("#answer", "#two").replace("Whatever", "[See](#answer) whatever")
    folder = make_book(f"{ANSWER}\n{second}")
    chapter = folder / "01-first-steps.md"
    run, written = pandoc._run, []

    def told(text: str, *arguments: str) -> str:
        written.append(text)
        return run(text, *arguments)

    def render() -> str:
        book = read_book(folder).book
        written.clear()
        render_answers(book.answers, PrintFlavor(book, Templates().labels(book)))
        return "".join(written)

    monkeypatch.setattr(pandoc, "_run", told)
    assert "1.1" in render()
    assert not render()
    chapter.write_text(chapter.read_text().replace("Whatever", "One line.\n\nWhatever", 1))
    assert "1.1" not in (moved := render())
    assert '"One"' in moved
    chapter.write_text(chapter.read_text().replace("{#answer}", "{#answer n=5}"))
    assert "1.5" in render()
