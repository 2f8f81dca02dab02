"""Search in the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crib.preview.search import Search
from crib.source import read_book
from tests.conftest import write_book
from tests.preview.test_serve import FRAME, TEXT, change, look, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.chromium import Chromium
    from tests.conftest import MakeBook
    from tests.preview.test_serve import Serving

CHAPTER = """\
## Where is *Ångström* in $x^2$? {#first tags="units"}

::: gist
In the gist.
:::

A naïve body with `some_code`.

```python
fenced = True
```

## And where is the gist? {#second}

In the second <& body.
"""
FOUND = "[...document.querySelectorAll('.found a')].map(each => each.innerText.replace('\\n', ' '))"


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("angstrom", ["first"]),
        ("NAIVE body", ["first"]),
        ("some_code", ["first"]),
        ("fenced", ["first"]),
        ("x^2", ["first"]),
        ("units", ["first"]),
        ("1.2", ["second"]),
        ("body", ["first", "second"]),
        ("gist", ["second", "first"]),
        ("body angstrom", ["first"]),
        ("body nowhere", []),
        (" ", []),
        ("", []),
        ("<&", ["second"]),
    ],
)
def test_what_is_found(make_book: MakeBook, query: str, keys: list[str]) -> None:
    """Answers with all words somewhere in their text, first those with the words in the question."""
    chapters = read_book(make_book(CHAPTER)).book.chapters
    assert [each.answer.key for each in Search().find(query, chapters)] == keys


def test_a_chapter_that_changed_is_read_again(make_book: MakeBook) -> None:
    """Results are from the current text."""
    folder, search = make_book(CHAPTER), Search()
    assert search.find("nowhere", read_book(folder).book.chapters) == []
    change(folder / "01-first-steps.md", "naïve", "nowhere")
    assert len(search.find("nowhere", read_book(folder).book.chapters)) == 1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Serve a book of two chapters."""
    folder: Path = write_book(tmp_path_factory.mktemp("search") / "content", CHAPTER)
    (folder / "02-more.md").write_text("# More\n\n## What is more? {#more}\n\nA body.\n", encoding="utf-8")
    with serving(folder) as server:
        yield server


def typed(page: Chromium, words: str) -> None:
    """Type *words* into the search box, after a slash."""
    page.value("document.activeElement.blur(); document.querySelector('.views a').focus()")
    page.press("/")
    assert page.value("document.activeElement.id") == "search"
    page.call("Input.insertText", text=words)


def test_search_box(server: Serving, page: Chromium) -> None:
    """Answers replace the chapters during typing; Enter opens the first in the current view."""
    look(page, server, "/cards/01-first-steps")
    typed(page, "body")
    page.wait(f"{FOUND}.length === 3")
    assert page.value("document.querySelector('.count').innerText") == "3 answers"
    assert page.value(FOUND)[2] == "2.1 What is more?"
    assert not page.value("document.querySelector('.all').checkVisibility()")
    page.call("Input.insertText", text=" MORE")
    page.wait(f"{FOUND}.length === 1")
    page.press("Enter")
    page.wait(f"{FRAME}.contentWindow.location.href.endsWith('/cards/02-more#more') && {TEXT}.includes('more?')")
    page.press("Escape")
    page.wait("document.querySelector('.all').checkVisibility()")
    assert page.value("document.querySelector('#search').value + document.querySelector('.count').innerText") == ""
    typed(page, "<b>nowhere")
    page.wait("document.querySelector('.count').innerText === 'No answers'")
