"""Read review histories of cards from an Anki collection, in the old schema (11) and the newest (18)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from datetime import date
from time import time
from typing import TYPE_CHECKING, Any

from crib import limits
from crib.foreign.anki_collection_copy import copied_database
from crib.foreign.anki_database import has_table, open_database
from crib.problems import BuildError, Problem
from crib.weak.own_words import own_fields, own_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Mapping, Sized
    from pathlib import Path

_TABLES = ("col", "config", "fields", "notes", "cards", "revlog")
_SUSPENDED = -1
_AGAIN, _EASY = 1, 4
_LEECH = "leech"
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60  # seconds
_ROLLOVER = 4
"""The default hour at which Anki's day begins."""

_OLD_DECAY = 0.5
"""The decay of FSRS-4.5 and FSRS-5; it is not stored in cards."""

_EPOCH = date(1970, 1, 1).toordinal()

DAYS = 10
"""The number of recent days of study of a card."""


def days_since_1970(day: date) -> int:
    """Return *day* as a number of days since 1970."""
    return day.toordinal() - _EPOCH


def date_of(day: int) -> date:
    """Return the date of a *day*, in days since 1970."""
    return date.fromordinal(_EPOCH + day)


@dataclass(frozen=True)
class Memory:
    """A card's memory state in FSRS: stability in days, difficulty from 1 to 10, and decay of the forgetting curve."""

    stability: float
    difficulty: float
    decay: float


@dataclass
class CardHistory:
    """A card and its recent days of study.

    template   its template number, or gap of a cloze, from 0
    interval   in days
    ease       the ease factor, such as 2.5; 0 if the card never had one
    days       the last DAYS days of study, in days since 1970; True if the card was failed on that day
    before     the last day without a failure before the latest day; if there is none, the first day of study
    """

    guid: str
    template: int
    suspended: bool
    leech: bool
    lapses: int
    interval: int
    ease: float
    memory: Memory | None
    days: dict[int, bool] = field(default_factory=dict)
    before: int = 0

    @property
    def recalled(self) -> int:
        """The last day without a failure; if there is none, the first day of study."""
        latest = max(self.days)
        return self.before if self.days[latest] else latest

    def study(self, day: int, *, failed: bool) -> None:
        """Add a review of a *day*, in order of days; one *failed* review makes it a day of failure."""
        if day not in self.days:
            self.before = self.recalled if self.days else day
        self.days[day] = failed or self.days.get(day, False)
        if len(self.days) > DAYS:
            del self.days[next(iter(self.days))]


@dataclass(frozen=True)
class Histories:
    """The histories of the cards of some notes, as of a day, in days since 1970.

    others  the number of other notes with a tag of the book
    words   the learner's own words by guid of the note; empty unless requested
    """

    today: int
    cards: tuple[CardHistory, ...]
    others: int
    words: Mapping[str, str]


def read_histories(
    path: Path, guids: Collection[str], key: str, today: int | None = None, *, words: bool = False
) -> Histories:
    """Return the histories of the notes with these *guids* in the collection at *path*.

    key    the key of the book, to find other notes of it
    today  in days since 1970; by default Anki's current day
    words  read the learner's own words; otherwise no text of a note is read

    Raises BuildError.
    """
    with copied_database(path) as copy:
        try:
            with open_database(copy, _TABLES) as connection:
                histories = _histories(connection, guids, f"{key}::", today)
                return replace(histories, words=_own_words(connection, guids)) if words else histories
        except ValueError as error:
            hint = "check it in Anki: Tools, Check Database"
            raise BuildError(Problem(str(path), 0, "collection", f"cannot be read: {error}", hint)) from None


def _histories(connection: sqlite3.Connection, guids: Collection[str], prefix: str, today: int | None) -> Histories:
    notes: dict[int, tuple[str, bool]] = {}
    others = 0
    for id_, guid, tags in connection.execute("SELECT id, guid, tags FROM notes"):
        words = str(tags).split()
        if guid in guids:
            notes[id_] = str(guid), _LEECH in map(str.casefold, words)
            _check_count(notes)
        else:
            others += any(tag.startswith(prefix) for tag in words)
    cards = {}
    rows = "SELECT id, nid, ord, queue, lapses, ivl, factor, data FROM cards ORDER BY nid, ord, id"
    for id_, note, template, queue, lapses, interval, factor, data in connection.execute(rows):
        if note in notes:
            guid, leech = notes[note]
            is_suspended = queue == _SUSPENDED
            numbers = max(0, int(lapses)), max(0, int(interval)), max(0, int(factor)) / 1000
            cards[id_] = CardHistory(guid, int(template), is_suspended, leech, *numbers, _memory(data))
            _check_count(cards)
    day_of = _calendar(connection)
    today = day_of(time()) if today is None else today
    for at, card, ease in connection.execute("SELECT id, cid, ease FROM revlog ORDER BY id"):
        if card in cards and ease in range(_AGAIN, _EASY + 1) and (day := day_of(at / 1000)) <= today:
            cards[card].study(day, failed=ease == _AGAIN)
    return Histories(today, tuple(cards.values()), others, {})


def _check_count(rows: Sized) -> None:
    """Raise ValueError above the limit of notes or cards."""
    if len(rows) > limits.COLLECTION_CARDS:
        raise ValueError(f"more than {limits.COLLECTION_CARDS:,} notes or cards of the book")


def _own_words(connection: sqlite3.Connection, guids: Collection[str]) -> dict[str, str]:
    places = own_fields(connection)
    notes = connection.execute("SELECT guid, mid, flds FROM notes")
    words_of = ((guid, own_words(str(texts), places[type_])) for guid, type_, texts in notes if guid in guids)
    return {guid: words for guid, words in words_of if words}


def _memory(data: object) -> Memory | None:
    """Return the memory state in the *data* of a card; None without FSRS."""
    try:
        state = json.loads(str(data) or "{}")
        memory = Memory(float(state["s"]), float(state["d"]), float(state.get("decay", _OLD_DECAY)))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return None
    is_sane = 0 < memory.stability < math.inf and 1 <= memory.difficulty <= 10 and 0.05 <= memory.decay <= 1
    return memory if is_sane else None


def _calendar(connection: sqlite3.Connection) -> Callable[[float], int]:
    """Return a function to convert seconds to days, both since 1970; days begin at the collection's own hour."""
    settings = _settings(connection)
    west = settings.get("localOffset", settings.get("creationOffset", 0))
    rollover = settings.get("rollover", _ROLLOVER)
    shift = _number(west, 24 * 60, 0) * _MINUTE + _number(rollover, 23, _ROLLOVER) * _HOUR
    return lambda seconds: int((seconds - shift) // _DAY)


def _settings(connection: sqlite3.Connection) -> dict[str, Any]:
    if has_table(connection, "config"):
        rows = connection.execute("SELECT key, val FROM config")
        names = {"localOffset", "creationOffset", "rollover"}
        return {str(name): json.loads(value) for name, value in rows if name in names}
    [text] = connection.execute("SELECT conf FROM col").fetchone()
    return dict(json.loads(text))


def _number(value: object, most: int, default: int) -> int:
    """Return *value* if it is an integer of at most *most* in size, else *default*."""
    return value if isinstance(value, int) and abs(value) <= most else default
