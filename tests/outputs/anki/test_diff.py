"""`--diff`: changes by an update of a deck, for people with an older package."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from anki.collection import ExportAnkiPackageOptions

from crib.outputs.anki import apkg, read_apkg
from crib.outputs.anki.diff import NoteChange, diff_decks
from crib.outputs.anki.jobs import Edition
from crib.outputs.anki.note_types import CLOZE, RECALL
from crib.problems import BuildError
from crib.render.templates import Templates
from crib.source import read_book
from tests.commands import crib
from tests.decks import load
from tests.outputs.anki.test_update import Editions, note_of, opened

if TYPE_CHECKING:
    from pathlib import Path

STEPS = "A Small Book::01 First Steps", "A Small Book::02 Second Steps"
KEY = "small-book"


@pytest.fixture
def moving(tmp_path: Path) -> tuple[Editions, Path]:
    """Return a book with one answer moved, one changed, one added and one removed, and its old deck."""
    book = Editions(tmp_path / "book")
    book.write("2024-01-01", 10, {"kept": "", "old": "", "moved": ""}, {"last": ""})
    one, _ = book.publish("one")
    book.write("2024-02-01", 10, {"kept": " More."}, {"last": "", "moved": "", "added": ""}, retired="old")
    return book, one


def package(book: Editions) -> apkg.Package:
    """Return the deck as it would be published now."""
    return Edition(read_book(book.folder).book, Templates()).package


def test_diff(moving: tuple[Editions, Path]) -> None:
    """`--diff` lists the changes against an old deck, and builds nothing."""
    book, one = moving
    before = sorted(book.folder.rglob("*"))
    done = crib("anki", "--content", book.folder, "--diff", one, "--json")
    changes = {(each["kind"], each["note"]): each["detail"] for each in json.loads(done.stdout)}
    assert changes == {
        ("changed", "recall/kept"): "Answer",
        ("changed", "cloze/moved"): "Source, Code, tags",
        ("changed", "recall/moved"): "Source, Code, tags",
        **{("moved", f"{kind}/moved"): " → ".join(STEPS) for kind in ("recall", "cloze")},
        **{("new", f"{kind}/added"): STEPS[1] for kind in ("recall", "cloze")},
        **{("retired", f"{kind}/old"): STEPS[0] for kind in ("recall", "cloze")},
    }
    table = crib("anki", "--content", book.folder, "--diff", one)
    assert table.stdout.splitlines()[2] == "changed  recall/moved  Source, Code, tags"
    assert table.stderr == "3 changed, 2 moved, 2 new, 2 retired.\n"
    assert sorted(book.folder.rglob("*")) == before


def test_nothing_changes(moving: tuple[Editions, Path]) -> None:
    """The last built deck equals the next one."""
    book, _ = moving
    same, _ = book.publish("same")
    done = crib("anki", "--content", book.folder, "--diff", same)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing changes.\n")
    assert crib("anki", "--content", book.folder, "--diff", same, "--json").stdout == "[]\n"


def test_an_edition_without_clozes(moving: tuple[Editions, Path]) -> None:
    """Removed notes are retired; their type, unused in the new deck, is unchanged."""
    book, _ = moving
    last, _ = book.publish("last")
    whole = package(book)
    decks = [replace(deck, notes=tuple(n for n in deck.notes if n.type.id != CLOZE.id)) for deck in whole.decks]
    changes = diff_decks(last, replace(whole, decks=tuple(decks)), KEY)
    assert [(change.kind, change.note) for change in changes] == [
        ("retired", f"cloze/{key}") for key in ("added", "kept", "last", "moved")
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--push"], "leave out --push"),
        (["--push", "http://127.0.0.1:1"], "leave out --push"),
        (["--locked"], "leave out --locked"),
        (["--chapter", "1"], "leave out options that select a part"),
    ],
    ids=str,
)
def test_what_does_not_go_with_diff(moving: tuple[Editions, Path], arguments: list[str], told: str) -> None:
    """Options without effect on a comparison are wrong usage, not ignored silently."""
    done = crib("anki", "--content", moving[0].folder, "--diff", moving[1], *arguments)
    assert done.returncode == 2
    assert told in done.stderr


# Exports of Anki's


def test_an_export_of_anki(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """A reader's export for older versions compares like their collection, even after renames."""
    book, one = moving
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        note = note_of(collection, "kept")
        note["Gist"] += "Mine."
        collection.update_note(note)
        model = collection.models.get(RECALL.id)
        collection.models.rename_field(model, model["flds"][-5], "Schlüssel")
        collection.models.update_dict(model)
        for name in ("old", "new"):
            collection.export_anki_package(
                out_path=str(tmp_path / f"{name}.apkg"),
                options=ExportAnkiPackageOptions(with_media=True, legacy=name == "old"),
                limit=None,
            )
    mine = NoteChange("changed", "recall/kept", "Gist, Answer")
    others = [change for change in diff_decks(one, package(book), KEY) if change.note != "recall/kept"]
    assert diff_decks(tmp_path / "old.apkg", package(book), KEY) == sorted(
        [*others, mine], key=lambda c: (c.kind, c.note)
    )
    done = crib("anki", "--content", book.folder, "--diff", tmp_path / "new.apkg")
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {tmp_path}/new.apkg is in Anki's newest format: use the file built by Crib")


def test_two_books_in_one_export(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """Notes of another book are not told as retired."""
    book, one = moving
    other = Editions(tmp_path / "other/book")
    other.write("2024-01-01", 10, {"else": ""})
    yaml = other.folder / "book.yaml"
    yaml.write_text(yaml.read_text().replace(KEY, "other-book"))
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        load(collection, other.publish("deck")[0])
        collection.export_anki_package(
            out_path=str(tmp_path / "both.apkg"), options=ExportAnkiPackageOptions(legacy=True), limit=None
        )
    assert diff_decks(tmp_path / "both.apkg", package(book), KEY) == diff_decks(one, package(book), KEY)
    with pytest.raises(BuildError, match="is the deck of another book"):
        diff_decks(tmp_path / "other/deck.apkg", package(book), KEY)


def test_the_package_of_the_retired(moving: tuple[Editions, Path]) -> None:
    """It has no cards, so all would seem to be new."""
    book, _ = moving
    _, retired = book.publish("two")
    with pytest.raises(BuildError, match="has only retired answers"):
        diff_decks(retired, package(book), KEY)


# Files other than decks


def altered(deck: Path, *statements: str) -> bytes:
    """Return *deck* after SQL *statements* in its database."""
    path = deck.with_suffix(".db")
    with ZipFile(deck) as archive:
        path.write_bytes(archive.read("collection.anki2"))
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return packed(path.read_bytes())


def packed(database: bytes, compression: int = ZIP_DEFLATED) -> bytes:
    """Return a package with *database*."""
    file = BytesIO()
    with ZipFile(file, "w", compression) as archive:
        archive.writestr("collection.anki2", database)
    return file.getvalue()


def broken(data: bytes, *places: int) -> bytes:
    """Return *data* with other bytes at *places*."""
    changed = bytearray(data)
    for place in places:
        changed[place] ^= 0xFF
    return bytes(changed)


CENTRAL, END = b"PK\x01\x02", b"PK\x05\x06"
"""Begin the entry of a file in a zip's directory, and the last record, which says where the directory is:
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT."""

ENDLESS = "CREATE VIEW notes AS WITH RECURSIVE x(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM x) SELECT i AS id FROM x"
PACKED = packed(bytes(range(256)) * 100)
FILES = {
    "something else": b"PK\x03\x04 nothing",
    "nothing": b"",
    "cut off": PACKED[:200],
    "a broken stream": broken(PACKED, *range(60, 90)),
    "an entry before the file": broken(PACKED, PACKED.rfind(END) + 17),
    "encrypted": broken(PACKED, 6, PACKED.rfind(CENTRAL) + 8),
    "another compression, broken": broken(packed(b"x" * 99, ZIP_BZIP2), 60),
    "no database": PACKED,
    "an empty database": packed(b""),
}
DATABASES = {
    "no collection": ["DELETE FROM col"],
    "no table": ["DROP TABLE notes"],
    "no column": ["ALTER TABLE notes DROP COLUMN flds"],
    "no notes": ["DELETE FROM notes"],
    "a list for an object": ["UPDATE col SET models = '[]'"],
    "an object without content": ["UPDATE col SET decks = '{}'"],
    "no JSON": ["UPDATE col SET models = '{'"],
    "deep JSON": [f"UPDATE col SET models = '{'[' * 100_000}'"],
    "no UTF-8": ["UPDATE notes SET flds = CAST(x'ff' AS TEXT)"],
    "numbers for text": ["UPDATE notes SET flds = 5"],
    "too few fields": ["UPDATE notes SET flds = 'one'"],
    "no end": ["DROP TABLE notes", ENDLESS],
}


@pytest.mark.parametrize("what", [*FILES, *DATABASES])
def test_what_is_no_deck_of_ours(moving: tuple[Editions, Path], tmp_path: Path, what: str) -> None:
    """Whatever a file contains, the error is one line."""
    book, one = moving
    file = tmp_path / "other.apkg"
    file.write_bytes(FILES[what] if what in FILES else altered(one, *DATABASES[what]))
    with pytest.raises(BuildError) as error:
        diff_decks(file, package(book), KEY)
    assert str(error.value) == f"error: {file} is not a deck of Crib's"


def test_an_error_is_one_line(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """The command line reports it with exit status 1."""
    (tmp_path / "other.apkg").write_bytes(b"PK\x03\x04 nothing")
    done = crib("anki", "--content", moving[0].folder, "--diff", tmp_path / "other.apkg")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {tmp_path}/other.apkg is not a deck of Crib's\n"


def test_a_pipe(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """A pipe is refused, without waiting for data."""
    os.mkfifo(tmp_path / "pipe")
    done = crib("anki", "--content", moving[0].folder, "--diff", tmp_path / "pipe")
    assert (done.returncode, done.stderr) == (1, f"error: {tmp_path}/pipe is not a file\n")


def test_what_unpacks_to_too_much(
    moving: tuple[Editions, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packages with too large contents are not unpacked."""
    monkeypatch.setattr(read_apkg, "MAX_BYTES", 1_000_000)
    (tmp_path / "bomb.apkg").write_bytes(packed(bytes(1_000_001)))
    with pytest.raises(BuildError, match="is too large: more than 1 MB of notes"):
        diff_decks(tmp_path / "bomb.apkg", package(moving[0]), KEY)


def test_names_that_no_terminal_takes(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """The name of a deck is printed without control characters."""
    book, one = moving
    name = r"\ud800\u001b[2J"
    (tmp_path / "odd.apkg").write_bytes(altered(one, f"UPDATE col SET decks = replace(decks, 'A Small', '{name}')"))
    done = crib("anki", "--content", book.folder, "--diff", tmp_path / "odd.apkg")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    done = crib("anki", "--content", book.folder, "--diff", tmp_path / "odd.apkg", "--json")
    assert any("\ud800\x1b[2J Book" in each["detail"] for each in json.loads(done.stdout))
