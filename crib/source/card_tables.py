"""Tables of cards (`{.cards}`): each row becomes a question with its answer.

The first column contains questions, the second short answers, and the others more text, each below its name. A
column named `#key` contains keys; without it, keys are made from the first column. The caption is not printed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from crib.model.elements import attributes, children, div, header, heading_level, paragraph, span, with_attributes
from crib.model.keys import slug
from crib.model.tables import body_rows, cell_inlines, header_cells
from crib.model.tree import plain
from crib.source.captions import is_caption
from crib.source.settings import check_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model.elements import Element, Elements
    from crib.problems import Report
    from crib.source.settings import Settings

CARDS = "cards"
"""The class of the table."""

FIELD = "field"
"""The class of the name of a column, before the text of its cell."""

_TYPED = "typed"  # a second class: learners type the second column in Anki
_KEYS = "#key"
_QUESTION = 2  # the level of its heading
_HEAD = 2  # lines of a table above its first row: names of columns, and a rule
_DIGITS_OF_HASH = 8
_OF_ONE_QUESTION = ("n", "answer")


@dataclass(frozen=True)
class _Row:
    """A row: its key, its line, and its cells as inlines, without the key."""

    key: str
    line: int
    cells: tuple[Elements, ...]


def with_table_classes(blocks: Elements) -> Elements:
    """Return *blocks* with the attributes of a caption (`: words {.cards}`) in the table above it.

    pandoc attaches them to the last word of the caption, or to the space after it.
    """
    result: Elements = []
    for block in blocks:
        before = result[-1] if result else {}
        mark = _mark(block) if before.get("t") == "Table" else None
        if mark:
            result[-1] = with_attributes(before, *attributes(mark))
        else:
            result.append(block)
    return result


def _mark(block: Element) -> Element | None:
    """Return the inline that carries the attributes of a caption; None for any other *block*."""
    inlines = children(block) if block["t"] == "Para" else []
    is_caption_like = plain(inlines[:1]) == ":" and CARDS in attributes(inlines[-1])[1]
    return inlines[-1] if is_caption_like else None


def is_card_table(block: Element) -> bool:
    """Return True if each row of *block* is a question."""
    return block["t"] == "Table" and CARDS in attributes(block)[1]


def _lacks_answer(block: Element) -> bool:
    """Return True if *block*, right above a table of cards, is a question without an answer in its heading."""
    is_question = block["t"] == "Header" and heading_level(block) == _QUESTION and not is_row(block)
    return is_question and "answer" not in attributes(block)[2]


def is_row(header: Element) -> bool:
    """Return True if the question *header* is a row of a table."""
    return "row" in header


def with_card_rows(blocks: Elements, report: Report) -> Elements:
    """Replace tables of cards in *blocks* by questions with their answers; report problems."""
    result: Elements = []
    is_below = False
    before: Element = {}
    for block in blocks:
        if is_card_table(block):
            if result and _lacks_answer(result[-1]):
                hint = "each row below is a question of its own: write an answer here, or delete this heading"
                report.add(result.pop()["line"], "no-answer", "this question has no answer", hint)
            result += _questions(block, report)
            is_below = True
        elif block["t"] == "Header" or not is_below:
            result.append(block)
            is_below = False
        elif not is_caption(block, before):
            problem = "this text follows a table of cards, and belongs to no question"
            report.add(block["line"], "stray-text", problem, "move it above the table, or begin a question with `## `")
        before = block
    return result


def _questions(table: Element, report: Report) -> Iterator[Element]:
    """Yield heading, gist and body of each row of *table*."""
    names = [cell_inlines(cell) for cell in header_cells(table)]
    settings, is_typed = _settings(table, report)
    columns = [i for i, name in enumerate(names) if plain(name).strip() != _KEYS]
    if len(columns) < 2:
        hint = "the first column is for questions, the second for answers"
        report.add(table["line"], "card-columns", "a table of cards needs two columns", hint)
        return
    for row in _rows(table, columns, report):
        words, answer, *others = row.cells
        typed = {"answer": plain(answer).strip()} if is_typed else {}
        question = with_attributes(header(_QUESTION, words), row.key, [], {**settings, **typed})
        yield {**question, "line": row.line, "row": True}
        if answer:
            yield _at(row.line, div("gist", [_at(row.line, paragraph(answer))]))
        for i, cell in zip(columns[2:], others, strict=True):
            if cell:
                name = [_name(names[i], row.line), _at(row.line, {"t": "Space"})] if names[i] else []
                yield _at(row.line, paragraph([*name, *cell]))


def _settings(table: Element, report: Report) -> tuple[Settings, bool]:
    """Return the settings of *table* for all its rows, and True if their answers are to be typed."""
    identifier, classes, pairs = attributes(table)
    refused = [f"#{identifier}"] * bool(identifier) + [f".{name}" for name in classes if name not in (CARDS, _TYPED)]
    refused += [f"{name}=" for name in pairs if name in _OF_ONE_QUESTION]
    if refused:
        problem = f"a table of cards cannot have {' '.join(refused)}"
        report.add(table["line"], "attribute", problem, "remove it")
    shared = {name: value for name, value in pairs.items() if name not in _OF_ONE_QUESTION}
    return check_settings(shared, "answer", {(): table["line"]}, report), _TYPED in classes


def _rows(table: Element, columns: Sequence[int], report: Report) -> list[_Row]:
    """Return the rows of *table*, each with a key; report rows with the key of an earlier one, and leave them out."""
    cells = [[cell_inlines(cell) for cell in row] for row in body_rows(table)]
    lines = range(table["line"] + _HEAD, table["line"] + _HEAD + len(cells))
    keys_at = next((i for i in range(len(cells[0])) if i not in columns), None) if cells else None
    texts = [plain(row[columns[0]]).strip() for row in cells]
    written = [plain(row[keys_at]).strip().removeprefix("#") if keys_at is not None else "" for row in cells]
    keys = [key or default for key, default in zip(written, _keys(texts), strict=True)]
    first: dict[str, int] = {}
    for key, line in zip(keys, lines, strict=True):
        if first.setdefault(key, line) != line:
            hint = f"give each a key in a column `{_KEYS}`; the first is on line {first[key]}"
            report.add(line, "duplicate-key", f"two rows have the key `{key}`", hint)
    return [
        _Row(key, line, tuple(row[i] for i in columns))
        for key, line, row in zip(keys, lines, cells, strict=True)
        if first[key] == line
    ]


def _keys(texts: Sequence[str]) -> list[str]:
    """Return a key for each of *texts*, the same in any order of rows.

    If different texts have the same slug, such as `C` and `C++`, all but the slug itself get a hash.
    """
    slugs = list(map(slug, texts))
    spellings = Counter(key for key, _ in set(zip(slugs, map(str.casefold, texts), strict=True)))
    return [
        f"{key}-{_hash(text)}" if spellings[key] > 1 and text.casefold() != key else key
        for key, text in zip(slugs, texts, strict=True)
    ]


def _hash(text: str) -> str:
    return sha256(text.casefold().encode(errors="replace")).hexdigest()[:_DIGITS_OF_HASH]


def _name(words: Elements, line: int) -> Element:
    return _at(line, span(FIELD, words))


def _at(line: int, element: Element) -> Element:
    return {**element, "line": line}
