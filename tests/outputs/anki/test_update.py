"""Updates of the deck on the real Anki: data kept by learners, and new contents."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from anki.collection import Collection
from anki.errors import NotFoundError
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition

from crib.home import own_folder
from crib.outputs.anki import apkg
from crib.outputs.anki import decks as anki_decks
from crib.outputs.anki import jobs as anki
from crib.outputs.anki.jobs import Edition
from crib.outputs.anki.note_types import CLOZE, RECALL
from crib.render.templates import Templates
from crib.source import read_book
from tests.conftest import ROOT
from tests.decks import load, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOK = """\
key: small-book
title: A Small Book
authors: [The Crib contributors]
language: en-US
license: CC0
description: Made for a test.
released: 2024-01-01
"""
FRONT = "---\ntitle: {}\nnumber: {}\n---\n\n"
ANSWER = """\
## What is {key}? {{#{key} n={n}}}

::: gist
It is {key}.
:::

The long answer.{more}

::: cloze
It is [{key}]{{.c1}}.
:::

"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0L{} 20"/></svg>'


class Editions:
    """A book in *folder* and the packages of its editions, each with the ledger of the last."""

    def __init__(self, folder: Path, templates: Path | None = None) -> None:
        self.folder, self.templates = folder, templates
        (folder / "figures").mkdir(parents=True)

    def write(self, released: str, picture: int, *chapters: dict[str, str], retired: str = "") -> None:
        """Write an edition: answers by key for each chapter, with further text of each."""
        (self.folder / "book.yaml").write_text(BOOK.replace("2024-01-01", released))
        (self.folder / "figures/line.svg").write_text(PICTURE.format(picture))
        for number, answers in enumerate(chapters, 1):
            text = "".join(ANSWER.format(key=key, n=n, more=more) for n, (key, more) in enumerate(answers.items(), 1))
            title = ("First Steps", "Second Steps")[number - 1]
            (self.folder / f"{number:02d}-steps.md").write_text(FRONT.format(title, number) + text)
        if retired:
            (self.folder / "retired.md").write_text(ANSWER.format(key=retired, n=1, more=""))

    def publish(self, name: str) -> tuple[Path, Path]:
        """Keep the ledger; return the packages of the deck and of retired notes."""
        reading = read_book(self.folder)
        assert reading.problems == ()
        edition = Edition(reading.book, Templates(self.templates))
        (self.folder / "anki.lock").write_bytes(edition.ledger.dump())
        files = self.folder.parent / f"{name}.apkg", self.folder.parent / f"{name}-retired.apkg"
        for file, package in zip(files, (edition.package, edition.retired), strict=True):
            file.write_bytes(apkg.write_apkg(package))
        return files


FIGURE = "\n\n![A line](figures/line.svg)"


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Return the decks of three editions.

    In the second, `changed` and the picture of `drawn` are other ones, and `added` is new; in the third
    `changed` changes again.
    """
    book = Editions(tmp_path_factory.mktemp("editions") / "book")
    start = {"kept": "", "changed": "", "drawn": FIGURE}
    book.write("2024-01-01", 10, start, {"last": ""})
    one, _ = book.publish("one")
    later = {"kept": "", "added": "", "changed": " It is longer now.", "drawn": FIGURE}
    book.write("2024-02-01", 20, later, {"last": ""})
    two, _ = book.publish("two")
    book.write("2024-03-01", 20, {**later, "changed": " It is longest now."}, {"last": ""})
    three, _ = book.publish("three")
    return one, two, three


@contextmanager
def opened(path: Path) -> Iterator[Collection]:
    """Open or make a collection, and close it."""
    collection = Collection(str(path))
    with closing(collection):
        yield collection


def note_of(collection: Collection, key: str, kind: str = "Crib Recall") -> Any:
    """Return a note by its key."""
    [found] = collection.find_notes(f'"note:{kind}" Key:{key}')
    return collection.get_note(found)


def study(collection: Collection) -> None:
    """Learn as a reader would: reviews, a flag, notes and tags of one's own, another look, other decks."""
    collection.decks.select(collection.decks.id("A Small Book"))
    for ease in (4, 3, 1, 4):
        card = collection.sched.getCard()
        assert card
        collection.sched.answerCard(card, ease)
    collection.set_user_flag_for_cards(3, collection.find_cards("Key:changed"))
    collection.set_deck(collection.find_cards("Key:last"), collection.decks.id("Mine"))
    note = note_of(collection, "kept")
    note["Answer"] += "<p>My own words.</p>"
    note.tags.append("mine")
    collection.update_note(note)
    model = collection.models.get(RECALL.id)
    model["css"] += ".card { color: teal }"
    collection.models.update_dict(model)


def test_a_learner_updates(editions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Changed answers show their new text; no review, edit, tag, flag, deck or style of the reader's is lost."""
    one, two, _ = editions
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        study(collection)
        notes, cards, *rest = rows(collection)
        log = load(collection, two).log
        # New contents
        touched = {note_of(collection, key, kind.title).id for key in ("changed", "drawn") for kind in (RECALL, CLOZE)}
        assert {note.id.nid for note in log.updated} == touched
        added = {note_of(collection, "added", kind.title).id for kind in (RECALL, CLOZE)}
        assert {note.id.nid for note in log.new} == added
        assert [*log.conflicting, *log.missing_notetype] == []
        assert "It is longer now." in note_of(collection, "changed")["Answer"]
        # Unchanged contents, byte for byte
        after, cards_after, *rest_after = rows(collection)
        assert [row for row in notes if row[0] not in touched] == [
            row for row in after if row[0] not in touched and "added" not in row[6]
        ]
        assert [row for row in cards_after if row[0] in {card[0] for card in cards}] == cards
        assert rest_after == rest
        assert collection.models.get(RECALL.id)["css"].endswith(".card { color: teal }")
        titles = [model.name for model in collection.models.all_names_and_ids() if model.name.startswith("Crib")]
        assert sorted(titles) == ["Crib Cloze", "Crib Recall"]
        # The same file again
        again = load(collection, two).log
        assert [*again.new, *again.updated, *again.conflicting] == []


def test_new_cards_come_in_the_order_of_the_book(editions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """An answer new to a reader takes its place among the unseen ones."""
    one, two, _ = editions
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        load(collection, two)
        due = collection.find_cards('"deck:A Small Book::01 First Steps"', order="c.due")
        keys = [collection.get_card(card).note()["Key"] for card in due]
    assert keys.index("kept") < keys.index("added") < keys.index("drawn")


def test_a_changed_picture_is_the_new_picture(editions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """The note names the new file, and the file is there."""
    one, two, _ = editions
    with opened(tmp_path / "collection.anki2") as collection:
        for file, end in ((one, "10"), (two, "20")):
            load(collection, file)
            [name] = collection.media.files_in_str(RECALL.id, note_of(collection, "drawn")["Answer"])
            assert (Path(collection.media.dir()) / name).read_text() == PICTURE.format(end)
        assert list(collection.media.check().missing) == []


def test_an_edition_left_out_makes_no_difference(editions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """The third edition after the first, after both, and alone: the same notes and cards."""
    found = []
    for number, chosen in enumerate(([0, 2], [0, 1, 2], [2])):
        with opened(tmp_path / f"{number}.anki2") as collection:
            for index in chosen:
                load(collection, editions[index])
            found.append(
                (
                    collection.db.all("SELECT id, guid, mid, mod, tags, flds, sfld, csum FROM notes ORDER BY id"),
                    collection.db.all("SELECT id, nid, ord, type, queue, flags, data FROM cards ORDER BY id"),
                    sorted(deck.name for deck in collection.decks.all_names_and_ids()),
                    [collection.models.get(kind.id)["css"] for kind in (RECALL, CLOZE)],
                )
            )
    assert found[0] == found[1] == found[2]


def test_every_option_of_the_importer(editions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Whatever a reader ticks, nothing fails and no card or review is lost."""
    one, two, _ = editions
    with opened(tmp_path / "studied.anki2") as collection:
        load(collection, one)
        study(collection)
        cards = collection.db.all("SELECT * FROM cards ORDER BY id")
        reviews = collection.db.all("SELECT * FROM revlog ORDER BY id")
    switches = product((False, True), (False, True), (False, True), range(3), range(3))
    for merge, scheduling, presets, notes, types in switches:
        shutil.copy(tmp_path / "studied.anki2", tmp_path / "collection.anki2")
        with opened(tmp_path / "collection.anki2") as collection:
            options = {"merge_notetypes": merge, "with_scheduling": scheduling, "with_deck_configs": presets}
            log = load(collection, two, update_notes=notes, update_notetypes=types, **options).log
            assert [*log.conflicting, *log.missing_notetype] == []
            after = collection.db.all("SELECT * FROM cards ORDER BY id")
            known = {row[0] for row in cards}
            assert [row for row in after if row[0] in known] == cards
            assert collection.db.all("SELECT * FROM revlog ORDER BY id") == reviews
            assert len(after) == len(cards) + 2
            assert not collection.get_empty_cards().notes


def test_a_new_look(tmp_path: Path) -> None:
    """A new style of ours replaces the old one; no note counts as changed, and no full sync is forced."""
    look = tmp_path / "look/anki"
    look.mkdir(parents=True)
    book = Editions(tmp_path / "book", look.parent)
    style = (own_folder() / "anki/card.css").read_text()
    (look / "card.css").write_text(style)
    book.write("2024-01-01", 10, {"kept": ""})
    one, _ = book.publish("one")
    (look / "card.css").write_text(style + ".card { color: teal }")
    two, _ = book.publish("two")
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        before = rows(collection)
        assert list(load(collection, two).log.updated) == []
        assert rows(collection) == before
        assert collection.models.get(RECALL.id)["css"].endswith("teal }")


# Notes changed by an edit


def touched(collection: Collection, file: Path) -> set[str]:
    """Import *file*, and return the keys of changed notes."""
    log = load(collection, file).log
    assert [*log.conflicting, *log.missing_notetype] == []
    return {collection.get_note(note.id.nid)["Key"] for note in log.updated}


def test_a_rename_and_a_renumbering_touch_only_what_moves(tmp_path: Path) -> None:
    """A new title of a chapter changes no note; an inserted answer changes later ones, not links to them."""
    book = Editions(tmp_path / "book")
    chapter = {"linking": "\n\nSee [that](#behind).", "first": "", "behind": ""}
    book.write("2024-01-01", 10, chapter, {"far": " [More](#behind)."})
    one, _ = book.publish("one")
    second = book.folder / "02-steps.md"
    second.write_text(second.read_text().replace("Second Steps", "Steps Further"))
    renamed, _ = book.publish("renamed")
    between = {"linking": chapter["linking"], "first": "", "between": "", "behind": ""}
    book.write("2024-02-01", 10, between, {"far": " [More](#behind)."})
    renumbered, _ = book.publish("renumbered")
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        assert "<li>What is behind?</li>" in note_of(collection, "linking")["See"]
        [card] = collection.find_cards('"note:Crib Recall" Key:far')
        collection.set_deck(collection.find_cards("Key:far"), collection.decks.id("A Small Book::02 Steps Further"))
        assert collection.get_card(card).render_output().answer_text.count("02 Steps Further") == 1
        assert touched(collection, renamed) == set()
        assert touched(collection, renumbered) == {"behind"}
        assert '">1.4<' in note_of(collection, "behind")["Source"]
        assert collection.find_cards("Key:between")


# Added and removed cards


REVERSE = "Which question does this answer?"


def reversing(folder: Path) -> Iterator[Path]:
    """Yield the decks of three editions: an answer without a reverse card, with one, and without again."""
    book = Editions(folder / "book")
    for month, switch in enumerate(("", " reverse=true", " reverse=false"), 1):
        book.write(f"2024-0{month}-01", 10, {"kept": "", "asked": ""})
        chapter = book.folder / "01-steps.md"
        chapter.write_text(chapter.read_text().replace("{#asked n=2}", f"{{#asked n=2{switch}}}"))
        yield book.publish(f"{month}")[0]


def test_a_reverse_card_comes_and_goes(tmp_path: Path) -> None:
    """Requested, it is an additional card with the gist; given up, it is empty until the reader deletes it."""
    without, asked, given_up = reversing(tmp_path)
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, without)
        collection.decks.select(collection.decks.id("A Small Book"))
        collection.sched.answerCard(collection.sched.getCard(), 3)
        cards = collection.db.all("SELECT * FROM cards ORDER BY id")
        load(collection, asked)
        [more] = [card for card in collection.find_cards("") if card not in {row[0] for row in cards}]
        output = collection.get_card(more).render_output()
        assert REVERSE in output.question_text
        assert "It is asked." in output.question_text
        assert "What is asked?" not in output.question_text
        assert "What is asked?" in output.answer_text
        assert not collection.get_empty_cards().notes
        assert [row for row in collection.db.all("SELECT * FROM cards ORDER BY id") if row[0] != more] == cards
        load(collection, given_up)
        [empty] = collection.get_empty_cards().notes
        assert list(empty.card_ids) == [more]
        assert not empty.will_delete_note
        collection.remove_cards_and_orphaned_notes(empty.card_ids)
        assert collection.db.all("SELECT * FROM cards ORDER BY id") == cards
        load(collection, given_up)
        assert collection.db.all("SELECT * FROM cards ORDER BY id") == cards
    with opened(tmp_path / "fresh.anki2") as collection:
        load(collection, given_up)
        assert len(collection.find_cards("")) == len(cards)


def test_a_reverse_card_without_its_text_is_empty(tmp_path: Path) -> None:
    """Readers with note updates turned off get an empty card, until an import updates it."""
    without, asked, _ = reversing(tmp_path)
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, without)
        load(
            collection, asked, update_notes=ImportAnkiPackageUpdateCondition.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_NEVER
        )
        assert [len(note.card_ids) for note in collection.get_empty_cards().notes] == [1]
        load(collection, asked)
        assert not collection.get_empty_cards().notes


def test_a_cloze_alone_retires(tmp_path: Path) -> None:
    """The note of a retired cloze is tagged, its card stays, and the card of its answer is unaffected."""
    book = Editions(tmp_path / "book")
    book.write("2024-01-01", 10, {"kept": "", "old": ""})
    one, _ = book.publish("one")
    book.write("2024-02-01", 10, {"kept": "", "old": ""})
    chapter = book.folder / "01-steps.md"
    cloze = "\n::: cloze\nIt is [old]{.c1}.\n:::\n"
    chapter.write_text(chapter.read_text().replace(cloze, ""))
    (book.folder / "retired.md").write_text("## What is old? {#old}\n" + cloze)
    two, retired = book.publish("two")
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        cards = collection.db.all("SELECT * FROM cards ORDER BY id")
        load(collection, two)
        log = load(collection, retired).log
        assert (len(log.updated), list(log.new)) == (1, [])
        assert note_of(collection, "old", "Crib Cloze").tags == ["small-book::retired"]
        assert note_of(collection, "old").tags == ["small-book::ch01", "small-book::code::1_2"]
        assert collection.db.all("SELECT * FROM cards ORDER BY id") == cards
        assert not collection.get_empty_cards().notes
        found = [collection.find_notes(search) for search in anki_decks.retired_notes(read_book(book.folder).book)]
        assert found == [collection.find_notes('"note:Crib Cloze" Key:old')]


# A learner's changes to the whole deck


@pytest.fixture
def far_ahead(tmp_path: Path) -> tuple[Path, Path]:
    """Return two editions, the second dated later than anything a learner does."""
    book = Editions(tmp_path / "book")
    book.write("2024-01-01", 10, {"kept": "", "changed": ""})
    one, _ = book.publish("one")
    book.write("2099-01-01", 10, {"kept": "", "changed": " It is longer now.", "added": ""})
    return one, book.publish("two")[0]


def add_field(collection: Collection) -> None:
    """Add a field of the learner's own to the note type, and write into it."""
    model = collection.models.get(RECALL.id)
    collection.models.add_field(model, collection.models.new_field("Mine"))
    collection.models.update_dict(model)
    for key in ("kept", "changed"):
        note = note_of(collection, key)
        note["Mine"] = "My own words."
        collection.update_note(note)


def recall_types(collection: Collection) -> dict[str, int]:
    """Return the number of notes for each of Crib's note types for questions."""
    return {each.name: each.use_count for each in collection.models.all_use_counts() if "Crib Recall" in each.name}


def test_a_field_of_ones_own(far_ahead: tuple[Path, Path], tmp_path: Path) -> None:
    """With a field more, notes conflict and are left alone, and new ones get a second note type."""
    one, two = far_ahead
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        add_field(collection)
        cards = collection.db.all("SELECT * FROM cards ORDER BY id")
        log = load(collection, two).log
        assert len(log.conflicting) == 2
        assert list(log.updated) == []
        assert recall_types(collection) == {"Crib Recall": 2, "Crib Recall+": 1}
        note = note_of(collection, "changed")
        assert ("longer" in note["Answer"], note["Mine"]) == (False, "My own words.")
        known = {card[0] for card in cards}
        assert [row for row in collection.db.all("SELECT * FROM cards ORDER BY id") if row[0] in known] == cards


def test_a_field_of_ones_own_merged(far_ahead: tuple[Path, Path], tmp_path: Path) -> None:
    """With merged note types, the update arrives, and empties the field in changed notes."""
    one, two = far_ahead
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        add_field(collection)
        cards = collection.db.all("SELECT * FROM cards ORDER BY id")
        log = load(collection, two, merge_notetypes=True).log
        assert list(log.conflicting) == []
        assert recall_types(collection) == {"Crib Recall": 3}
        note = note_of(collection, "changed")
        assert ("longer" in note["Answer"], note["Mine"]) == (True, "")
        assert note_of(collection, "kept")["Mine"] == "My own words."
        known = {card[0] for card in cards}
        assert [row for row in collection.db.all("SELECT * FROM cards ORDER BY id") if row[0] in known] == cards
        assert not collection.get_empty_cards().notes


def test_a_deck_with_another_name(editions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """A learner's cards stay in the renamed deck and are updated; new cards come in a deck of the old name."""
    one, two, three = editions
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        collection.decks.rename(collection.decks.by_name("A Small Book")["id"], "Mine")
        log = load(collection, two).log
        assert len(log.new) == 2
        assert "It is longer now." in note_of(collection, "changed")["Answer"]
        for key, deck in (("kept", "Mine"), ("changed", "Mine"), ("added", "A Small Book")):
            places = {
                collection.decks.name(collection.get_card(card).did) for card in collection.find_cards(f"Key:{key}")
            }
            assert places == {f"{deck}::01 First Steps"}
        # What helps: their own name for a deck above ours does not, ours given back to the cards does
        collection.set_deck(
            collection.find_cards('"deck:Mine::01 First Steps"'), collection.decks.id("A Small Book::01 First Steps")
        )
        assert list(load(collection, three).log.new) == []
        assert not collection.find_cards('"deck:Mine::01 First Steps"')


# Removed and retired notes


@pytest.fixture
def retiring(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Return a first deck, a second without `old`, and the package of retired notes."""
    book = Editions(tmp_path / "book")
    book.write("2024-01-01", 10, {"kept": "", "old": ""}, {"last": ""})
    one, _ = book.publish("one")
    book.write("2024-02-01", 10, {"kept": ""}, {"last": ""}, retired="old")
    return one, *book.publish("two")


def test_retired_answers_are_tagged(retiring: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Readers keep their cards unchanged, with a tag to find them."""
    one, two, retired = retiring
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        before = collection.db.all("SELECT * FROM cards ORDER BY id")
        load(collection, two)
        log = load(collection, retired).log
        assert len(log.updated) == 2
        assert [*log.new, *log.conflicting] == []
        assert collection.db.all("SELECT * FROM cards ORDER BY id") == before
        notes = [collection.get_note(found) for found in collection.find_notes("tag:small-book::retired")]
        assert {note["Key"] for note in notes} == {"old"}
        assert all(note.tags == ["small-book::retired"] and "longer" in note["Source"] for note in notes)
        assert not collection.get_empty_cards().notes


def test_retired_answers_leave_nothing_in_a_fresh_collection(retiring: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Anki refuses the whole package if it lacks our note types."""
    with opened(tmp_path / "collection.anki2") as collection:
        before = rows(collection)
        types = [model.name for model in collection.models.all_names_and_ids()]
        with pytest.raises(NotFoundError):
            load(collection, retiring[2])
        assert rows(collection) == before
        assert [deck.name for deck in collection.decks.all_names_and_ids()] == ["Default"]
        assert [model.name for model in collection.models.all_names_and_ids()] == types


def test_retired_answers_add_nothing_to_study(retiring: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Readers of the deck without the answer get no card of it."""
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, retiring[1])
        before = collection.db.all("SELECT * FROM cards ORDER BY id")
        decks = [deck.name for deck in collection.decks.all_names_and_ids()]
        load(collection, retiring[2])
        assert collection.db.all("SELECT * FROM cards ORDER BY id") == before
        assert [deck.name for deck in collection.decks.all_names_and_ids()] == decks


# The preset


def test_the_preset_is_for_who_asks(editions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Only an import with presets brings ours; a reader's changes to it stay."""
    one, two, _ = editions
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        assert [preset["name"] for preset in collection.decks.all_config()] == ["Default"]
        load(collection, one, with_deck_configs=True)
        preset = collection.decks.get_config(anki.PRESET.id)
        assert (preset["name"], preset["new"]["perDay"]) == ("Crib", 10)
        used = {
            collection.decks.get(deck.id)["conf"]
            for deck in collection.decks.all_names_and_ids()
            if deck.name.startswith("A Small Book")
        }
        assert used == {anki.PRESET.id}
        preset["new"]["perDay"] = 3
        collection.decks.update_config(preset)
        load(collection, two, with_deck_configs=True)
        load(collection, two)
        assert collection.decks.get_config(anki.PRESET.id)["new"]["perDay"] == 3


TITLES = [
    "filtered", "current", "Filtered", "*", "_ilter_d", "C*", "a_b", "a\\b", "a\\*b", "a:b",
    'a "b" c', "(a) OR -b", "tag:none", "a <b> [sound:c.mp3]",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_found_by_itself(tmp_path: Path, title: str) -> None:
    """Searches for moved cards find them in decks of this book, whatever it is called, and no others."""
    book = Editions(tmp_path / "book")
    book.write("2024-01-01", 10, {"kept": "", "moved": ""}, {"last": ""})
    settings = book.folder / "book.yaml"
    settings.write_text(settings.read_text().replace("A Small Book", json.dumps(title)))
    one, _ = book.publish("one")
    book.write("2024-02-01", 10, {"kept": ""}, {"last": "", "moved": ""})
    settings.write_text(settings.read_text().replace("A Small Book", json.dumps(title)))
    two, _ = book.publish("two")
    current = read_book(book.folder).book
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        load(collection, two)
        near = {*TITLES, *(re.sub(r"[*_\\:]", "x", each) for each in TITLES), "CC"}
        for other in (each for each in near if each.lower() != title.lower()):  # Anki knows no capitals
            collection.set_deck(collection.find_cards("Key:kept"), collection.decks.id(f"{other}::Elsewhere"))
            found = [card for search in anki_decks.decks_by_search(current) for card in collection.find_cards(search)]
            assert sorted(found) == sorted(collection.find_cards("Key:moved")), other
        for search, deck in anki_decks.decks_by_search(current).items():
            collection.set_deck(collection.find_cards(search), collection.decks.id(deck))
        assert [collection.find_cards(search) for search in anki_decks.decks_by_search(current)] == [[], []]


def test_ten_thousand_notes(tmp_path: Path) -> None:
    """A deck of 10,000 notes comes in whole."""
    note_type = RECALL.note_type([("{{Question}}", "{{Answer}}"), ("{{#Reverse}}{{Reverse}}{{/Reverse}}", "x")], "", 0)
    fields = ("q", "g", "a" * 500, *[""] * (len(RECALL.fields) - 3))
    notes = tuple(
        apkg.Note(note_type, 500_000_000_000 + 16 * i, f"guid{i}", 0, i, ("t",), (f"q{i}", *fields[1:]))
        for i in range(10_000)
    )
    (tmp_path / "deck.apkg").write_bytes(apkg.write_apkg(apkg.Package((apkg.Deck(1 << 41, "Many", "", notes),))))
    with opened(tmp_path / "collection.anki2") as collection:
        assert len(load(collection, tmp_path / "deck.apkg").log.new) == 10_000
        assert collection.card_count() == 10_000


# The oldest Anki


@pytest.fixture
def oldest_anki(request: pytest.FixtureRequest) -> Path:
    """Return a folder with the oldest Anki installable with pip here, cached for the next run."""
    requirements = ROOT / "tests/oldest-anki/requirements.txt"
    name = f"oldest-anki-{sha256(requirements.read_bytes()).hexdigest()[:8]}-{sys.implementation.cache_tag}"
    folder = Path(request.config.cache.mkdir("anki")) / name
    if not folder.exists():
        with TemporaryDirectory(dir=folder.parent) as new:
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            which = ["--only-binary=:all:", "--require-hashes", "--requirement", str(requirements)]
            done = subprocess.run(
                [*install, *which, f"--target={new}/anki"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                pytest.skip(f"pip cannot install it here: {done.stderr.strip().splitlines()[-1]}")
            Path(new, "anki").rename(folder)
    return folder


def test_the_oldest_anki(editions: tuple[Path, Path, Path], oldest_anki: Path, tmp_path: Path) -> None:
    """Anki 2.1.36 imports a package of today and its update, and keeps every review."""
    done = subprocess.run(
        [sys.executable, ROOT / "tests/oldest-anki/learn.py", tmp_path, *editions[:2]],
        env={**os.environ, "PYTHONPATH": str(oldest_anki), "PYTHONWARNINGS": "ignore"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    text = "".join(found.pop("text"))
    assert "It is longer now." in text
    assert "What is added?" in text
    assert found == {
        "version": "2.1.36",
        "kept": True,
        "cards": [8, 10],
        "types": ["Crib Cloze", "Crib Recall"],
        "decks": ["A Small Book", "A Small Book::01 First Steps", "A Small Book::02 Second Steps", "Default"],
        "presets": ["Crib", "Default"],  # this Anki does not ask
        "rendered": True,
    }
