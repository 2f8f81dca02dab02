"""Decks written by the real Anki, in each of its formats, and strangers' decks."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
import yaml
from anki.collection import Collection, ExportAnkiPackageOptions
from PIL import Image

from crib import limits
from crib.foreign import protobuf, zstd
from crib.importers.anki_notes import KNOWN_TO_ANKI, NEW_TO_ANKI
from crib.importers.formats import ReadOptions
from crib.importers.importing import ImportOptions, import_sources
from crib.pipeline.reading import read_with_warnings
from crib.problems import BuildError
from tests.decks import load, package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crib.importers.report import ImportReport

PICTURE = "hëart pic.png"
HEART = """---
title: Heart
number: 1
---

## How many chambers? {#how-many-chambers tags=anatomy}

::: gist
Four:
:::

Four:

- two atria
- two ventricles

![hëart pic](figures/heart-pic.png)

## The heart has [...] chambers, [how many] of them atria. {#the-heart-has-chambers-how-many-of-them-atria}

The heart has four chambers, two of them atria.

More

::: cloze
The heart has [four]{.c1} chambers, [two]{.c2} of them atria.
:::
"""
GEO = """---
title: Geo
number: 2
---

## Norway {#norway}

**Capital:** Oslo

**Notes:** $x^2$ and $a_1$
"""
LUNG = """---
title: Lung
number: 3
---

## la maison {#la-maison reverse=true}

the house

## le chat {#le-chat}

the cat

## le chien {#le-chien answer="the dog"}
"""
CRIB = """---
title: Tides
number: 1
---

## What is a tide? {#tide tags=sea reverse=true}

::: gist
The sea *rises*, $x^2$.
:::

The sea rises.[^tide-1]

[^tide-1]: A note.

::: cloze
The sea [rises]{.c1}.
:::

::: hint
Moon.
:::

## When? {#when answer=noon}

At noon.

## Which? {#which}

::: choices
- [ ] one
- [x] two
:::

Two it is.

## Why? {#why n=a level=explain see="tide when" source=notebooks}

::: gist
The moon.
:::

It pulls.

![Two heaps](figures/tides-dot.svg "Heaps")

::: description
Two heaps of water.
:::

::: warning
So does the sun.
:::

::: {.since date="2024-05"}
It still does.
:::

::: practice
At home, nothing moved.
:::
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'
CRIB_SOURCES = "sources:\n  notebooks:\n    title: 'The notebooks: tides'\n    url: https://example.org/notebooks\n"
LEFT_OUT = {
    "x.mp3": "left out: a sound, which no book can play",
    "nowhere.png": "left out: a missing picture",
}


def add(collection: Collection, kind: str, deck: str, fields: list[str], tags: str = "") -> None:
    """Add a note to *collection*."""
    note = collection.new_note(collection.models.by_name(kind))
    note.fields = fields
    note.tags = tags.split()
    collection.add_note(note, collection.decks.id(deck))


def country(collection: Collection) -> None:
    """Add a note type with four fields to *collection*."""
    models = collection.models
    kind = models.new("Country")
    for name in ("Country", "Capital", "Flag", "Notes"):
        models.add_field(kind, models.new_field(name))
    template = models.new_template("Card")
    template["qfmt"], template["afmt"] = "{{Country}}", "{{FrontSide}}{{Capital}}{{Flag}}"
    models.add_template(kind, template)
    models.add(kind)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Decks in subdecks with media, gaps and own fields, as Anki exports them in each format."""
    folder = tmp_path_factory.mktemp("anki")
    collection = Collection(str(folder / "collection.anki2"))
    picture = BytesIO()
    Image.new("RGB", (60, 40), "red").save(picture, "PNG")
    name = collection.media.write_data(PICTURE, picture.getvalue())
    country(collection)
    answer = f'Four:<br><ul><li>two atria</li><li>two ventricles</li></ul><img src="{name}">'
    add(collection, "Basic", "Body::Heart", ["How many chambers?", answer], "anatomy")
    text = "The heart has {{c1::four}} chambers, {{c2::two::how many}} of them atria."
    add(collection, "Cloze", "Body::Heart", [text, "More [sound:x.mp3]"])
    add(collection, "Basic (and reversed card)", "Lung", ["la maison", "the house"])
    add(collection, "Basic (optional reversed card)", "Lung", ["<div>le chat</div>", "the cat", ""])
    add(collection, "Basic (type in the answer)", "Lung", ["le chien", "the dog"])
    notes = r"[$]x^2[/$] and [latex]$a_1$[/latex]"
    add(collection, "Country", "Geo", ["Norway", "Oslo", "<img src='nowhere.png'>", notes])
    files = {}
    for legacy in (False, True):
        age = "old" if legacy else "new"
        files[f"{age}.apkg"] = folder / f"{age}.apkg"
        options = ExportAnkiPackageOptions(with_media=True, legacy=legacy)
        collection.export_anki_package(out_path=str(folder / f"{age}.apkg"), limit=None, options=options)
    collection.export_collection_package(str(folder / "new.colpkg"), include_media=True, legacy=False)
    files["new.colpkg"] = folder / "new.colpkg"
    files["oldest.apkg"] = repacked(
        files["old.apkg"],
        folder / "oldest.apkg",
        lambda name, data: {"collection.anki21": ("collection.anki2", data), "collection.anki2": None}.get(
            name, (name, data)
        ),
    )
    return files


def repacked(source: Path, to: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """Write the package *source* again, with *change* applied to the name and contents of each file."""
    with ZipFile(source) as archive, ZipFile(to, "w") as new:
        for name in archive.namelist():
            if changed := change(name, archive.read(name)):
                new.writestr(*changed)
    return to


def with_sql(source: Path, to: Path, sql: str) -> Path:
    """Write the package *source* again, after *sql* ran on its database of the old format."""

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        if name == "collection.anki21":
            file = to.with_suffix(".db")
            file.write_bytes(data)
            with closing(sqlite3.connect(file)) as connection:
                connection.executescript(sql)
            data = file.read_bytes()
        return name, data

    return repacked(source, to, change)


def bring(source: Path, folder: Path, **reading: Any) -> ImportReport:
    """Import *source* into *folder*."""
    return import_sources([source], folder, ImportOptions(reading=ReadOptions(**reading)))


@pytest.mark.parametrize("name", ["new.apkg", "old.apkg", "oldest.apkg", "new.colpkg"])
def test_formats(packages: dict[str, Path], tmp_path: Path, name: str) -> None:
    """Each format gives the same book without problems, and a line on each dropped piece."""
    report = bring(packages[name], tmp_path)
    chapters = [path.read_text() for path in sorted(tmp_path.glob("*.md"))]
    assert chapters == [HEART, GEO, LUNG]
    assert (tmp_path / "figures/heart-pic.png").read_bytes()[:4] == b"\x89PNG"
    assert {piece.what: piece.why for piece in report.left_out} == LEFT_OUT
    assert report.notes == (NEW_TO_ANKI,)
    read_with_warnings(tmp_path)


def test_fields_by_name(packages: dict[str, Path], tmp_path: Path) -> None:
    """`--question` and `--answer` name fields; note types without them are read as ever."""
    bring(packages["new.apkg"], tmp_path / "book", question="capital", answers=("Country",))
    assert "## Oslo {#oslo}\n\nNorway\n" in (tmp_path / "book/02-geo.md").read_text()
    assert (tmp_path / "book/03-lung.md").read_text() == LUNG
    with pytest.raises(BuildError, match="no note has a field `Anthem`"):
        bring(packages["new.apkg"], tmp_path / "other", answers=("Anthem",))


def test_image_occlusion(tmp_path: Path) -> None:
    """Notes of image occlusion are left out and reported; all others are imported."""
    with closing(Collection(str(tmp_path / "collection.anki2"))) as collection:
        picture = tmp_path / "map.png"
        Image.new("RGB", (60, 40), "red").save(picture)
        collection.add_image_occlusion_notetype()
        kind = collection.models.by_name("Image Occlusion")["id"]
        shape = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}"
        collection.add_image_occlusion_note(kind, str(picture), shape, "Which sea?", "", [])
        add(collection, "Basic", "Default", ["Which ocean?", "The Atlantic"])
        collection.export_anki_package(
            out_path=str(tmp_path / "a.apkg"), limit=None, options=ExportAnkiPackageOptions()
        )
    report = bring(tmp_path / "a.apkg", tmp_path / "book")
    assert sum(report.questions.values()) == 1
    assert [piece.why for piece in report.left_out] == [
        "left out: a card that hides a part of a picture, which no book can do"
    ]


def test_update(packages: dict[str, Path], tmp_path: Path) -> None:
    """A note changed in Anki is updated, even its question; an answer edited by the writer stays."""
    folder = tmp_path / "book"
    bring(packages["old.apkg"], folder)
    lung = folder / "03-lung.md"
    lung.write_text(lung.read_text().replace("the dog", "the hound"))
    sql = "UPDATE notes SET flds = replace(replace(flds, 'la maison', 'le logis'), 'Oslo', 'OSLO')"
    changed = with_sql(packages["old.apkg"], tmp_path / "old.apkg", sql)
    report = import_sources([changed], folder, ImportOptions(update=True))
    assert {name: keys for name, keys in (report.changes or {}).items() if keys} == {"changed": ("norway", "la-maison")}
    assert "## le logis {#la-maison" in lung.read_text()
    assert "the hound" in lung.read_text()
    assert "OSLO" in (folder / "02-geo.md").read_text()
    read_with_warnings(folder)


def test_own_decks(tmp_path: Path) -> None:
    """A deck of Crib's gives its chapter, its sources, and the title of its book; Anki recognizes its notes."""
    (tmp_path / "book/figures").mkdir(parents=True)
    (tmp_path / "book/01-tides.md").write_text(CRIB)
    (tmp_path / "book/book.yaml").write_text(f"title: The Sea\n{CRIB_SOURCES}")
    (tmp_path / "book/figures/tides-dot.svg").write_text(DOT)
    (tmp_path / "tides.apkg").write_bytes(package(read_with_warnings(tmp_path / "book")[0]))
    report = bring(tmp_path / "tides.apkg", tmp_path / "again")
    again = (tmp_path / "again/01-tides.md").read_text()
    assert re.sub(r"-[0-9a-f]{8}\.svg", ".svg", again) == CRIB
    settings = yaml.safe_load((tmp_path / "again/book.yaml").read_text())
    assert (settings["title"], settings["sources"]) == ("The Sea", yaml.safe_load(CRIB_SOURCES)["sources"])
    assert (report.left_out, report.notes) == ((), (KNOWN_TO_ANKI,))
    (tmp_path / "again.apkg").write_bytes(package(read_with_warnings(tmp_path / "again")[0]))
    with closing(Collection(str(tmp_path / "collection.anki2"))) as collection:
        counts = set()
        for name in ("tides.apkg", "again.apkg"):
            load(collection, tmp_path / name)
            counts.add((collection.note_count(), collection.card_count()))
    assert len(counts) == 1


def test_crowdanki(tmp_path: Path) -> None:
    """Decks in `children`, and pictures in `media/`; other files of its kind in the folder are left out."""
    model = {
        "crowdanki_uuid": "m",
        "name": "Pair",
        "type": 0,
        "flds": [{"name": "Back", "ord": 1}, {"name": "Front", "ord": 0}],
        "tmpls": [{"qfmt": "{{Front}}", "afmt": "{{Back}}", "ord": 0}],
    }
    note = {"guid": "g", "note_model_uuid": "m", "tags": ["a b"], "fields": ["Who?", "He. <img src='p.png'>"]}
    inner = {"__type__": "Deck", "name": "Inner", "children": [], "notes": [note]}
    deck = {"__type__": "Deck", "name": "Outer", "children": [inner], "notes": [], "note_models": [model]}
    (tmp_path / "deck.json").write_text(json.dumps(deck))
    (tmp_path / "media").mkdir()
    Image.new("RGB", (60, 40)).save(tmp_path / "media/p.png")
    (tmp_path / "package.json").write_text("{}")
    report = bring(tmp_path, tmp_path / "book")
    assert [piece.what for piece in report.left_out] == ["package.json"]
    text = (tmp_path / "book/01-inner.md").read_text()
    assert text.endswith("## Who? {#who tags=a-b}\n\n::: gist\nHe.\n:::\n\nHe.\n\n![p](figures/p.png)\n")


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n", "not a plain table"),
        ("DROP TABLE cards; CREATE VIRTUAL TABLE cards USING fts5(nid, ord, did, odid)", "not a plain table"),
        ("ALTER TABLE notes ADD x AS (hex(zeroblob(400000000)))", "computed"),
        ("UPDATE col SET models = '{}'", "cannot be read"),
        ("DROP TABLE cards", "no such table"),
    ],
)
def test_strange_databases(packages: dict[str, Path], tmp_path: Path, sql: str, problem: str) -> None:
    """Only plain tables are read, and a database without them is reported."""
    with pytest.raises(BuildError, match=problem):
        bring(with_sql(packages["old.apkg"], tmp_path / "strange.apkg", sql), tmp_path / "book")


def test_strange_values(packages: dict[str, Path], tmp_path: Path) -> None:
    """Non-text fields, too few or too many fields, and reference loops do no harm."""
    sql = (
        "UPDATE notes SET flds = x'ff00' WHERE flds LIKE 'Norway%'; UPDATE notes SET flds = 'le' WHERE flds LIKE 'le %'"
    )
    report = bring(with_sql(packages["old.apkg"], tmp_path / "strange.apkg", sql), tmp_path / "book")
    assert sum(report.questions.values()) == 6
    read_with_warnings(tmp_path / "book")


def test_queries_end(packages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow database times out."""
    monkeypatch.setattr(limits, "IMPORT_DATABASE_SECONDS", -1)
    monkeypatch.setattr("crib.foreign.anki_database._INSTRUCTIONS", 1)
    with pytest.raises(BuildError, match="interrupted"):
        bring(packages["old.apkg"], tmp_path / "book")


def test_packages_that_grow(packages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database larger than its limit after unpacking is refused."""
    monkeypatch.setattr(limits, "IMPORT_DATABASE_BYTES", 50_000)
    for name in ("new.apkg", "old.apkg"):
        with pytest.raises(BuildError, match="larger than 50,000 bytes"):
            bring(packages[name], tmp_path / "book")


@pytest.mark.parametrize("listed", [b"[]", b"{", b"[" * 9999, b"\xff"])
def test_lists_of_media(packages: dict[str, Path], tmp_path: Path, listed: bytes) -> None:
    """An unreadable list of media is reported."""
    broken = repacked(
        packages["old.apkg"],
        tmp_path / "media.apkg",
        lambda name, data: (name, listed if name == "media" else data),
    )
    with pytest.raises(BuildError, match="list of media"):
        bring(broken, tmp_path / "book")


def test_media_are_never_paths(packages: dict[str, Path], tmp_path: Path) -> None:
    """A list of media with paths to files elsewhere finds none."""
    (tmp_path / "secret.png").write_bytes(b"secret")
    listed = json.dumps({"../secret.png": PICTURE}).encode()
    lying = repacked(
        packages["old.apkg"], tmp_path / "lies.apkg", lambda name, data: (name, listed if name == "media" else data)
    )
    report = bring(lying, tmp_path / "book")
    assert "hëart%20pic.png" in {piece.what for piece in report.left_out}
    assert not (tmp_path / "book/figures").exists()


def test_protobuf() -> None:
    """Fields of all kinds are read or skipped; a truncated message is refused."""
    message = b"\x08\x96\x01" + b"\x12\x02hi" + b"\x1d\0\0\0\0" + b"\x21" + bytes(8)
    assert list(protobuf.fields(message)) == [(1, 150), (2, b"hi"), (3, bytes(4)), (4, bytes(8))]
    for cut in (b"\x08", b"\x12\x05hi", b"\x0b", b"\x08" + b"\xff" * 11):
        with pytest.raises(ValueError, match=r"a (number|field)"):
            list(protobuf.fields(cut))


def test_zstd() -> None:
    """A frame is unpacked up to a limit; a truncated or invalid one is refused."""
    frame = bytes.fromhex("28b52ffd2003190000616263")
    assert zstd.decompress(frame, 2) == b"ab"
    for broken in (b"", frame[:-1], b"no zstd at all"):
        with pytest.raises(ValueError, match=r"incomplete|Unable to decompress"):
            zstd.decompress(broken, 10)
