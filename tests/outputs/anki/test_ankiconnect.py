"""`--push`: a deck into a running Anki, with the real importer and the real search behind AnkiConnect."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from crib.outputs.anki import ankiconnect
from crib.outputs.anki.ankiconnect import push
from crib.outputs.anki.note_types import RECALL
from crib.problems import BuildError
from tests.ankiconnect import AnkiConnect, serving
from tests.commands import crib
from tests.conftest import ROOT
from tests.decks import load
from tests.outputs.anki.test_update import Editions, note_of, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from anki.collection import Collection

FIRST, SECOND = "01 First Steps", "02 Second Steps"


@pytest.fixture
def moving(tmp_path: Path) -> tuple[Editions, Path]:
    """Return a book with answers moved both ways, one changed and one removed, and its old deck."""
    book = Editions(tmp_path / "book")
    book.write("2024-01-01", 10, {"kept": "", "old": "", "moved": ""}, {"last": "", "back": ""})
    one, _ = book.publish("one")
    book.write("2024-02-01", 10, {"kept": " More.", "back": ""}, {"last": "", "moved": ""}, retired="old")
    return book, one


def pushing(book: Editions, *options: object) -> list[object]:
    """Return the arguments to push *book*."""
    return ["anki", "--content", book.folder, "--out", book.folder.parent / "dist", "--push", *options]


def home(collection: Collection, key: str) -> str:
    """Return the deck of all cards of an answer."""
    [deck] = {collection.get_card(card).did for card in collection.find_cards(f"Key:{key}")}
    return str(collection.decks.name(deck))


def settings(collection: Collection) -> dict[str, Any]:
    """Return the presets, and the preset of each deck."""
    decks = {deck.name: collection.decks.get(deck.id)["conf"] for deck in collection.decks.all_names_and_ids()}
    return {"presets": collection.decks.all_config(), **decks}


def test_push(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """A running Anki gets the deck; cards follow their answers, and retired notes are tagged, not changed."""
    book, one = moving
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        [old] = collection.find_notes('"note:Crib Recall" Key:old')
        note = collection.get_note(old)
        note.tags.append("mine")
        collection.update_note(note)
        collection.set_deck(collection.find_cards("Key:last"), collection.decks.id("Mine"))
        with serving(AnkiConnect(collection)) as url:
            first = crib(*pushing(book, url))
            second = crib(*pushing(book, url))
            quiet = crib(*pushing(book, url), "-q")
        assert first.stderr.endswith("Anki has it: 4 cards moved, 2 notes tagged as retired.\n")
        assert second.stderr.endswith("Anki has it: 0 cards moved, 0 notes tagged as retired.\n")
        assert (quiet.returncode, quiet.stderr) == (0, "")
        decks = {key: home(collection, key) for key in ("kept", "moved", "back", "last", "old")}
        assert decks == {
            "kept": f"A Small Book::{FIRST}", "moved": f"A Small Book::{SECOND}",
            "back": f"A Small Book::{FIRST}", "last": "Mine", "old": f"A Small Book::{FIRST}",
        }  # fmt: skip
        assert {"mine", "small-book::retired", "small-book::ch01"} < set(collection.get_note(old).tags)
        assert "More." in note_of(collection, "kept")["Answer"]


def test_what_a_reader_has_set_stays(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """No preset comes or goes, no card's progress changes, and fields and a style of one's own stay."""
    book, one = moving
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one, with_deck_configs=True)
        deck = collection.decks.by_name(f"A Small Book::{FIRST}")
        assert deck
        deck["conf"] = collection.decks.add_config("Mine")["id"]
        collection.decks.save(deck)
        model = collection.models.get(RECALL.id)
        collection.models.add_field(model, collection.models.new_field("My own"))
        model["css"] += ".card { color: teal }"
        collection.models.update_dict(model)
        collection.db.execute("UPDATE notes SET mod = 0")  # to Anki, all of them were edited with it
        collection.decks.select(deck["id"])
        for ease in (4, 3, 1):
            card = collection.sched.getCard()
            assert card
            collection.sched.answerCard(card, ease)
        before = settings(collection)
        progress = "SELECT id, type, queue, due, ivl, factor, reps, lapses, flags, data FROM cards ORDER BY id"
        cards, reviews = collection.db.all(progress), collection.db.all("SELECT * FROM revlog")
        with serving(AnkiConnect(collection)) as url:
            assert crib(*pushing(book, url)).returncode == 0
        collection.models._clear_cache()
        assert settings(collection) == before
        assert (collection.db.all(progress), collection.db.all("SELECT * FROM revlog")) == (cards, reviews)
        assert collection.models.get(RECALL.id)["css"].endswith(".card { color: teal }")
        assert "More." in note_of(collection, "kept")["Answer"]
        assert "My own" in note_of(collection, "kept")
        assert not [model for model in collection.models.all_names_and_ids() if model.name.endswith("+")]


def test_a_new_reader_gets_no_preset(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """The decks are studied as all others of the reader."""
    with opened(tmp_path / "collection.anki2") as collection:
        with serving(AnkiConnect(collection)) as url:
            assert crib(*pushing(moving[0], url)).returncode == 0
        assert [preset["name"] for preset in collection.decks.all_config()] == ["Default"]
        assert set(settings(collection)) == {
            "presets", "Default", "A Small Book", f"A Small Book::{FIRST}", f"A Small Book::{SECOND}"
        }  # fmt: skip


def test_push_of_a_chapter(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """Pushing one chapter imports its notes, moves its cards, and retires nothing."""
    book, one = moving
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        with serving(AnkiConnect(collection)) as url:
            done = crib(*pushing(book, url, "--chapter", 2))
        assert done.stderr.endswith("Anki has it: 2 cards moved, 0 notes tagged as retired.\n")
        assert (home(collection, "moved"), home(collection, "back")) == (f"A Small Book::{SECOND}",) * 2
        assert "More." not in note_of(collection, "kept")["Answer"]
        assert not collection.find_notes("tag:small-book::retired")


def test_push_of_nothing(moving: tuple[Editions, Path]) -> None:
    """Without selected answers, no request is sent to Anki."""
    book, _ = moving
    (book.folder / "03-later.md").write_text("---\ntitle: Later\nnumber: 3\n---\n")
    done = crib(*pushing(book, "http://127.0.0.1:1", "--chapter", 3))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("error: there is nothing to push: the selection has no answers\n")


@pytest.mark.parametrize(
    "title",
    [r"A*B_C\D\*", 'A “B” "C"', "filtered", "current", "deck:A and (B) or -C, d:Ä"],
)
def test_any_title(tmp_path: Path, title: str) -> None:
    """No character of a title makes the searches find cards elsewhere, or miss cards to move."""
    book = Editions(tmp_path / "book")
    book.write("2024-01-01", 10, {"kept": "", "moved": "", "away": "", "crammed": ""}, {"last": ""})
    yaml = book.folder / "book.yaml"

    def entitle() -> None:
        yaml.write_text(yaml.read_text().replace("A Small Book", json.dumps(title)))

    entitle()
    one, _ = book.publish("one")
    book.write("2024-02-01", 10, {"kept": ""}, {"last": "", "moved": "", "away": "", "crammed": ""})
    entitle()
    with opened(tmp_path / "collection.anki2") as collection:
        load(collection, one)
        ours = home(collection, "last").removesuffix(f"::{SECOND}")
        alike = ours.replace("*", "xx").replace("_", "x").replace("\\", "")
        elsewhere = alike if alike != ours else f"{ours} too"
        collection.set_deck(collection.find_cards("Key:away"), collection.decks.id(elsewhere))
        crammed = collection.sched.get_or_create_filtered_deck(0)
        crammed.name = "Cram"
        crammed.config.search_terms[0].search = "Key:crammed"
        collection.sched.add_or_update_filtered_deck(crammed)
        with serving(AnkiConnect(collection)) as url:
            done = crib(*pushing(book, url))
        assert done.stderr.endswith("Anki has it: 2 cards moved, 0 notes tagged as retired.\n")
        assert home(collection, "moved") == f"{ours}::{SECOND}"
        assert home(collection, "kept") == f"{ours}::{FIRST}"
        assert home(collection, "away") == elsewhere
        assert home(collection, "crammed") == "Cram"


def test_push_without_anki(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """Without a running Anki, one line reports it; the deck is built."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
    done = crib(*pushing(moving[0], url), "-q")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [f"{tmp_path}/dist/small-book{end}.apkg" for end in ("-retired", "")]
    assert done.stderr.startswith(f"error: Anki does not answer at {url}")
    assert done.stderr.count("\n") == 1
    assert not [path for path in (tmp_path / "dist/.crib").iterdir() if path.is_dir()]


def test_push_to_an_anki_that_refuses(moving: tuple[Editions, Path], tmp_path: Path) -> None:
    """The error contains the message of Anki."""
    with opened(tmp_path / "collection.anki2") as collection:
        collection.close()
        with serving(AnkiConnect(collection)) as url:
            done = crib(*pushing(moving[0], url), "-q")
        collection.reopen()
    assert done.returncode == 1
    assert done.stderr.startswith("error: Anki refused importPackage: ")


@pytest.mark.parametrize(
    "url",
    [
        "", "dist", "http://", "ftp://127.0.0.1", "http://127.0.0.1:port", "http://127.0.0.1:99999", "http://127.0.0.1:0",
        "http://[::1", "http://me:secret@127.0.0.1", "http://127.0.0.1/?a", "http://127.0.0.1#a", "http://a b",
        "http://127.0.0.1/ä",
    ],
)  # fmt: skip
def test_what_is_no_address(moving: tuple[Editions, Path], url: str) -> None:
    """It is a usage error, reported before anything is built."""
    done = crib(*pushing(moving[0], url))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{url!r} is not an address such as http://127.0.0.1:8765" in done.stderr
    assert not (moving[0].folder.parent / "dist").exists()


@pytest.mark.parametrize("url", ["http://[::1]:1", "https://127.0.0.1:1/anki", "http://a..b:1"])
def test_an_address_without_anki(tmp_path: Path, url: str) -> None:
    """Possible addresses are asked; without an answer, the address is reported."""
    with pytest.raises(BuildError, match="Anki does not answer at "):
        push(tmp_path / "a.apkg", {}, [], "t", url)


# Servers


def told(answers: Callable[[str, dict[str, Any]], bytes], status: int = 200) -> str:
    """Return the error message of a push to a server with these *answers*."""
    with serving(answers, status) as url, pytest.raises(BuildError) as error:
        push(ROOT / "a.apkg", {"search": "deck"}, ["search"], "t", url)
    [problem] = error.value.problems
    message = problem.text
    assert message.isprintable()
    return message.replace(url, "URL")


def content(action: str, _: dict[str, Any]) -> bytes:
    """Do nothing, for an AnkiConnect without errors."""
    return json.dumps({"result": True if action == "importPackage" else [], "error": None}).encode()


@contextmanager
def silent() -> Iterator[tuple[str, threading.Event]]:
    """Run a server without answers; return its address, and an event set at its first request."""
    asked, over = threading.Event(), threading.Event()

    def wait(*_: object) -> bytes:
        asked.set()
        over.wait()
        return b""

    with serving(wait) as url:
        try:
            yield url, asked
        finally:
            over.set()


@contextmanager
def dripping() -> Iterator[str]:
    """Run a server with an endless answer, byte by byte; return its address."""
    over = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while not over.wait(0.02):
                    self.wfile.write(b" ")

        def log_message(self, *arguments: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Drip) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "reply",
    [
        b"", b"<html>Hello</html>", b"null", b"[]", b"\xff", b"AnkiConnect v.6", b'{"result": true}',
        b"[" * 100_000, b'{"result": ' + b"[" * 100_000, b'{"error": null}',
    ],
)  # fmt: skip
def test_who_is_not_ankiconnect(reply: bytes) -> None:
    """Whatever a server answers, the error is one line."""
    assert told(lambda *_: reply) == "the server at URL is not AnkiConnect"


@pytest.mark.parametrize("found", [True, 5, "cards", {"1": 2}, [[1]], ["1"], [1.5], [True]], ids=str)
def test_what_is_no_list_of_numbers(found: object) -> None:
    """Replies other than lists of numbers are refused."""

    def answers(action: str, _: dict[str, Any]) -> bytes:
        assert action in ("importPackage", "findCards")
        return json.dumps({"result": True if action == "importPackage" else found, "error": None}).encode()

    assert told(answers) == "the server at URL is not AnkiConnect"


@pytest.mark.parametrize("result", [False, None, 1, "yes", [True]], ids=str)
def test_an_import_that_did_not_happen(result: object) -> None:
    """Only the reply `true` is a successful import."""
    assert told(lambda *_: json.dumps({"result": result, "error": None}).encode()) == "Anki did not import the deck"


@pytest.mark.parametrize(
    ("error", "said"),
    [("", "no reason given"), ("a\x1b[2J\nb", "a [2J b"), ("x" * 1000, "x" * 299 + "…"), ({"a": 1}, "{'a': 1}")],
)
def test_what_anki_says(error: object, said: str) -> None:
    """It is reported on one line, safe for a terminal."""
    answer = json.dumps({"result": None, "error": error}).encode()
    assert told(lambda *_: answer) == f"Anki refused importPackage: {said}"


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_another_status(status: int) -> None:
    """A status other than 200 is refused; redirects are not followed."""
    assert told(content, status) == "the server at URL is not AnkiConnect"


def test_a_reply_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more of it is read than Anki would ever say."""
    monkeypatch.setattr(ankiconnect, "MAX_BYTES", 1000)
    assert told(lambda *asked: content(*asked) + b" " * 1000) == "the server at URL is not AnkiConnect"


def test_a_reply_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a time nobody waits any more."""
    monkeypatch.setattr(ankiconnect, "_ANSWER_SECONDS", 0.1)
    with silent() as (url, _), pytest.raises(BuildError, match=r"took more than 0.1 seconds for importPackage"):
        push(ROOT / "a.apkg", {}, [], "t", url)


def test_a_reply_byte_by_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless reply does not extend the timeout."""
    monkeypatch.setattr(ankiconnect, "_ANSWER_SECONDS", 0.2)
    with dripping() as url, pytest.raises(BuildError, match=r"took more than 0.2 seconds for importPackage"):
        push(ROOT / "a.apkg", {}, [], "t", url)


def test_who_hangs_up() -> None:
    """A broken connection is reported."""

    def gone(*_: object) -> bytes:
        raise ConnectionAbortedError

    assert told(gone).startswith("the server at URL closed the connection during importPackage (")


@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(moving: tuple[Editions, Path], tmp_path: Path, sign: signal.Signals, status: int) -> None:
    """During Anki's import, Ctrl-C ends the wait; built files stay, and the message asks to push again."""
    with silent() as (url, asked):
        process = subprocess.Popen(
            [sys.executable, "-m", "crib", *map(str, pushing(moving[0], url)), "-q", "-j", "1"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        asked.wait()
        process.send_signal(sign)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == status, stderr
    assert stdout.splitlines()[-1] == f"{tmp_path}/dist/small-book.apkg"
    assert stderr == (
        "Interrupted: the deck is built, but Anki may have only a part of it. Push again.\n" if status == 130 else ""
    )
    assert not [path for path in (tmp_path / "dist/.crib").iterdir() if path.is_dir()]
