"""A learner studying a deck day by day on the real Anki, with failures set by a test."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from anki.collection import Collection

from tests.conftest import ROOT
from tests.decks import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_DAY = 86_400
_AGAIN, _GOOD = 1, 3
_NO_WAITING = "PRAGMA synchronous = OFF"
"""Most of the time would be spent waiting for the disk."""


def studied(folder: Path, deck: Path, days: int, fails: Mapping[str, int], *, fsrs: bool) -> Path:
    """Return a collection in *folder* after some *days* of studying *deck*, until today.

    fails  number of passes of cards before their failure, by key of the answer; 0 never passes at first
    """
    path = folder / "collection.anki2"
    with closing(Collection(str(path))) as collection:
        load(collection, deck)
        collection.set_config("fsrs", fsrs)
        config = collection.decks.config_dict_for_deck_id(1)
        config["new"]["perDay"], config["lapse"]["leechAction"] = 40, 1
        collection.decks.update_config(config)
    reviews: dict[int, int] = {}
    for day in range(days):
        if day:
            _a_day_later(path)
        with closing(Collection(str(path))) as collection:
            collection.db.execute(_NO_WAITING)
            _study(collection, fails, reviews)
    return path


def _study(collection: Collection, fails: Mapping[str, int], reviews: dict[int, int]) -> None:
    """Answer every due card: once a day wrong at the time to fail, else right."""
    collection.decks.select(min(deck.id for deck in collection.decks.all_names_and_ids() if deck.id != 1))
    failed = set()
    while card := collection.sched.getCard():
        note = card.note()
        passes = fails.get(note["Key"])
        count = reviews.get(card.id, 0)
        if passes is not None and card.id not in failed and count % (passes + 1) == passes:
            failed.add(card.id)
            ease = _AGAIN
        else:
            ease = _GOOD
        if card.id not in failed or ease == _AGAIN:
            reviews[card.id] = count + 1
        collection.sched.answerCard(card, ease)


def _a_day_later(path: Path) -> None:
    """Move the history of a collection one day into the past."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(_NO_WAITING)
        db.execute("BEGIN")
        db.execute("UPDATE col SET crt = crt - ?", (_DAY,))
        db.execute("UPDATE revlog SET id = -id")
        db.execute("UPDATE revlog SET id = -id - ?", (_DAY * 1000,))
        db.execute("UPDATE cards SET due = due - ? WHERE queue = 1", (_DAY,))
        db.execute(
            "UPDATE cards SET data = json_set(data, '$.lrt', json_extract(data, '$.lrt') - ?) WHERE data LIKE '%lrt%'",
            (_DAY,),
        )
        db.execute("COMMIT")


@contextmanager
def open_in_anki(path: Path, key: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a process of Anki with an open collection, right after suspending the cards of an answer.

    After a line of input it writes once more, and reports closing the collection.
    """
    code = (
        "import sys; from anki.collection import Collection\n"
        "collection = Collection(sys.argv[1])\n"
        "cards = collection.find_cards(sys.argv[2])\n"
        "collection.tags.bulk_remove(collection.find_notes(sys.argv[2]), 'leech')\n"
        "collection.sched.suspend_cards(cards)\n"
        "print('open', flush=True); sys.stdin.readline()\n"
        "collection.set_user_flag_for_cards(1, cards); collection.close(); print('closed')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path), f"Key:{key}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as anki:  # fmt: skip
        assert anki.stdout
        assert anki.stdout.readline() == "open\n"
        yield anki
