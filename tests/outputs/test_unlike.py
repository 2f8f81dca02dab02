"""Books unlike ours: a programming book and a vocabulary on paper."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest

from crib.outputs.pocket import jobs as pocket
from crib.outputs.sheets import jobs as sheets
from crib.render.templates import Templates
from crib.source import read_book
from tests.pdfs import made, text_of
from tests.pictures import looks_like

if TYPE_CHECKING:
    from tests.conftest import MakeBook

CODE = '''```python
def build_model(n_hidden=1, n_neurons=30, learning_rate=3e-3, input_shape=[8], activation=keras.activations.selu):
    """Build a model with as many hidden layers as asked for, and compile it."""
    return keras.models.Sequential([keras.layers.InputLayer(input_shape=input_shape), keras.layers.Dense(1)])
```'''
COLUMNS = ["Name", "Type", "Default", "Since", "Required", "Deprecated", "Example", "Range", "Unit", "Notes"]
ROWS = (
    ("`n_hidden`", "int", "1", "1.0", "no", "no", "3", "0 to 10", "layers", "more is slower"),
    ("`learning_rate`", "float", "0.003", "1.2", "yes", "no", "0.1", "0 to 1", "", "scale it with the batch"),
)
TABLE = "\n".join(f"| {' | '.join(cells)} |" for cells in (COLUMNS, ["---"] * 10, *ROWS))
PROGRAMMING = f"""# Programming

## How do you build a model with a variable number of layers?

Use `keras.models.Sequential([keras.layers.Dense(n_neurons)])` with `[5, 10, 32]`:

{CODE}

## Which ten parameters has it?

{TABLE}

## What must be done before a release?

- [x] write the changelog
- [ ] tag the commit

Tag
:   A name for a commit, which is as permanent as the commit is.
"""
FRENCH = "maison house|chat cat|chien dog|livre book|arbre tree|pomme apple|printemps spring|montagne mountain"
WORDS = "# Words\n\n" + "\n\n".join("## {}\n\n{}".format(*pair.split()) for pair in FRENCH.split("|"))


@pytest.mark.parametrize(("name", "text"), [("programming", PROGRAMMING), ("vocabulary", WORDS)])
def test_sheets_of_books_unlike_ours(make_book: MakeBook, name: str, text: str) -> None:
    """Code is broken at punctuation, a table of ten columns is a list, and words have their answers beside them."""
    [pdf] = made(islice(sheets.jobs(read_book(make_book(text)).book, Templates()), 1)).values()
    assert looks_like(name, pdfium.PdfDocument(pdf)[0].render(scale=60 / 72).to_pil())


def test_a_compound_is_hyphenated(make_book: MakeBook) -> None:
    """A question with a word that is longer than a line breaks it between syllables, with a hyphen."""
    question = "## What is a [Kraftfahrzeughaftpflichtversicherungsgesellschaft]{lang=de}?\n\nAn insurer.\n"
    [pdf] = made(pocket.jobs(read_book(make_book(question)).book, Templates())).values()
    assert re.search(r"Kraft[a-z]+[-\u2010\u00ad\x02\ufffe]", text_of(pdf))
