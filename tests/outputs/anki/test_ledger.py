"""The ledger of a deck: changed entries get a later time, others keep theirs."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from crib.engine.job import Record
from crib.home import own_folder
from crib.model.ledger import NUMBERS, TYPES, Content, Ledger, hash_of
from crib.outputs.anki.decks import retired_notes
from crib.outputs.anki.jobs import Edition, _DeckWriter
from crib.outputs.anki.note_types import CLOZE as CLOZE_KIND
from crib.pipeline.build import write_record
from crib.render.templates import Templates
from crib.selection import Selection
from crib.source import read_book
from tests.commands import crib, files
from tests.conftest import ANSWER, ROOT, MakeBook

if TYPE_CHECKING:
    from pathlib import Path

    from crib.model import Book

CLOZE = "\n::: cloze\nAn [answer]{.c1} settles it.\n:::\n"
RELEASED = int(datetime(2024, 2, 29, tzinfo=timezone.utc).timestamp())


def three_answers() -> str:
    """Return a chapter with the answers `a`, `b` (with a cloze) and `c`."""
    parts = {key: ANSWER.replace("#answer", f"#{key}") for key in "abc"}
    return parts["a"] + "\n" + parts["b"] + CLOZE + "\n" + parts["c"]


def book_in(folder: Path) -> Book:
    """Return the book in *folder*, free of problems."""
    reading = read_book(folder)
    assert reading.problems == ()
    return reading.book


def publish(folder: Path, **changes: str) -> Ledger:
    """Write *changes* into the first chapter, and save the ledger after publishing them."""
    chapter = folder / "01-first-steps.md"
    text = chapter.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    chapter.write_text(text)
    ledger = Edition(book_in(folder), Templates()).ledger
    (folder / "anki.lock").write_bytes(ledger.dump())
    return ledger


def told(folder: Path) -> list[str]:
    """Return the problems of the book in *folder*, without hints."""
    return [str(problem).splitlines()[0].removeprefix(f"{folder}/") for problem in read_book(folder).problems]


def test_only_what_changes_gets_a_later_time(make_book: MakeBook) -> None:
    """An edit dates its own notes; with the same `released`, by one second more."""
    folder = make_book(three_answers())
    first = publish(folder)
    assert sorted(first.entries) == ["cloze/b", "recall/a", "recall/b", "recall/c", "type/cloze", "type/recall"]
    assert {entry.modified for entry in first.entries.values()} == {RELEASED}
    assert publish(folder) == first
    second = publish(folder, **{"An [answer]": "Any [answer]"})
    assert first.changes(second) == ["cloze/b"]
    assert second.entries["cloze/b"] == replace(
        first.entries["cloze/b"], hash=second.entries["cloze/b"].hash, modified=RELEASED + 1
    )


def test_a_later_release_dates_what_changed(make_book: MakeBook) -> None:
    """The date of the book is the time of a change, unless the last change is later."""
    folder = make_book(three_answers())
    first = publish(folder)
    settings = folder / "book.yaml"
    settings.write_text(settings.read_text().replace("2024-02-29", "2024-05-01"))
    second = publish(folder, **{"An [answer]": "Any [answer]"})
    assert first.changes(second) == ["cloze/b"]
    assert second.entries["cloze/b"].modified == RELEASED + timedelta(days=62).total_seconds()


def test_the_file_reads_back(make_book: MakeBook) -> None:
    """A ledger is the same after writing and reading; its entries are sorted, one per line."""
    folder = make_book(three_answers())
    ledger = publish(folder)
    lines = (folder / "anki.lock").read_text().splitlines()
    assert book_in(folder).ledger == ledger
    assert (lines[1], lines[-2]) == (' "book": "small-book",', ' "version": 1')
    assert [line.split('"')[1] for line in lines[2:-2]] == sorted(ledger.entries)
    assert {name: entry.cards for name, entry in ledger.entries.items()} == {
        "cloze/b": (1,), **{f"recall/{key}": (1,) for key in "abc"}, "type/cloze": (), "type/recall": (),
    }  # fmt: skip


@pytest.mark.parametrize("chapters", [(1,), (2,)])
def test_a_selection_changes_no_entry(make_book: MakeBook, chapters: tuple[int, ...]) -> None:
    """A deck of one chapter has the same notes as the whole, even with links to others."""
    linked = ANSWER.replace("#answer", "#two see=answer") + "\n[See it](#answer).\n"
    folder = make_book(**{"02-two.md": linked})
    (folder / "02-two.md").write_text((folder / "02-two.md").read_text().replace("number: 1", "number: 2"))
    publish(folder)
    assert Edition(book_in(folder).select(Selection(chapters)), Templates()).changes == []


def test_two_notes_never_share_a_number() -> None:
    """A taken number is skipped, in any order of notes; the first number follows the last."""
    last = NUMBERS[-1]
    ledger = Ledger("book").advance([Content("recall/b", "", last)], 0)
    ledger = ledger.advance([Content("recall/a", "", last), Content("recall/c", "", last)], 0)
    assert [ledger.entries[f"recall/{key}"].id for key in "abc"] == [NUMBERS[0], last, NUMBERS[1]]


def test_what_the_note_types_are_made_of_is_listed(make_book: MakeBook) -> None:
    """Only names, numbers and texts date a note type, no implementation detail."""
    folder = make_book()
    [content] = [each for each in _DeckWriter(book_in(folder), Templates()).note_types() if each.name == "type/cloze"]
    texts = [(own_folder() / "anki" / name).read_text() for name in ("card.css", "cloze.html", "cloze-back.html")]
    fields = [text for field in CLOZE_KIND.fields for text in (field.name, str(field.id))]
    made_of = ("Crib Cloze", texts[0], *fields, "Cloze", "1928350647712094", *texts[1:])
    assert content.hash == hash_of(made_of)


# Two people


def git(folder: Path, *arguments: str) -> str:
    """Run git in *folder*."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def apart(make_book: MakeBook) -> tuple[Path, Ledger, Ledger]:
    """Return a book with a ledger changed separately on `main` and `theirs`, and both ledgers."""
    folder = make_book(three_answers())
    publish(folder)
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    git(folder, "checkout", "-b", "theirs")
    chapter = (folder / "01-first-steps.md").read_text()
    # They change the cloze twice and add an answer; we change it once and add another.
    publish(folder, **{"An [answer]": "Their [answer]"})
    publish(folder, **{"Their [answer]": "Theirs, an [answer]"})
    (folder / "02-theirs.md").write_text(f"---\ntitle: Theirs\nnumber: 2\n---\n\n{ANSWER.replace('#answer', '#d')}")
    theirs = publish(folder)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "theirs")
    git(folder, "checkout", "main")
    assert (folder / "01-first-steps.md").read_text() == chapter
    (folder / "03-ours.md").write_text(f"---\ntitle: Ours\nnumber: 3\n---\n\n{ANSWER.replace('#answer', '#e')}")
    ours = publish(folder, **{"An [answer]": "Our [answer]"})
    git(folder, "add", ".")
    git(folder, "commit", "-m", "ours")
    return folder, ours, theirs


def test_merged_ledgers_are_joined(apart: tuple[Path, Ledger, Ledger]) -> None:
    """With `merge=union` two ledgers become one, with the later time of each note."""
    folder, ours, theirs = apart
    (folder / ".gitattributes").write_text("anki.lock merge=union\n")
    merged = git(folder, "merge", "-X", "ours", "theirs")
    assert "CONFLICT" not in merged
    assert "Our [answer]" in (folder / "01-first-steps.md").read_text()
    book = book_in(folder)
    assert book.ledger
    assert book.ledger.entries == {**ours.entries, **theirs.entries}
    edition = Edition(book, Templates())
    assert edition.changes == ["cloze/b"]
    assert edition.ledger.entries["cloze/b"].modified == theirs.entries["cloze/b"].modified + 1
    assert edition.record


def test_one_time_for_two_contents_counts_as_neither(apart: tuple[Path, Ledger, Ledger]) -> None:
    """If both changed a note once, both groups of readers get its next edition, even an equal one."""
    folder, ours, _ = apart
    line = next(line for line in (folder / "anki.lock").read_text().splitlines() if "cloze/b" in line)
    other = line.replace(ours.entries["cloze/b"].hash, "0123456789abcdef")
    lock = folder / "anki.lock"
    lock.write_text(lock.read_text().replace(line, f"{line}\n{other}"))
    ledger = Edition(book_in(folder), Templates()).ledger
    assert ours.changes(ledger) == ["cloze/b"]
    assert ledger.entries["cloze/b"].modified == ours.entries["cloze/b"].modified + 1


def test_a_conflict_is_told(apart: tuple[Path, Ledger, Ledger]) -> None:
    """Without `merge=union`, the marks of git are named with their line; without them all is well."""
    folder, *_ = apart
    assert "CONFLICT (content): Merge conflict in anki.lock" in git(folder, "merge", "theirs")
    git(folder, "checkout", "--theirs", "01-first-steps.md")
    lock = folder / "anki.lock"
    lines = lock.read_text().splitlines()
    mark = next(number for number, line in enumerate(lines, 1) if line.startswith("<<<<<<<"))
    assert f"anki.lock:{mark}: error[conflict]: the file has an unresolved merge conflict" in told(folder)
    lock.write_text("\n".join(line for line in lines if line[:7] not in ("<<<<<<<", "=======", ">>>>>>>")))
    assert not [problem for problem in told(folder) if problem.startswith("anki.lock")]


FIRST = NUMBERS[0]


def entry(name: str = "recall/a", **fields: object) -> str:
    """Return a line of a ledger: a valid entry with *fields* replaced, or left out if None."""
    usual = {"hash": "0" * 16, "id": FIRST, "mod": "2024-01-01T00:00:00Z", "cards": [1]}
    return f" {json.dumps(name)}: " + json.dumps({k: v for k, v in {**usual, **fields}.items() if v is not None}) + ","


def lock(*lines: str) -> list[str]:
    """Return the lines of a ledger with *lines*, from the third on."""
    return ["{", ' "book": "small-book",', *lines, ' "version": 1', "}"]


@pytest.mark.parametrize(
    ("lines", "line", "problem"),
    [
        (["{", "]"], 2, "ledger]: the ledger is not valid JSON"),
        (["[]"], 1, "ledger]: the ledger is not of version 1"),
        (['{"a":' * 100_000], 1, "ledger]: the ledger "),
        (["9" * 10_000], 1, "ledger]: the ledger "),
        (["{", ' "version": 2', "}"], 1, "ledger]: the ledger is not of version 1"),
        (["{", ' "version": 1', "}"], 1, "ledger]: the ledger does not name its book"),
        (["{", "", ' "book": "other",', ' "version": 1', "}"], 3, "other-book]: this ledger belongs to `other`"),
        (["{", ' "book": [],', ' "version": 1', "}"], 2, "other-book]: this ledger belongs to `[]`"),
        (lock(' "recall/a": [],'), 3, "ledger]: `recall/a` is not a ledger entry"),
        (lock(' "other/a": {},'), 1, "ledger]: `other/a` is not a ledger entry"),
        (lock(entry("type/other", cards=None)), 3, "ledger]: `type/other` is not a ledger entry"),
        (lock(entry(more=1)), 3, "ledger]: `recall/a` is not a ledger entry"),
        (lock(entry(cards=None)), 3, "ledger]: `recall/a` is not a ledger entry"),
        (lock(entry(hash="xyz")), 3, 'ledger]: `recall/a` has an invalid "hash": "xyz"'),
        (lock(entry(id=str(FIRST))), 3, f'ledger]: `recall/a` has an invalid "id": "{FIRST}"'),
        (lock(entry(id=FIRST + 1)), 3, f'ledger]: `recall/a` has an invalid "id": {FIRST + 1}'),
        (lock(entry(id=FIRST - 16)), 3, f'ledger]: `recall/a` has an invalid "id": {FIRST - 16}'),
        (lock(entry(id=NUMBERS[-1] + 16)), 3, f'ledger]: `recall/a` has an invalid "id": {NUMBERS[-1] + 16}'),
        (lock(entry(id=10**30)), 3, 'ledger]: `recall/a` has an invalid "id": 1000000'),
        (lock(entry("type/cloze", id=FIRST, cards=None)), 3, f'ledger]: `type/cloze` has an invalid "id": {FIRST}'),
        *((lock(entry(mod=mod)), 3, f'ledger]: `recall/a` has an invalid "mod": "{mod}"') for mod in (
            "2024-01-01", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "2024-1-1T00:00:00Z", "2024-02-30T00:00:00Z",
        )),
        (lock(entry(mod=7)), 3, 'ledger]: `recall/a` has an invalid "mod": 7'),
        *((lock(entry(cards=cards)), 3, 'ledger]: `recall/a` has an invalid "cards": ')
          for cards in (1, [], [0], [2, 1], [1, 1], ["1"], [True])),
        (lock(entry(id=FIRST), entry(id=FIRST + 16)), 4, "contradiction]: `recall/a` has two ids"),
        (lock(entry("recall/a"), entry("recall/b")), 4, "contradiction]: `recall/b` has the same id as `recall/a`"),
        (lock("", entry("recall/gone")), 4, "vanished]: the answer `gone` was published, but is no longer in the book"),
        (lock("", entry("cloze/a")), 4, "vanished]: the cloze of `a` was published, but is no longer in the book"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(make_book: MakeBook, lines: list[str], line: int, problem: str) -> None:
    """An invalid ledger is reported with the line and a remedy."""
    folder = make_book(three_answers(), **{"anki.lock": "\n".join(lines)})
    [found] = read_book(folder).problems
    assert str(found).startswith(f"{folder}/anki.lock:{line}: error[{problem}")
    assert found.hint


@pytest.mark.parametrize("mod", ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z"])
def test_the_first_and_the_last_time(make_book: MakeBook, mod: str) -> None:
    """A time at either end reads back as it was written."""
    lines = [entry(mod=mod), entry("type/recall", id=TYPES["recall"], cards=None)]
    folder = make_book(three_answers(), **{"anki.lock": "\n".join(lock(*lines))})
    ledger = book_in(folder).ledger
    assert ledger
    assert f'"mod": "{mod}"' in ledger.dump().decode()


def test_hints_lose_no_update(make_book: MakeBook) -> None:
    """After the remedy of the hint, every note is as recent as the readers' copies."""
    later = {"hash": "1" * 16, "mod": "2024-03-01T00:00:00Z"}
    # Two numbers: one of them in both lines
    folder = make_book(three_answers(), **{"anki.lock": "\n".join(lock(entry(), entry(id=FIRST + 16, **later)))})
    [problem] = read_book(folder).problems
    assert problem.hint == f"write the older `id` in both lines; {FIRST} is on line 3"
    (folder / "anki.lock").write_text("\n".join(lock(entry(), entry(**later))))
    ledger = book_in(folder).ledger
    assert ledger
    assert ledger.entries["recall/a"].hash == "1" * 16
    # One number for two notes: another for one of them
    (folder / "anki.lock").write_text("\n".join(lock(entry(), entry("recall/b", **later))))
    [problem] = read_book(folder).problems
    assert problem.hint == f'write "id": {FIRST + 16} in one of the two lines, and keep the rest of it'
    (folder / "anki.lock").write_text("\n".join(lock(entry(), entry("recall/b", id=FIRST + 16, **later))))
    ledger = book_in(folder).ledger
    assert ledger
    assert ledger.entries["recall/b"].hash == "1" * 16


def test_another_book_begun_from_a_copy(make_book: MakeBook, tmp_path: Path) -> None:
    """A copied folder with a new key of the book needs a new ledger, and an error explains it."""
    folder = make_book(three_answers())
    publish(folder)
    settings = (folder / "book.yaml").read_text()
    (folder / "book.yaml").write_text(settings.replace("key: small-book", "key: second-book"))
    done = crib("anki", "--content", folder, "--out", tmp_path / "dist")
    assert done.returncode == 1
    assert done.stderr == (
        f"{folder}/anki.lock:2: error[other-book]: this ledger belongs to `small-book`, but the book is `second-book`\n"
        "  hint: for a new book, delete the file; for the same one, restore `key: small-book` in book.yaml\n"
    )
    (folder / "anki.lock").unlink()
    assert crib("anki", "--content", folder, "--out", tmp_path / "dist").returncode == 0
    assert book_in(folder).ledger


# Removed answers


def test_a_published_key_cannot_just_vanish(make_book: MakeBook) -> None:
    """A removed answer or cloze is reported, unless it was moved to retired.md."""
    folder = make_book(three_answers())
    publish(folder)
    chapter = folder / "01-first-steps.md"
    text = chapter.read_text()
    start = text.index("## What is an answer? {#b}")
    gone = text[start : text.index("## What is an answer? {#c}")]
    chapter.write_text(text.replace(gone, ""))
    assert told(folder) == [
        "anki.lock:3: error[vanished]: the cloze of `b` was published, but is no longer in the book",
        "anki.lock:5: error[vanished]: the answer `b` was published, but is no longer in the book",
    ]
    (folder / "retired.md").write_text(gone)
    assert told(folder) == []


def test_a_gap_cannot_just_vanish(make_book: MakeBook) -> None:
    """Readers have a card for each number of a gap: a removed number is reported at its cloze."""
    folder = make_book(three_answers().replace("[answer]{.c1}", "[answer]{.c1} or [two]{.c2}"))
    assert publish(folder).entries["cloze/b"].cards == (1, 2)
    chapter = folder / "01-first-steps.md"
    text = chapter.read_text()
    chapter.write_text(text.replace("[two]{.c2}", "two"))
    [problem] = read_book(folder).problems
    line = text[: text.index("An [answer]")].count("\n") + 1
    assert (problem.file, problem.line, problem.code) == (str(chapter), line, "lost-card")
    assert problem.text == "gap 2 of the cloze of `b` was published and readers have its card, but it was removed"
    assert problem.hint == "mark any words as `[words]{.c2}`, or move the whole cloze to retired.md"
    chapter.write_text(text.replace("[two]{.c2}", "two").replace("settles it", "[settles]{.c2} it"))
    assert told(folder) == []
    chapter.write_text(text.replace("settles it", "[settles]{.c3} it"))
    assert publish(folder).entries["cloze/b"].cards == (1, 2, 3)


def test_a_cloze_alone_can_retire(make_book: MakeBook) -> None:
    """A retired cloze leaves its answer and its key in use; a second cloze with this key is reported."""
    folder = make_book(three_answers() + "\n[See it](#b).\n")
    before = publish(folder)
    chapter = folder / "01-first-steps.md"
    text = chapter.read_text()
    chapter.write_text(text.replace(CLOZE, ""))
    assert told(folder) == [
        "anki.lock:3: error[vanished]: the cloze of `b` was published, but is no longer in the book"
    ]
    (folder / "retired.md").write_text("## What is an answer? {#b}\n" + CLOZE)
    done = crib("check", "--content", folder)
    assert (done.returncode, told(folder)) == (0, []), done.stderr
    edition = Edition(book_in(folder), Templates())
    assert before.changes(edition.ledger) == ["cloze/b"]
    [deck] = edition.retired.decks
    assert [note.type.name for note in deck.notes] == ["Crib Cloze"]
    assert retired_notes(book_in(folder)) == ['"note:Crib Cloze" Key:b tag:small-book::*']
    # It cannot come back under the same key
    chapter.write_text(text)
    done = crib("check", "--content", folder)
    assert done.returncode == 1
    assert "retired.md:1: error[duplicate-key]: the cloze of `b` is used twice" in done.stderr
    # Nor can a chapter have a cloze alone
    (folder / "retired.md").unlink()
    chapter.write_text(text + "\n## What is it? {#d}\n" + CLOZE)
    assert [problem.code for problem in read_book(folder).problems] == ["no-answer"]


def test_a_reverse_card_cannot_just_vanish(make_book: MakeBook) -> None:
    """Only with an explicit setting can it be given up."""
    folder = make_book(three_answers().replace("{#b}", "{#b reverse=true}"))
    assert publish(folder).entries["recall/b"].cards == (1, 2)
    chapter = folder / "01-first-steps.md"
    text = chapter.read_text()
    chapter.write_text(text.replace(" reverse=true", ""))
    [problem] = read_book(folder).problems
    line = text[: text.index("{#b")].count("\n") + 1
    assert str(problem) == (
        f"{chapter}:{line}: error[lost-card]: the reverse card of `b` was published, but it was removed\n"
        "  hint: write reverse=true; or reverse=false, and readers delete the card with *Tools > Empty Cards* in Anki"
    )
    chapter.write_text(text.replace("reverse=true", "reverse=false"))
    assert publish(folder).entries["recall/b"].cards == (1, 2)
    assert told(folder) == []
    chapter.write_text(text.replace("reverse=true", "reverse=no"))
    assert 'wrong-value]: `reverse` cannot be "no"' in told(folder)[0]


def test_a_retired_key_is_not_for_another(make_book: MakeBook) -> None:
    """A retired key cannot be reused or linked to; formulas of retired answers are checked, too."""
    folder = make_book(f"{ANSWER}\n[See](#old).\n", **{"retired.md": ""})
    (folder / "retired.md").write_text(
        ANSWER + "\n" + ANSWER.replace("#answer", "#old").replace("Whatever", "$\\nosuch$")
    )
    done = crib("check", "--content", folder)
    assert done.returncode == 1
    assert "retired.md:1: error[duplicate-key]: the key `answer` is used twice" in done.stderr
    assert "01-first-steps.md:14: error[broken-link]: the answer `old` is retired" in done.stderr
    assert "retired.md:15: error[math]" in done.stderr


# Other line ends


def test_line_ends_make_no_difference(make_book: MakeBook, tmp_path: Path) -> None:
    """The deck of a checkout with CRLF is the same, byte for byte, and its ledger is current."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"\n width="40" height="20">\n<path d="M0 0L40 20"/>\n</svg>\n'
    drawn = three_answers() + "\n![A line](figures/line.svg)\n\n```python\nx = 1\ny = 2\n```\n"
    folder = make_book(drawn, **{"figures/line.svg": drawing, "tags.yaml": "a: b\nc: d\n"})
    assert crib("anki", "--content", folder, "--out", tmp_path / "one").returncode == 0
    for path in folder.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert (folder / "anki.lock").read_bytes().count(b"\r\n") > 5
    done = crib("anki", "--content", folder, "--out", tmp_path / "two", "--locked")
    assert (done.returncode, done.stderr.splitlines()[:-1]) == (0, [])
    assert (tmp_path / "one/small-book.apkg").read_bytes() == (tmp_path / "two/small-book.apkg").read_bytes()


def test_git_gives_every_machine_the_same_bytes() -> None:
    """Text has LF line ends on every machine, and binary files are not taken for text."""
    listed = git(ROOT, "ls-files", "--eol").splitlines()
    if not listed or "fatal" in listed[0]:
        pytest.skip("this is no checkout")
    for kind, attribute in ((line.split()[0], line.split("\t")[0].split("attr/")[1].strip()) for line in listed):
        assert attribute == ("-text" if kind == "i/-text" else "text=auto eol=lf")


# As a user meets it


def test_locked(make_book: MakeBook, tmp_path: Path) -> None:
    """A ledger about to change fails a locked build, by name, and nothing is built; `check` reports it, too."""
    folder, out = make_book(three_answers()), tmp_path / "dist"
    crib("anki", "--content", folder, "--out", tmp_path / "first")
    assert crib("anki", "--content", folder, "--out", out, "--locked").returncode == 0
    before = (folder / "anki.lock").read_bytes()
    chapter = folder / "01-first-steps.md"
    chapter.write_text(chapter.read_text().replace("An [answer]", "Any [answer]"))
    done = crib("anki", "--content", folder, "--out", tmp_path / "second", "--locked")
    assert (done.returncode, done.stdout, files(tmp_path / "second")) == (1, "", [])
    assert (
        f"{folder}/anki.lock:1: error[stale]: it would change: cloze/b\n  hint: run `crib anki --content {folder}`"
        in done.stderr
    )
    checked = crib("check", "--content", folder)
    assert checked.returncode == 0
    assert f"Not in anki.lock until `crib anki --content {folder}` runs: cloze/b." in checked.stderr
    assert (folder / "anki.lock").read_bytes() == before
    crib("anki", "--content", folder, "--out", out)
    assert (folder / "anki.lock").read_bytes() != before
    assert crib("anki", "--content", folder, "--out", out, "--locked").returncode == 0


def test_a_lost_ledger_is_told(make_book: MakeBook, tmp_path: Path) -> None:
    """A missing ledger is started anew, with a notice on the consequences for readers."""
    folder = make_book()
    done = crib("anki", "--content", folder, "--out", tmp_path / "dist")
    assert done.returncode == 0
    assert f"{folder}/anki.lock is new" in done.stderr
    assert "an import replaces\n  what readers wrote into their notes" in done.stderr
    again = crib("anki", "--content", folder, "--out", tmp_path / "dist")
    assert "anki.lock" not in again.stderr


def test_a_content_folder_that_cannot_be_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unwritable ledger is a warning: the deck is already built."""
    (tmp_path / "content").touch()  # for root, no folder is read-only
    ledger = tmp_path / "content/anki.lock"
    write_record(Record(ledger, b"ledger"), quiet=False)
    assert capsys.readouterr().err.startswith(f"warning: {ledger}: Not a directory; ")


def test_a_failed_build_keeps_the_ledger(make_book: MakeBook, tmp_path: Path) -> None:
    """Only published files count as published."""
    folder, out = make_book(), tmp_path / "dist"
    (out / "small-book.apkg").mkdir(parents=True)
    assert crib("anki", "--content", folder, "--out", out).returncode == 1
    assert not (folder / "anki.lock").exists()


def test_the_shipped_ledger_is_current(shipped: Book) -> None:
    """Building the shipped book does not change its ledger."""
    edition = Edition(shipped, Templates())
    assert edition.changes == []
    assert edition.record is None
