"""Reading a book for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crib.engine import budget
from crib.engine.budget import Budget
from crib.options import Options
from crib.pipeline.reading import read, read_selected
from crib.print.chapter_html import render_chapter
from crib.problems import ContentError
from crib.render.templates import Templates
from crib.selection import Selection
from tests.conftest import ANSWER, MakeBook

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDLESS = '"' + "\\" * 48


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    before = budget.use(Budget(code_seconds=1))
    yield
    budget.use(before)


def test_code_that_cannot_be_highlighted_is_a_warning(make_book: MakeBook, capsys: pytest.CaptureFixture[str]) -> None:
    """With file and line; the book is built, with this code plain and all other in colors."""
    folder = make_book(f"{ANSWER}\n```scala\n{ENDLESS}\n```\n\n```scala\nval x = 1\n```\n")
    book = read(folder)
    warning, _hint = capsys.readouterr().err.splitlines()
    assert warning.startswith(f"{folder}/01-first-steps.md:14: warning[highlight]: this code in `scala`")
    html = render_chapter(book.select(Selection(chapters=(1,))), Templates()).entries[0].body
    assert f'>"{ENDLESS[1:]}\n</span>' in html.replace("&quot;", '"')
    assert '<span class="hl-' in html


def test_warnings_are_reported_beside_errors(make_book: MakeBook) -> None:
    """An error still keeps the book from being built."""
    with pytest.raises(ContentError) as error:
        read(make_book(f"{ANSWER}\n```scala\n{ENDLESS}\n```\n\n$\\nosuch$\n"))
    assert [(each.severity, each.code) for each in error.value.problems] == [
        ("warning", "highlight"),
        ("error", "math"),
    ]


@pytest.mark.parametrize(
    ("settings", "is_own"),
    [
        ({}, True),
        ({"landscape": False}, True),
        ({"paper": "A4", "theme": "color"}, True),
        ({"paper": "Letter"}, False),
        ({"theme": "ink"}, False),
    ],
)
def test_options_that_may_move_page_numbers(make_book: MakeBook, settings: dict[str, Any], *, is_own: bool) -> None:
    """Another paper or theme than the book sets; a sheet then shows no page of the book."""
    options = Options(
        content=make_book(),
        templates=None,
        out=Path(),
        workers=None,
        scheduler=None,
        quiet=True,
        verbose=False,
        dry_run=False,
        rehash=False,
        strict=False,
        no_limits=False,
        selection=Selection(),
        print=settings,
    )
    assert read_selected(options).own_pages == is_own
