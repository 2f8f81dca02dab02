"""The file of the study page: safe, small, made chapter by chapter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from crib.outputs.web.jobs import jobs
from crib.problems import ContentError
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import BOOK
from tests.outputs.web.pages import FIRST, build, write
from tests.pdfs import made

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

BUDGET = 6_950
"""Bytes for each answer of the shipped book, fonts and figures included: 1.2 MB for 172 answers."""


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of a small book."""
    return build(write(tmp_path_factory.mktemp("web") / "content")).decode()


def test_identifiers_are_unique(html: str) -> None:
    """Answers, notes, terms, rooms and controls; drawings have none."""
    identifiers = re.findall(r'<[^<>]* id="([^"]*)"', html)
    assert sorted(identifiers) == sorted(set(identifiers))
    assert {"planet", "planet.note1", "planet.term0", "_chapter1", "_quiz"} <= set(identifiers)


def test_links_lead_somewhere(html: str) -> None:
    """Every local link has its target."""
    identifiers = set(re.findall(r'<[^<>]* id="([^"]*)"', html))
    links = set(re.findall(r'<a [^<>]*href="#([^"]*)"', html))
    assert links
    assert links <= identifiers


def test_pictures_are_in_the_page(html: str) -> None:
    """A drawing is inlined, one with styles is embedded as a picture, and code about pictures stays."""
    assert 'aria-label="A square"' in html
    assert ">word</text>" in html
    assert html.count('src="data:image/svg+xml;base64,') == 1
    assert "color: red" not in html
    assert "media/no.png" in html
    assert 'xmlns="x"' in html.replace("&quot;", '"')


def test_text_cannot_become_a_part_of_the_page(tmp_path: Path) -> None:
    """A title similar to the end of the script, or to a placeholder, is text."""
    title = '</script><style>{{style}}<script type="module">'
    page = build(write(tmp_path / "content", book=BOOK.replace("A Small Book", f"'{title}'"))).decode()
    assert page.count('<script type="module">') == 1
    assert page.count("<style>") == 1
    assert page.count("</script>") == 2


def test_the_gate_is_asked(tmp_path: Path) -> None:
    """Scripts in a user's template are refused, in a chapter, around it, and on a page of a site."""
    folder = write(tmp_path / "content")
    for name, line in (
        ("page", "<iframe></iframe>"),
        ("chapter", "<button>x</button>"),
        ("answer", "<button>x</button>"),
    ):
        templates = tmp_path / name
        (templates / "web").mkdir(parents=True)
        own = Templates().path(f"web/{name}.html.j2").read_text(encoding="utf-8")
        changed = own.replace("</main>", f"{line}</main>") if "</main>" in own else own + line
        (templates / f"web/{name}.html.j2").write_text(changed, encoding="utf-8")
        with pytest.raises(ContentError, match=line[1:7].strip("> ")):
            made(jobs(read_book(folder).book, Templates(templates), site=tmp_path))


def test_a_chapter_is_made_alone(tmp_path: Path) -> None:
    """A change of one chapter, and lines above it, leave the job of the other as it was."""
    before, after = (
        next(jobs(read_book(write(tmp_path / "content", first)).book, Templates())).arguments[2:]
        for first in (FIRST, f"<!-- a line -->\n\n{FIRST.replace('red spot', 'spot')}")
    )
    assert before[0].arguments != after[0].arguments
    assert before[1].arguments == after[1].arguments


def test_the_shipped_book_is_small(shipped: Book) -> None:
    """The page of the shipped book has all answers, fonts and figures, and keeps to its budget."""
    [page] = made(jobs(shipped, Templates())).values()
    assert len(page) < BUDGET * sum(1 for _ in shipped.answers)
    text = page.decode()
    assert [answer.key for answer in shipped.answers if f'<article class="answer" id="{answer.key}"' not in text] == []
