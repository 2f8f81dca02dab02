"""The ranking of answers by the reviews of a learner, on the real Anki."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions

from crib import limits
from crib.outputs.anki.note_types import RECALL
from crib.problems import BuildError
from crib.selection import Selection
from crib.weak.history import date_of, days_since_1970, read_histories
from crib.weak.ranking import rank
from crib.weak.score import recall
from tests.commands import crib
from tests.conftest import ANSWER, BOOK, MakeBook, write_book
from tests.decks import imported, package
from tests.learner import open_in_anki, studied

if TYPE_CHECKING:
    from crib.model import Book

CHAPTER = 4
FAILS = {"logistic-local-minima": 0, "early-stopping": 1, "polynomial-overfitting": 2}
"""Answers failed by the learner: always, every other time, and every third time."""


@pytest.fixture(scope="module")
def deck(shipped: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the deck of a chapter of the shipped book."""
    file = tmp_path_factory.mktemp("deck") / "deck.apkg"
    file.write_bytes(package(shipped.select(Selection(chapters=(CHAPTER,)))))
    return file


@pytest.fixture(scope="module")
def collection(deck: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the collection of a learner after 60 days with FSRS."""
    return studied(tmp_path_factory.mktemp("fsrs"), deck, 60, FAILS, fsrs=True)


def copied(collection: Path, folder: Path, sql: str = "") -> Path:
    """Copy *collection* to a *folder*, and run *sql* on it."""
    path = Path(shutil.copy(collection, folder / "collection.anki2"))
    with closing(sqlite3.connect(path)) as connection:
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        connection.executescript(sql)
    return path


def weakest(book: Book, path: Path) -> list[str]:
    """Return the keys of the weak answers, the weakest first."""
    return [standing.answer.key for standing in rank(book, path).weakest]


def test_the_order_is_that_of_failures(shipped: Book, collection: Path) -> None:
    """Failed answers are the weak ones, most failures first; others are known, or missing."""
    ranking = rank(shipped, collection)
    assert [standing.answer.key for standing in ranking.weakest] == list(FAILS)
    assert {standing.answer.key for standing in ranking.standings if standing.state == "known"} == {
        answer.key for answer in shipped.answers if answer.chapter == CHAPTER
    } - FAILS.keys()
    assert ranking.count("missing") == sum(answer.chapter != CHAPTER for answer in shipped.answers)
    assert ranking.gone == 0


def test_without_fsrs(shipped: Book, deck: Path, tmp_path: Path) -> None:
    """The order is the same with Anki's older scheduler."""
    path = studied(tmp_path, deck, 40, FAILS, fsrs=False)
    assert weakest(shipped, path) == list(FAILS)


def test_recall_is_what_anki_says(collection: Path, tmp_path: Path) -> None:
    """With FSRS, recall is the probability computed by Anki, except for cards failed on their last day."""
    path = copied(collection, tmp_path)
    with closing(Collection(str(path))) as anki:
        cards = map(anki.get_card, anki.find_cards(""))
        expected = {(card.note().guid, card.ord): anki.card_stats_data(card.id).fsrs_retrievability for card in cards}
    histories = read_histories(path, {guid for guid, _ in expected}, "key")
    passed = [card for card in histories.cards if not card.days[max(card.days)]]
    assert len(passed) > 10
    for card in passed:
        assert recall(card, histories.today) == pytest.approx(expected[card.guid, card.template], abs=0.02)


def test_every_format(shipped: Book, collection: Path, tmp_path: Path) -> None:
    """A profile's database and exports of all formats give the same ranking."""
    today = days_since_1970(date.today())  # noqa: DTZ011
    wanted = rank(shipped, collection, today)
    own = copied(collection, tmp_path)
    with closing(Collection(str(own))) as anki:
        for legacy in (False, True):
            options = ExportAnkiPackageOptions(with_scheduling=True, legacy=legacy)
            anki.export_anki_package(out_path=str(tmp_path / f"{legacy}.apkg"), limit=None, options=options)
            packed = tmp_path / f"{legacy}.colpkg"
            anki.export_collection_package(str(packed), include_media=False, legacy=legacy)
            anki.reopen()
    with ZipFile(tmp_path / "True.apkg") as archive, ZipFile(tmp_path / "oldest.apkg", "w") as oldest:
        oldest.writestr("collection.anki2", archive.read("collection.anki21"))
        (tmp_path / "old.anki2").write_bytes(archive.read("collection.anki21"))
    exports = sorted(path for path in tmp_path.iterdir() if path.suffix in (".apkg", ".colpkg", ".anki2"))
    assert len(exports) == 7
    for export in exports:
        assert rank(shipped, export, today) == wanted, export


def test_while_anki_has_it_open(shipped: Book, collection: Path, tmp_path: Path) -> None:
    """Data still in Anki's log counts; its files are unchanged, and it keeps writing."""
    path = copied(collection, tmp_path)
    assert weakest(shipped, path) == list(FAILS)
    with open_in_anki(path, "logistic-local-minima") as anki:
        before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
        assert before["collection.anki2-wal"]
        assert weakest(shipped, path) == list(FAILS)[1:]
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before
        assert anki.communicate("go on\n")[0] == "closed\n"
    assert weakest(shipped, path) == list(FAILS)[1:]


def test_a_suspended_leech_is_weak(shipped: Book, collection: Path, tmp_path: Path) -> None:
    """A leech suspended by Anki is the weakest of all; a card suspended by its learner is neither."""
    path = copied(collection, tmp_path)
    with closing(Collection(str(path))) as anki:
        leech, put_aside = (list(anki.find_notes(f"Key:{key}")) for key in ("feature-scaling", "early-stopping"))
        anki.sched.suspend_notes([*leech, *put_aside])
        anki.tags.bulk_add(leech, "leech")
        anki.tags.bulk_remove(put_aside, "leech")
    ranking = rank(shipped, path)
    assert [standing.answer.key for standing in ranking.weakest] == [
        "feature-scaling",
        "logistic-local-minima",
        "polynomial-overfitting",
    ]
    assert ranking.weakest[0].score == 1
    assert ranking.count("suspended") == 1


def test_another_edition(shipped: Book, collection: Path) -> None:
    """Notes of removed answers, or under another key, are counted."""
    chapters = tuple(
        replace(chapter, answers=tuple(answer for answer in chapter.answers if answer.key != "early-stopping"))
        for chapter in shipped.chapters
    )
    ranking = rank(replace(shipped, chapters=chapters), collection)
    assert ranking.gone == 2  # its recall note and its cloze
    assert [standing.answer.key for standing in ranking.weakest] == ["logistic-local-minima", "polynomial-overfitting"]


def test_other_note_types_and_fields(shipped: Book, collection: Path, tmp_path: Path) -> None:
    """Notes are found although their learner has renamed the note type and added a field to it."""
    path = copied(collection, tmp_path)
    with closing(Collection(str(path))) as anki:
        kind = anki.models.by_name("Crib Recall")
        kind["name"] = "Mine"
        anki.models.add_field(kind, anki.models.new_field("My own"))
        anki.models.update_dict(kind)
    assert weakest(shipped, path) == list(FAILS)


def test_note_texts_are_not_read(shipped: Book, collection: Path, tmp_path: Path) -> None:
    """Without the text of its notes, a collection has the same ranking."""
    path = copied(collection, tmp_path, "ALTER TABLE notes DROP COLUMN flds")
    assert rank(shipped, path) == rank(shipped, collection)


def test_the_day_can_be_set(shipped: Book, collection: Path) -> None:
    """Later days have more forgotten, earlier ones ignore later reviews."""
    today = rank(shipped, collection).today
    scores = [sum(s.score for s in rank(shipped, collection, day).standings) for day in (today, today + 30)]
    assert scores[0] < scores[1]
    assert rank(shipped, collection, today - 400).count("new") == sum(a.chapter == CHAPTER for a in shipped.answers)


class TestCommand:
    """The command line."""

    @pytest.fixture
    def book(self, make_book: MakeBook, tmp_path: Path) -> Path:
        """Return a book, and put a collection with its deck in `c.anki2`."""
        folder = make_book(ANSWER + "\n## And a second one? {#second tags=late}\n\nYes.\n")
        with closing(imported(_read(folder), tmp_path).collection):
            pass
        (tmp_path / "collection.anki2").rename(tmp_path / "c.anki2")
        return folder

    def test_nothing_studied(self, book: Path, tmp_path: Path) -> None:
        """A deck without reviews has nothing weak, and the command prints the next step."""
        done = crib("weak", tmp_path / "c.anki2", "--content", book, "--today", "2026-01-31", "-n")
        assert (done.returncode, done.stdout) == (0, "")
        assert "As of 2026-01-31: 2 new." in done.stderr
        assert "review the deck in Anki" in done.stderr

    def test_json(self, book: Path, tmp_path: Path) -> None:
        """`--json` has every selected answer; those failed today come first."""
        with closing(Collection(str(tmp_path / "c.anki2"))) as anki:
            [card] = anki.find_cards("Key:second")
            now = 1_769_860_800_000  # 2026-01-31 12:00 UTC
            rows = [(now - day * 86_400_000, card, -1, 1, 1, 1, 0, 1, 1) for day in range(3)]
            anki.db.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        command = ("weak", tmp_path / "c.anki2", "--content", book, "--today", "2026-01-31")
        found = json.loads(crib(*command, "--json").stdout)
        assert [(answer["key"], answer["state"], answer["failed"]) for answer in found["answers"]] == [
            ("second", "weak", 3),
            ("answer", "new", 0),
        ]
        assert found["today"] == "2026-01-31"
        assert (found["book"], found["ratings"]) == ("small-book", {"second": 2})
        assert [a["key"] for a in json.loads(crib(*command, "--json", "--top", 1).stdout)["answers"]] == ["second"]
        assert [a["key"] for a in json.loads(crib(*command, "--json", "--tag", "late").stdout)["answers"]] == ["second"]
        printed = crib(*command, "-n")
        assert printed.stderr.startswith("1.2")
        assert "failed 3 of 3 days, 0 lapses" in printed.stderr
        assert "As of 2026-01-31: 1 weak, 1 new." in printed.stderr

    @pytest.mark.parametrize(("rollover", "day"), [(4, "2026-01-30"), (2, "2026-01-31")])
    def test_the_day_begins_when_anki_says(self, book: Path, tmp_path: Path, rollover: int, day: str) -> None:
        """A review at three at night belongs to the day before, if the collection's day begins at four."""
        path = tmp_path / "c.anki2"
        with closing(Collection(str(path))) as anki:
            anki.set_config("rollover", rollover)
            anki.set_config("creationOffset", -60)  # minutes west of Greenwich
            [card] = anki.find_cards("Key:second")
            at = int(datetime(2026, 1, 31, 2, tzinfo=timezone.utc).timestamp() * 1000)
            anki.db.execute("INSERT INTO revlog VALUES (?, ?, -1, 1, 1, 1, 0, 1, 1)", at, card)
        guid = RECALL.guid(_read(book), next(answer for answer in _read(book).answers if answer.key == "second"))
        [history] = read_histories(path, {guid}, "small-book").cards
        assert [date_of(day).isoformat() for day in history.days] == [day]

    @pytest.mark.parametrize("legacy", [False, True])
    def test_own_words_in_every_format(self, book: Path, tmp_path: Path, *, legacy: bool) -> None:
        """A field of the learner's is found in old and new formats, and a renamed field of Crib's is not."""
        with closing(Collection(str(tmp_path / "c.anki2"))) as anki:
            kind = anki.models.by_name("Crib Recall")
            anki.models.rename_field(kind, next(field for field in kind["flds"] if field["name"] == "Gist"), "Short")
            anki.models.add_field(kind, anki.models.new_field("My own"))
            anki.models.update_dict(kind)
            [note_id] = anki.find_notes("Key:answer")
            note = anki.get_note(note_id)
            note["My own"] = "<div>Like a key</div><div>for a lock</div>"
            anki.update_note(note)
            path = tmp_path / "export.colpkg"
            anki.export_collection_package(str(path), include_media=False, legacy=legacy)
            anki.reopen()
        ranking = rank(_read(book), path, words=True)
        assert [standing.words for standing in ranking.standings] == ["Like a key for a lock", ""]
        assert not any(standing.words for standing in rank(_read(book), path).standings)

    @pytest.mark.usefixtures("book")
    def test_another_book(self, tmp_path: Path) -> None:
        """Notes of another book do not count; the command prints the next step."""
        other = write_book(tmp_path / "other", book=BOOK.replace("small-book", "other-book"))
        done = crib("weak", tmp_path / "c.anki2", "--content", other, "--out", tmp_path / "dist")
        assert (done.returncode, done.stdout) == (0, "")
        assert "1 not in the collection.\n" in done.stderr
        assert "import the deck into Anki, or take another profile" in done.stderr

    def test_a_recall_card_counts_more_than_clozes(self, make_book: MakeBook, tmp_path: Path) -> None:
        """An answer with a failed recall card is weaker than one with failed clozes."""
        answer = "\n## Number {n}? {{#a{n}}}\n\nYes.\n\n::: cloze\nThe [first]{{.c1}} and the [second]{{.c2}}.\n:::\n"
        folder = make_book(answer.format(n=1) + answer.format(n=2))
        with closing(imported(_read(folder), tmp_path).collection) as anki:
            failed = {*anki.find_cards("Key:a1 note:*Cloze"), *anki.find_cards("Key:a2 note:*Recall")}
            assert len(failed) == 3
            rows = [
                (1_769_860_800_000 - day * 86_400_000 - i, card, -1, 1 if card in failed else 3, 1, 1, 0, 1, 1)
                for i, card in enumerate(anki.find_cards(""))
                for day in range(5)
            ]
            anki.db.executemany("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        ranking = rank(_read(folder), tmp_path / "collection.anki2", days_since_1970(date(2026, 1, 31)))
        assert [standing.answer.key for standing in ranking.in_order] == ["a2", "a1"]

    @pytest.mark.parametrize("data", [None, b"", b"text", b"PK\3\4", b"SQLite format 3\0", b"SQLite format 3\0" * 9999])
    def test_no_collection(self, make_book: MakeBook, tmp_path: Path, data: bytes | None) -> None:
        """An invalid or missing file is an error with its name."""
        path = tmp_path / "c.anki2"
        if data is not None:
            path.write_bytes(data)
        done = crib("weak", path, "--content", make_book(), "--out", tmp_path / "dist")
        assert done.returncode == 1
        assert done.stderr.startswith(f"{path}: error[")


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n", "not a plain table"),
        ("DROP TABLE revlog; CREATE VIRTUAL TABLE revlog USING fts5(id, cid, ease)", "not a plain table"),
        ("ALTER TABLE cards ADD x AS (hex(zeroblob(400000000)))", "computed"),
        ("DROP TABLE revlog", "no such table"),
        ("UPDATE config SET val = 'x' WHERE key = 'creationOffset'", "Expecting value"),
    ],
)
def test_strange_databases(shipped: Book, collection: Path, tmp_path: Path, sql: str, problem: str) -> None:
    """Only plain tables are read, and a database without them is reported."""
    path = copied(collection, tmp_path, sql)
    with pytest.raises(BuildError, match=problem):
        rank(shipped, path)


@pytest.mark.parametrize(
    "data", ["[", "[]", "7", '{"s": 0, "d": 5}', '{"s": NaN, "d": 5}', '{"s": 1, "d": 5, "decay": 0}', "[" * 99_999]
)
def test_strange_memory_states(shipped: Book, collection: Path, tmp_path: Path, data: str) -> None:
    """Invalid memory states are ignored; wild numbers of reviews do no harm."""
    path = copied(collection, tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE cards SET data = ?", (data,))
        connection.execute("UPDATE cards SET lapses = -5, factor = ?", (1 << 62,))
        connection.execute("INSERT INTO revlog SELECT ?, cid, 0, 'x', 0, 0, 0, 0, 0 FROM revlog LIMIT 1", (1 << 62,))
    assert weakest(shipped, path)[:1] == list(FAILS)[:1]


def test_large_files_are_refused(collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 10 GB is refused before anything is copied, and so is one with too many cards."""
    path = tmp_path / "collection.anki2"
    path.write_bytes(b"SQLite format 3\0")
    os.truncate(path, 10_000_000_000)
    with pytest.raises(BuildError, match="larger than"):
        read_histories(path, (), "key")
    path.write_bytes(b"PK\3\4")
    os.truncate(path, 10_000_000_000)
    with pytest.raises(BuildError, match="without media"):
        read_histories(path, (), "key")
    with closing(sqlite3.connect(collection)) as connection:
        guids = {guid for (guid,) in connection.execute("SELECT guid FROM notes")}
    monkeypatch.setattr(limits, "COLLECTION_CARDS", 5)
    with pytest.raises(BuildError, match="more than 5 notes or cards"):
        read_histories(collection, guids, "key")


@pytest.mark.parametrize("name", ["collection.anki2", "collection.anki21", "collection.anki21b"])
def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A package is unpacked only as far as the limit, whatever its database grows to."""
    monkeypatch.setattr(limits, "IMPORT_DATABASE_BYTES", 100_000)
    # Blocks of Zstandard, each a byte repeated 2**17 times
    same_bytes = ((1 << 17 << 3) | 1 << 1).to_bytes(3, "little") + b"\0"
    newest = b"\x28\xb5\x2f\xfd\x00\x58" + 80 * same_bytes + b"\1\0\0"
    path = tmp_path / "bomb.colpkg"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, newest if name.endswith("b") else bytes(10_000_000))
    assert path.stat().st_size < 20_000
    with pytest.raises(BuildError, match="larger than 100,000 bytes"):
        read_histories(path, (), "key")


def test_links_out_are_not_followed_for_the_log(collection: Path, tmp_path: Path) -> None:
    """A log linked elsewhere is refused."""
    (tmp_path / "secret").write_bytes(b"secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    path = copied(collection, inner)
    (inner / "collection.anki2-wal").symlink_to(tmp_path / "secret")
    with pytest.raises((BuildError, OSError), match="leads out"):
        read_histories(path, (), "key")


def _read(folder: Path) -> Book:
    from crib.source import read_book

    return read_book(folder).book
