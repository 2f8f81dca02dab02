"""Identities of Crib's notes in published decks, written down here: with any change, learners lose data."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from crib.outputs.anki.jobs import abbreviated
from crib.outputs.anki.note_types import KINDS
from crib.source import read_book
from tests.conftest import ANSWER
from tests.decks import package

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeBook

FIELDS = {
    "Crib Recall": {
        "Question": 3120451290886341,
        "Gist": 1580278443062759,
        "Answer": 2846619035527480,
        "Hint": 984210367745913,
        "Notes": 3517790246108622,
        "See": 2093384471590265,
        "Source": 1209936475320847,
        "Code": 4011572863904178,
        "Key": 2478103659217304,
        "Reverse": 1846027593318460,
        "Reserved 1": 3309518427760953,
        "Reserved 2": 675820394416127,
        "Reserved 3": 2964471830522098,
    },
    "Crib Cloze": {
        "Text": 1093862574410283,
        "Question": 3748201956627140,
        "Source": 2215907348861502,
        "Code": 3982064715530917,
        "Key": 1467735028194656,
        "Reserved 1": 2690418853377021,
        "Reserved 2": 812947360551748,
        "Reserved 3": 3356082119746835,
    },
    "Crib Typed": {
        "Question": 2417730986154329,
        "Typed": 1590362847715208,
        "Gist": 3862014957320641,
        "Answer": 1126894503377915,
        "Hint": 2933571046820687,
        "Notes": 4015823796641052,
        "See": 1748206935190433,
        "Source": 3301947265881970,
        "Code": 2584119073356846,
        "Key": 1967430582240719,
        "Reverse": 3640725198853604,
        "Reserved 1": 1275806394417528,
        "Reserved 2": 2890347615502936,
        "Reserved 3": 3517062948831745,
    },
}
SIDES = {
    "Crib Recall": {"Recall": 1387265904473816, "Reverse": 2751930486627341},
    "Crib Cloze": {"Cloze": 1928350647712094},
    "Crib Typed": {"Typed": 2046918357720485, "Reverse": 3179540862294713},
}
TYPES = {"Crib Recall": 1764020814937, "Crib Cloze": 1764020815284, "Crib Typed": 1764020816158}
CLOZE = "\n::: cloze\nAn [answer]{.c1} settles [it]{.c2}.\n:::\n"


def test_note_types_fields_and_templates() -> None:
    """Note types, fields and templates keep their ids; new ones may follow, but never replace an existing one."""
    assert {kind.title: kind.id for kind in KINDS} == TYPES
    for kind in KINDS:
        assert {field.name: field.id for field in kind.fields}.items() >= FIELDS[kind.title].items()
        assert {side.name: side.id for side in kind.sides}.items() >= SIDES[kind.title].items()
        assert {field.name for field in kind.fields if field.collapsed} >= {f"Reserved {i}" for i in (1, 2, 3)}
        assert not any(field.collapsed for field in kind.fields[:2])
        ids = [*(field.id for field in kind.fields), *(side.id for side in kind.sides)]
        assert len(set(ids)) == len(ids)


@pytest.fixture
def database(make_book: MakeBook, tmp_path: Path) -> sqlite3.Connection:
    """Return the collection in the package of a book with two notes."""
    with ZipFile(BytesIO(package(read_book(make_book(ANSWER + CLOZE)).book))) as archive:
        assert {(info.external_attr, info.create_system) for info in archive.infolist()} == {(0o644 << 16, 3)}
        return sqlite3.connect(archive.extract("collection.anki2", tmp_path))


def test_notes_cards_and_decks(database: sqlite3.Connection) -> None:
    """Ids follow from the keys of book and answer; cards have no history, and are due in the book's order."""
    with closing(database):
        notes = database.execute("SELECT id, guid, mid, mod, usn, csum, flags, data FROM notes ORDER BY id").fetchall()
        cards = database.execute("SELECT * FROM cards ORDER BY nid, id").fetchall()
        [decks, presets] = map(json.loads, database.execute("SELECT decks, dconf FROM col").fetchone())
    released = 1709164800
    recall, cloze = 674050501696, 875903830784
    assert notes == [
        (recall, "4657e36288637e44d771e85c84565144", TYPES["Crib Recall"], released, -1, 0, 0, ""),
        (cloze, "cdcbfb557859d4300ee737e26f28c209", TYPES["Crib Cloze"], released, -1, 0, 0, ""),
    ]
    deck, history = 21661296744232, (0,) * 8
    due = 2 * 10_001
    assert cards == [
        (recall, recall, deck, 0, released, -1, 0, 0, due, *history, ""),
        (cloze, cloze, deck, 0, released, -1, 0, 0, due + 1, *history, ""),
        (cloze + 1, cloze, deck, 1, released, -1, 0, 0, due + 1, *history, ""),
    ]
    assert {int(number) for number in decks} == {1, 140973714740643, deck}
    assert decks[str(deck)]["newToday"] == decks[str(deck)]["revToday"] == [0, 0]
    preset: dict[str, Any] = presets[str(decks[str(deck)]["conf"])]
    assert (preset["id"], preset["name"]) == (1764020815731, "Crib")
    assert (preset["new"]["perDay"], preset["rev"]["perDay"]) == (10, 9999)
    assert (preset["lapse"]["leechAction"], preset["lapse"]["leechFails"]) == (1, 8)
    assert preset["lapse"]["delays"] == presets["1"]["lapse"]["delays"]


@pytest.mark.parametrize(("count", "end"), [(3, "n2"), (20, "n19"), (21, "n19 and 1 more"), (25, "n19 and 5 more")])
def test_long_lists_of_names_are_abbreviated(count: int, end: str) -> None:
    """An error about the ledger names twenty entries."""
    assert abbreviated([f"n{i}" for i in range(count)]).rpartition(", ")[2] == end
