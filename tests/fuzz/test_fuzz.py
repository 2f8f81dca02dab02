"""A bounded run of the fuzzer, and all cases it has found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import (
    FILES,
    check_book,
    check_deck,
    mutated_deck,
    mutated_file,
    mutated_request,
    requests,
)

CASES = Path(__file__).parent / "cases"
KEPT = sorted(path for path in CASES.rglob("*") if path.is_file())
A_FILE = 12
DECKS = 12
REQUESTS = 20


@pytest.mark.parametrize("name", FILES)
def test_mutated_books(name: str) -> None:
    """Every problem has an existing place, and nothing crashes or hangs."""
    for seed in range(A_FILE):
        check_book(name, mutated_file(name, seed))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: str(path.relative_to(CASES)))
def test_cases(path: Path) -> None:
    """Earlier cases of the fuzzer stay fixed."""
    name, data = path.parent.relative_to(CASES).as_posix(), path.read_bytes()
    if name == "deck":
        check_deck(data)
    elif name == "request":
        with requests() as check:
            check(data)
    else:
        check_book(name, data)


def test_mutated_decks() -> None:
    """A damaged package to compare with is refused, or read."""
    for seed in range(DECKS):
        check_deck(mutated_deck(seed))


def test_mutated_requests() -> None:
    """The preview answers valid requests, and keeps running."""
    with requests() as check:
        for seed in range(REQUESTS):
            check(mutated_request(seed))
