"""Drawing lots that fall the same on every machine and every Python.

Python promises the same numbers from version to version for `random()` alone, not for `shuffle` or
`sample`. A lot here is a SHA-256 of words, so a question's lot also stays when others join the book.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def draw(groups: Sequence[Sequence[str]], count: int, seed: int, times: int) -> list[set[str]]:
    """Draw *count* of the keys in *groups*, *times* over; from each group in proportion to its size.

    No key is drawn again while enough are left for a whole draw.
    """
    hands = sum(map(len, groups)) // count
    drawn = []
    for i in range(times):
        deal, hand = divmod(i, hands)
        deck = _deck(groups, f"{seed}/{deal}")
        drawn.append(set(deck[hand * count : (hand + 1) * count]))
    return drawn


def _deck(groups: Sequence[Sequence[str]], seed: str) -> list[str]:
    """Return all keys, each group shuffled and spread evenly: wherever one cuts, the parts are alike."""
    places = []
    for keys in groups:
        start = lot(seed, *keys)
        shuffled = sorted(keys, key=lambda key: lot(seed, key))
        places += [((i + start) / len(keys), key) for i, key in enumerate(shuffled)]
    return [key for _, key in sorted(places)]


def lot(*words: str) -> float:
    """Return a number in [0, 1) that only *words* decide."""
    return int(sha256("\n".join(words).encode()).hexdigest()[:13], 16) / 16**13
