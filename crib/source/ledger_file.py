"""Read the ledger, `anki.lock`, even after git merged two of them."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from crib.files import is_there
from crib.model.ledger import (
    HASH_DIGITS,
    NUMBERS,
    TIME,
    TYPES,
    VERSION,
    YEARS,
    Ledger,
    LedgerEntry,
    merge_entries,
    next_free_id,
)
from crib.problems import short
from crib.source.text_file import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.problems import Report

MAX_BYTES = 20_000_000

_MARK = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?: |$)")
_NAME = re.compile(r'\s*"(book|(?:recall|cloze|type)/[^"\\]*)"\s*:')
_KINDS = "|".join(TYPES)
_ENTRY = re.compile(rf"(?:{_KINDS})/.+|type/(?:{_KINDS})")
_HASH = re.compile(f"(?:[0-9a-f]{{{HASH_DIGITS}}})?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_RESTORE = "restore the line as last published; if it is lost, delete it and set a later `released` in book.yaml"


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as written: a name may occur twice."""


def read_ledger(path: Path, book: str, report: Report) -> Ledger | None:
    """Return the ledger in *path*, read as far as possible; None without a file.

    It must belong to the *book* of this key; an empty key matches any.
    """
    if not is_there(path):
        return None
    nothing = Ledger(book)
    text = read_text(path, report, MAX_BYTES)
    if text is None or _has_marks(text, report):
        return nothing
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        report.add(error.lineno, "ledger", f"the ledger is not valid JSON: {error.msg}", _RESTORE)
        return nothing
    except (ValueError, RecursionError):  # an endless number, lists nested too deep
        report.add(1, "ledger", "the ledger cannot be parsed", _RESTORE)
        return nothing
    if not isinstance(pairs, _Pairs) or ("version", VERSION) not in pairs:
        report.add(1, "ledger", f"the ledger is not of version {VERSION}", "restore the file, or update Crib")
        return nothing
    lines = list(_lines(pairs, text))
    if not _is_of(book, pairs, lines, report):
        return nothing
    entries = [(name, value, line) for (name, value), line in zip(pairs, lines, strict=True)]
    return _ledger(book, [entry for entry in entries if entry[0] not in ("book", "version")], report)


def _is_of(book: str, pairs: _Pairs, lines: list[int], report: Report) -> bool:
    """Return True if the ledger belongs to *book*; report another book, or a missing one."""
    keys = [(value, line) for (name, value), line in zip(pairs, lines, strict=True) if name == "book"]
    if not keys:
        report.add(1, "ledger", "the ledger does not name its book", f'add the line `"book": "{book}",` below the {{')
    other = next(((value, line) for value, line in keys if book and value != book), None)
    if other:
        value, line = short(str(other[0])), other[1]
        hint = f"for a new book, delete the file; for the same one, restore `key: {value}` in book.yaml"
        report.add(line, "other-book", f"this ledger belongs to `{value}`, but the book is `{book}`", hint)
    return bool(keys) and not other


def _has_marks(text: str, report: Report) -> bool:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _MARK.match(line)]
    if lines:
        report.add(
            lines[0],
            "conflict",
            "the file has an unresolved merge conflict",
            "delete the conflict markers and keep the lines of both sides: the next build merges them",
        )
    return bool(lines)


def _ledger(book: str, rows: list[tuple[str, Any, int]], report: Report) -> Ledger:
    entries: dict[str, LedgerEntry] = {}
    lines: dict[str, int] = {}
    for name, value, line in rows:
        try:
            entry = _entry(name, value)
        except ValueError as error:
            report.add(line, "ledger", f"`{short(name)}` {error}", _RESTORE)
            continue
        if name in entries and entries[name].id != entry.id:
            hint = f"write the older `id` in both lines; {entries[name].id} is on line {lines[name]}"
            report.add(line, "contradiction", f"`{name}` has two ids", hint)
        entries[name] = merge_entries(entries[name], entry) if name in entries else entry
        lines[name] = line
    _check_numbers(entries, lines, report)
    return Ledger(book, entries, lines)


def _lines(pairs: _Pairs, text: str) -> Iterator[int]:
    """Yield the line number of each of *pairs*; 1 if it shares a line with others."""
    numbers: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := _NAME.match(line):
            numbers.setdefault(match[1], []).append(number)
    for name, _ in pairs:
        places = numbers.get(name, [1])
        yield places.pop(0) if len(places) > 1 else places[0]


def _entry(name: str, value: Any) -> LedgerEntry:
    """Return the entry *name*. Raises ValueError with the rest of a sentence that begins with the name."""
    is_type = name.startswith("type/")
    fields = dict(value) if isinstance(value, _Pairs) else {}
    expected = {"hash", "id", "mod"} | (set() if is_type else {"cards"})
    if not _ENTRY.fullmatch(name) or fields.keys() != expected or len(value) != len(expected):
        raise ValueError("is not a ledger entry")
    checks = {"hash": _is_hash, "mod": _is_time, "cards": _are_cards}
    for field, content in fields.items():
        is_valid = _is_number(name, content) if field == "id" else checks[field](content)
        if not is_valid:
            raise ValueError(f'has an invalid "{field}": {short(json.dumps(content))}')
    time = datetime.strptime(fields["mod"], TIME).replace(tzinfo=timezone.utc)
    return LedgerEntry(fields["hash"], fields["id"], int(time.timestamp()), tuple(fields.get("cards", ())))


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def _is_number(name: str, value: Any) -> bool:
    """Return True if *value* is the id of a note type, or a valid id of a note."""
    kind, _, type_name = name.partition("/")
    return type(value) is int and (value == TYPES[type_name] if kind == "type" else value in NUMBERS)


def _is_time(value: Any) -> bool:
    try:
        return bool(_TIME.fullmatch(value)) and datetime.strptime(value, TIME).year in YEARS  # noqa: DTZ007
    except (TypeError, ValueError):
        return False


def _are_cards(value: Any) -> bool:
    if not isinstance(value, list) or not value or any(type(card) is not int for card in value):
        return False
    return value == sorted(set(value)) and value[0] > 0


def _check_numbers(entries: dict[str, LedgerEntry], lines: dict[str, int], report: Report) -> None:
    """Report notes with the same id: two people may have published them separately."""
    owners: dict[int, str] = {}
    used = {entry.id for entry in entries.values()}
    for name, entry in entries.items():
        first = owners.setdefault(entry.id, name)
        if first != name:
            hint = f'write "id": {next_free_id(entry.id, used)} in one of the two lines, and keep the rest of it'
            report.add(lines[name], "contradiction", f"`{name}` has the same id as `{first}`", hint)
