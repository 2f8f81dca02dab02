"""`anki.lock` to a Ledger, also as git leaves it where two people published apart."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from crib.ledger import HASH_DIGITS, TIME, VERSION, Entry, Ledger, join
from crib.source.text import read_text

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

    from crib.problems import Report

MAX_BYTES = 20_000_000

_MARK = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?: |$)")
_NAME = re.compile(r'\s*"((?:recall|cloze|type)/[^"\\]*)"\s*:')
_HASH = re.compile(f"(?:[0-9a-f]{{{HASH_DIGITS}}})?")
_RESTORE = "restore the line from version control"


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it is written, where a name may stand twice."""


def read_ledger(path: Path, report: Report) -> Ledger | None:
    """Return the ledger in *path*, as far as it can be read; None if there is none."""
    if not path.exists():
        return None
    text = read_text(path, report, MAX_BYTES)
    if text is None or _has_marks(text, report):
        return Ledger()
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        report.add(error.lineno, "ledger", f"not JSON: {error.msg}", _RESTORE)
        return Ledger()
    except (ValueError, RecursionError):  # a number without end, lists nested too deep
        report.add(1, "ledger", "not a ledger", _RESTORE)
        return Ledger()
    if not isinstance(pairs, _Pairs) or ("version", VERSION) not in pairs:
        report.add(1, "ledger", f"not a ledger of version {VERSION}", "restore the file, or use the Crib that wrote it")
        return Ledger()
    return _ledger([(name, value) for name, value in pairs if name != "version"], text, report)


def report_vanished(ledger: Ledger, known: Container[str], report: Report) -> None:
    """Report entries of notes that are not among those *known* by name."""
    for name in ledger.entries:
        kind, _, key = name.partition("/")
        if kind != "type" and name not in known:
            what = f"the answer `{key}`" if kind == "recall" else f"the cloze of `{key}`"
            report.add(
                ledger.lines[name],
                "vanished",
                f"{what} was published and is gone",
                "move the whole answer to retired.md; or, if no reader has it, delete this line",
            )


def _has_marks(text: str, report: Report) -> bool:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _MARK.match(line)]
    if lines:
        report.add(
            lines[0],
            "conflict",
            "a conflict that git left for you",
            "delete the lines of its marks and keep those of both sides: the next build joins them",
        )
    return bool(lines)


def _ledger(pairs: list[tuple[str, Any]], text: str, report: Report) -> Ledger:
    entries: dict[str, Entry] = {}
    lines: dict[str, int] = {}
    for (name, value), line in zip(pairs, _lines(pairs, text), strict=True):
        entry = _entry(value)
        if entry is None or not _NAME.fullmatch(f'"{name}":'):
            report.add(line, "ledger", f"`{name}` is not an entry", _RESTORE)
            continue
        if name in entries and entries[name].id != entry.id:
            hint = f"keep the line that readers have; the other is on line {lines[name]}"
            report.add(line, "contradiction", f"`{name}` has two numbers", hint)
        entries[name] = join(entries[name], entry) if name in entries else entry
        lines[name] = line
    _check_numbers(entries, lines, report)
    return Ledger(entries, lines)


def _lines(pairs: list[tuple[str, Any]], text: str) -> Iterator[int]:
    """Yield the line of each of *pairs*, as far as an entry has one of its own."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := _NAME.match(line):
            found.setdefault(match[1], []).append(number)
    for name, _ in pairs:
        places = found.get(name, [1])
        yield places.pop(0) if len(places) > 1 else places[0]


def _entry(value: Any) -> Entry | None:
    try:
        fields = dict(value) if isinstance(value, _Pairs) else {}
        time = datetime.strptime(fields["mod"], TIME).replace(tzinfo=timezone.utc)
        entry = Entry(fields["hash"], fields["id"], int(time.timestamp()))
        fits = len(fields) == len(value) == 3 and type(entry.id) is int and entry.id > 0
        return entry if fits and _HASH.fullmatch(entry.hash) else None
    except (TypeError, ValueError, KeyError):
        return None


def _check_numbers(entries: dict[str, Entry], lines: dict[str, int], report: Report) -> None:
    """Report notes that share a number, which two people can have given apart."""
    owners: dict[int, str] = {}
    for name, entry in entries.items():
        first = owners.setdefault(entry.id, name)
        if first != name:
            hint = "delete the line of the newer one: the next build gives it another number"
            report.add(lines[name], "contradiction", f"`{name}` has the number of `{first}`", hint)
