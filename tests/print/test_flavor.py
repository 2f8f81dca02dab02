"""Answers on paper: narrow enough tables, formulas and descriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from crib.print.flavor import PrintFlavor
from crib.render.fragments import render_answers
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ANSWER

if TYPE_CHECKING:
    from tests.conftest import MakeBook


def body(make_book: MakeBook, text: str, **files: str) -> str:
    """Return the HTML of an answer with *text* at its end."""
    book = read_book(make_book(f"{ANSWER}\n{text}\n", **files)).book
    [fragments] = render_answers(book.answers, PrintFlavor(book, Templates().labels(book))).values()
    return str(fragments.body)


@pytest.mark.parametrize(
    ("cells", "dense"),
    [
        (("a" * 17, "b" * 17), False),
        (("a" * 18, "b" * 17), True),
        (("a a " * 20, f"`{'b' * 32}`"), False),
        (("a", f"`{'b' * 34}`"), True),
        (("$x + y + z$", "b" * 33), False),
    ],
)
def test_words_that_make_a_table_dense(make_book: MakeBook, cells: tuple[str, str], dense: bool) -> None:  # noqa: FBT001
    """The longest ones of all columns, with a space each, are longer than 36 letters; formulas count nothing."""
    table = f"| c | d |\n|:--|---|\n| {cells[0]} | {cells[1]} |\n| e | f |"
    html = body(make_book, table)
    assert ('class="dense"' in html) == dense
    assert "text-align" not in html


@pytest.mark.parametrize(("letters", "kind"), [(6, "table"), (11, "dense"), (14, "list")])
def test_a_table_of_many_columns(make_book: MakeBook, letters: int, kind: str) -> None:
    """If its words do not fit side by side, its type gets smaller; if that is not enough, it becomes a list."""
    name, value = "n" * letters, "v" * letters
    html = body(
        make_book, f"| a | {name} | c | d |\n|:--|---|---|---|\n| Row | {value} | {value} | {value} |\n\n: Words"
    )
    shown = "list" if "<dl>" in html else "dense" if 'class="dense"' in html else "table"
    assert shown == kind
    if kind == "list":
        assert "<table" not in html
        assert "<p>Words</p>" in html
        assert re.search(f"<dt>Row</dt>\\s*<dd>\\s*<p><strong>{name}:</strong> {value} · <strong>c:</strong>", html)


def test_a_table_whose_rows_have_no_names(make_book: MakeBook) -> None:
    """A table without names of rows stays a table."""
    word = "w" * 15
    assert 'class="dense"' in body(make_book, f"| | b | c | d |\n|:--|---|---|---|\n| | {word} | {word} | {word} |")


def test_a_formula_hangs_below_the_line(make_book: MakeBook) -> None:
    """A formula hangs below the line by the depth of its drawing."""
    assert "vertical-align:-" in body(make_book, "With $x_y$.")
