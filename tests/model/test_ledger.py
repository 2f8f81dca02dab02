"""Invariants of the ledger, for any entries."""

from __future__ import annotations

import json
from functools import reduce
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from crib.model.ledger import NUMBERS, Content, Ledger, LedgerEntry, merge_entries, next_free_id

settings.register_profile("ledger", max_examples=40, derandomize=True, database=None, deadline=None)
BOUNDED = settings.get_profile("ledger")

FEW = st.sampled_from([NUMBERS[0], NUMBERS[1], NUMBERS[2], NUMBERS[-2], NUMBERS[-1]])
CARDS = st.lists(st.integers(1, 4), unique=True, max_size=3).map(sorted).map(tuple)
ENTRIES = st.builds(LedgerEntry, st.sampled_from(["a", "b", "c", ""]), st.just(7), st.integers(10, 12), CARDS)
NAMES = st.sampled_from([f"recall/{key}" for key in "abcd"])
CONTENTS = st.lists(
    st.builds(Content, NAMES, st.sampled_from("ab"), FEW, CARDS), unique_by=lambda content: content.name
)


@BOUNDED
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_entries_merge_in_any_order(entries: list[LedgerEntry]) -> None:
    """The latest one wins, with the cards of all; its hash is empty if there are two contents of the same time."""
    [merged] = {reduce(merge_entries, order) for order in permutations(entries)}
    latest = max(entry.modified for entry in entries)
    hashes = {entry.hash for entry in entries if entry.modified == latest}
    assert merged.modified == latest
    assert merged.hash == (hashes.pop() if len(hashes) == 1 else "")
    assert merged.cards == tuple(sorted({card for entry in entries for card in entry.cards}))
    assert merge_entries(merged, merged) == merged


@BOUNDED
@given(CONTENTS, CONTENTS, st.integers(100, 103), st.integers(98, 105))
def test_only_what_changes_gets_a_later_time(
    first: list[Content], second: list[Content], released: int, later: int
) -> None:
    """Entries keep their unique ids; entries of unpublished notes stay."""
    before = Ledger("book").advance(first, released)
    after = before.advance(second, later)
    assert {name: entry.id for name, entry in after.entries.items() if name in before.entries} == {
        name: entry.id for name, entry in before.entries.items()
    }
    assert len({entry.id for entry in after.entries.values()}) == len(after.entries)
    hashes = {content.name: content.hash for content in first}
    assert before.changes(after) == after.changes(before)
    assert before.changes(after) == sorted(
        content.name for content in second if hashes.get(content.name) != content.hash
    )
    for name in before.changes(after):
        old = before.entries.get(name)
        assert after.entries[name].modified == (max(later, old.modified + 1) if old else later)
    assert after.advance(second, later + 9) == after


@BOUNDED
@given(FEW, st.sets(FEW, max_size=4))
def test_the_next_free_id(number: int, taken: set[int]) -> None:
    """It is the number itself, or the first after it; after the last number comes the first."""
    found = next_free_id(number, taken)
    steps = (NUMBERS.index(found) - NUMBERS.index(number)) % len(NUMBERS)
    assert found not in taken
    assert {NUMBERS[(NUMBERS.index(number) + step) % len(NUMBERS)] for step in range(steps)} <= taken


def test_the_file_format() -> None:
    """Ids leave room for the numbers of fifteen cards; version and names never change."""
    assert (NUMBERS[0], NUMBERS[1], len(NUMBERS)) == (500_000_000_000, 500_000_000_016, 1 << 36)
    lines = Ledger("book", {"recall/a": LedgerEntry("ff", 16, 86400, (1, 2))}).dump().decode().splitlines()
    assert json.loads("".join(lines)) == {
        "book": "book",
        "recall/a": {"hash": "ff", "id": 16, "mod": "1970-01-02T00:00:00Z", "cards": [1, 2]},
        "version": 1,
    }
    assert len(lines) == 5
