"""The allowlist of outputs from a user's view: forbidden markup of a template or formula ends the build."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from crib.home import own_folder
from crib.preview.document import ViewContext
from crib.preview.printed_pages import PrintedPages
from crib.preview.views import VIEWS
from crib.problems import ContentError
from crib.render.templates import Templates
from crib.source import read_book
from tests.commands import crib
from tests.epubs import SMALL_COVER

if TYPE_CHECKING:
    from pathlib import Path

    from crib.preview.views import View
    from tests.conftest import MakeBook

RUNS = """\
## What runs? {#runs}

::: gist
`javascript:alert(1)` runs.
:::

Nothing does.
"""
LINE = 6
"""Of the question in its file."""


VIEW_TEMPLATES = {
    "sheet": ("print/blocks.html.j2", "</h2>"),
    "cards": ("cards/face.html.j2", "</h2>"),
    "quiz": ("quiz/pieces.html.j2", "</h3>"),
    "book": ("book/answer.html.j2", "</h2>"),
    "ebook": ("epub/answers.xhtml", "</h2>"),
    "questions": ("epub/questions.xhtml", "</ol>"),
    "gists": ("epub/sheet.xhtml", "</h2>"),
    "anki": ("preview/anki.html.j2", "</h2>"),
}
"""A template of each view of the preview, and the end of an element in it."""


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Put Crib's template *name* into *folder*, with *new* in place of *old*, and return its path."""
    shutil.copytree(SMALL_COVER, folder)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    text = (own_folder() / name).read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize("output", ["epub", "anki"])
def test_a_formula_with_a_link(make_book: MakeBook, tmp_path: Path, output: str) -> None:
    """It is refused with its place, in every output."""
    answer = RUNS.replace("`javascript:alert(1)` runs", '$\\mmlToken{mtext}[href="javascript:alert(1)"]{click}$')
    content = make_book(answer)
    done = crib(output, "--content", content, "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{content / '01-first-steps.md'}:9: error[math]: \\mmlToken is not allowed")


@pytest.mark.parametrize(
    ("output", "name", "old", "new", "what"),
    [
        ("epub", "epub/answers.xhtml", "{{ parts.body }}", '<a href="{{ parts.body|striptags }}">x</a>', "the address"),
        ("epub", "epub/sheet.xhtml", "</h2>", "</h2><script>{{ answer.key }}</script>", "<script>"),
        ("epub", "epub/questions.xhtml", "<p>", '<p onclick="{{ answer.key }}()">', "the attribute `onclick`"),
        ("epub", "epub/answers.xhtml", "<footer>", '<footer style="position:fixed">', "the style `position`"),
        ("anki", "anki/gist.html.j2", "{{ gist }}", '<a href="{{ gist|striptags }}">x</a>', "the address"),
        ("anki", "anki/source.html.j2", "<span", '<img src="https://x.org/{{ answer.key }}" alt=""/><span', "the"),
    ],
)  # fmt: skip
def test_a_template_that_makes_something_of_content(  # noqa: PLR0917
    make_book: MakeBook, tmp_path: Path, output: str, name: str, old: str, new: str, what: str
) -> None:
    """The answer is named with its line, and the template it comes from."""
    content, templates = make_book(RUNS), tmp_path / "templates"
    path = changed(templates, name, old, new)
    done = crib(output, "--chapter", 1, "--content", content, "--templates", templates, "--out", tmp_path / "dist")
    assert done.returncode == 1
    place = f"{content / '01-first-steps.md'}:{LINE}: error[refused-markup]: {what}"
    assert place in done.stderr
    assert f"look for it in the template {path}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("output", "name", "old", "new", "what"),
    [
        ("epub", "epub/answers.xhtml", "</footer>", "", "error[not-well-formed]"),
        ("epub", "epub/page.xhtml", "</head>", "", "error[not-well-formed]"),
        ("epub", "epub/package.opf", "</metadata>", "", "error[not-well-formed]"),
        ("epub", "epub/page.xhtml", "</head>", "<script>x</script></head>", "<script> is not allowed"),
        ("epub", "epub/page.xhtml", "</head>", '<meta http-equiv="refresh" content="0"/></head>', "`http-equiv`"),
        ("epub", "epub/title.xhtml", "</h1>", '</h1><iframe src="x"></iframe>', "<iframe> is not allowed"),
        ("epub", "epub/epub.css", "/*", '@import "https://example.org/x.css";\n/*', "the rule `@import`"),
        ("anki", "anki/gist.html.j2", "</h2>", "</h2><br>", "error[not-well-formed]"),
        ("anki", "anki/book.html.j2", "</p>", "</p><script>x</script>", "<script> is not allowed"),
        ("anki", "anki/back.html", "<hr", "<script>alert(1)</script><hr", "<script> is not allowed"),
        ("anki", "anki/front.html", "<h1", '<a href="{{Question}}">x</a><h1', "the address `{{Question}}`"),
        ("anki", "anki/card.css", "/*", "p { background: url(https://example.org/x) }\n/*", "the address"),
    ],
)  # fmt: skip
def test_a_template_alone(  # noqa: PLR0917
    make_book: MakeBook, tmp_path: Path, output: str, name: str, old: str, new: str, what: str
) -> None:
    """It is named, even if another includes it, and nothing is written."""
    templates = tmp_path / "templates"
    path = changed(templates, name, old, new)
    done = crib(
        output, "--chapter", 1, "--content", make_book(RUNS), "--templates", templates, "--out", tmp_path / "dist"
    )
    assert done.returncode == 1
    assert f"{path}:" in done.stderr
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "dist").glob("[a-z]*.*"))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("element", ["<script>x</script>", '<img src="https://example.org/x" alt=""/>', "<br>"])
def test_the_preview(make_book: MakeBook, tmp_path: Path, view: View, element: str) -> None:
    """No page of the preview has anything else."""
    name, end = VIEW_TEMPLATES[view.name]
    book = read_book(make_book(RUNS)).book
    [chapter] = book.chapters
    view.render(book, chapter, ViewContext(Templates(), "1", PrintedPages()))
    changed(tmp_path / "templates", name, end, f"{end}{element}")
    with pytest.raises(ContentError) as caught:
        view.render(book, chapter, ViewContext(Templates(tmp_path / "templates"), "1", PrintedPages()))
    assert {problem.code for problem in caught.value.problems} <= {"refused-markup", "not-well-formed"}
    assert name in str(caught.value)


@pytest.mark.parametrize("output", ["epub", "anki"])
def test_an_honest_book(make_book: MakeBook, tmp_path: Path, output: str) -> None:
    """Code and text similar to markup are printed as text."""
    answer = RUNS.replace("runs.", "`<script>` \\<script> [runs](https://example.org/?a=b&c=d#e).")
    done = crib(output, "--chapter", 1, "--content", make_book(answer), "--out", tmp_path / "dist")
    assert done.returncode == 0, done.stderr
