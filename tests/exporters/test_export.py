"""Export and import again: the same book."""

from __future__ import annotations

import base64
import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from crib.exporters.formats import as_csv, as_json, as_markdown
from crib.importers.importing import ImportOptions, import_sources
from crib.model import TEXT_PARTS
from crib.problems import BuildError
from crib.source import read_book
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Answer, Book, Chapter
    from tests.conftest import MakeBook

SCHEMA = ROOT / "docs/export.schema.json"
CHAPTER = r"""
::: formulas
| Name | Formula | Holds |
|:--|:--|:--|
| Sum | $a + b$ | always |
:::

## Why `a|b`? {#why n=2 tags="logic signs" level=recall see=split-lists source=notebooks reverse=true}

::: gist
Since **a**.
:::

Because[^1] of $x$:

```markdown
## Not a question

::: gist
No gist.
:::
```

::: {.since date=2024-05}
New.
:::

::: practice
It took [1.5]{.measured as=seconds within=20%} seconds.
:::

[^1]: A note.

    ::: tip
    In a note.
    :::

::: hint
Think.
:::

## Split lists {#split-lists answer="two words"}

- one

::: hint
Between two lists.
:::

- another

Setext headings have no marks {#setext}
-------------------------------

::: choices
- [ ] no
- [x] *yes*
:::

::: cloze
A [gap]{.c1}.
:::

{.cards tags=signs .typed}
| Word | Meaning | Example | |
|:--|:--|:--|:--|
| *chat* | cat | le `chat` | |
| chien | dog \| hound | | x |

## Ours? {#ours n=c}

Ours.

## Without a key
The last answer.
"""
RETIRED = "## Gone? {#gone}\n\n::: gist\nYes.\n:::\n\nLong ago.\n"


@pytest.fixture
def book(make_book: MakeBook) -> Path:
    """Return a book with one of everything."""
    folder = make_book(CHAPTER)
    (folder / "retired.md").write_text(RETIRED)
    (folder / "notation.md").write_text("| sign | meaning |\n|:--|:--|\n| $x$ | a number |\n")
    return folder


def brought_back(folder: Path, text: str) -> Path:
    """Import *text*, an export, into a new folder in *folder*."""
    file = folder / "export.json"
    file.write_text(text)
    import_sources([file], folder / "back", ImportOptions())
    return folder / "back"


def essence(book: Book) -> list[Any]:
    """Return the data of *book* relevant to outputs."""
    chapters = [*book.chapters, *([book.retired] if book.retired else [])]
    settings = (book.key, book.title, book.authors, book.language, book.released, book.style, book.print, book.tags)
    notation = without_lines(book.notation.blocks) if book.notation else None
    return [
        settings,
        notation,
        *((c.number, c.title, c.slug, c.exercises, strip(c), list(map(parts, c.answers))) for c in chapters),
    ]


def strip(chapter: Chapter) -> list[Any]:
    """Return the formulas of *chapter* without lines."""
    return [without_lines(part) for formula in chapter.formulas for part in formula.parts]


def parts(answer: Answer) -> tuple[Any, ...]:
    """Return all of *answer* but its lines."""
    texts = [without_lines(getattr(answer, part)) for part in TEXT_PARTS]
    names = ("key", "number", "tags", "level", "see", "source", "typed", "reverse", "keyed", "abridged", "links")
    pictures = [(picture.target, picture.part, picture.digest) for picture in answer.pictures]
    return (*texts, *(getattr(answer, name) for name in names), pictures)


def without_lines(node: Any) -> Any:
    """Return a tree without the lines of its elements."""
    if isinstance(node, list):
        return [without_lines(child) for child in node]
    if isinstance(node, dict):
        return {name: without_lines(child) for name, child in node.items() if name != "line"}
    return node


def test_the_same_book(book: Path, tmp_path: Path) -> None:
    """Whatever an output shows of the book is the same."""
    reading = read_book(book)
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    back = read_book(brought_back(tmp_path, as_json(reading.book)))
    assert [problem for problem in back.problems if problem.severity == "error"] == []
    assert essence(back.book) == essence(reading.book)


def test_the_shipped_book(shipped: Book, tmp_path: Path) -> None:
    """It comes back with pictures and ledger, and its export matches the schema."""
    text = as_json(shipped)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(json.loads(text))
    folder = brought_back(tmp_path, text)
    assert essence(read_book(folder).book) == essence(shipped)
    assert (folder / "anki.lock").read_bytes() == (ROOT / "content/anki.lock").read_bytes()


def test_the_schema_is_that_of_the_docs() -> None:
    """The installed schema equals the one in the docs."""
    assert SCHEMA.read_bytes() == (ROOT / "crib/importers/schema/export.json").read_bytes()


def test_table_and_text(book: Path) -> None:
    """A row for each answer; a heading for each question."""
    read = read_book(book).book
    rows = list(csv.DictReader(as_csv(read).splitlines()))
    assert [row["key"] for row in rows] == ["why", "split-lists", "setext", "chat", "chien", "ours", "without-a-key"]
    assert rows[0]["code"] == "1.2"
    assert [row["code"] for row in rows[-2:]] == ["1.c", "1.d"]
    assert rows[3]["answer"] == "**Example** le `chat`"
    assert "## First Steps\n\n| Name | Formula | Holds |\n|:--|:--|:--|\n| Sum | $a + b$ | always |\n\n" in as_markdown(
        read
    )
    assert "### Split lists\n\n- one\n\n::: hint\nBetween two lists.\n:::\n\n- another\n" in as_markdown(read)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": "crib", "version": 2}, "at version"),
        ({"pictures": {"../a.svg": ""}}, "at pictures"),
        ({"pictures": {"/a.svg": ""}}, "at pictures"),
        ({"pictures": {".git/config": ""}}, "at pictures"),
        ({"pictures": {"a.svg": "?"}}, "not in base 64"),
        ({"chapters": [{"number": 1, "title": "A\nb: c", "slug": "a", "answers": []}]}, "at chapters/0/title"),
        ({"chapters": [{"number": 1, "title": "A", "slug": "../a", "answers": []}]}, "at chapters/0/slug"),
        ({"settings": {}, "extra": 1}, "at its top"),
    ],
)
def test_hostile_exports(change: dict[str, Any], problem: str, tmp_path: Path) -> None:
    """Nothing outside the folder is written, and nothing beyond the schema."""
    data = {"format": "crib", "version": 1, "settings": {}, "chapters": [], **change}
    with pytest.raises(BuildError, match=problem):
        brought_back(tmp_path, json.dumps(data))


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link in the folder leads nowhere, even if it appears after the folder was checked."""
    picture = base64.b64encode(b"<svg/>").decode()
    data = {"format": "crib", "version": 1, "settings": {}, "chapters": [], "pictures": {"figures/a.svg": picture}}
    (tmp_path / "back/.git").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "back/figures").symlink_to(tmp_path / "outside")
    with pytest.raises(BuildError, match="is not empty"):
        brought_back(tmp_path, json.dumps(data))
    assert list((tmp_path / "outside").iterdir()) == []
