"""Deterministic sampling of questions, stable across machines and Python versions.

Across versions, Python guarantees only the numbers of `random()`, not those of `shuffle` and `sample`.
Here random numbers are SHA-256 hashes of keys, so they stay the same even if the book gets more questions.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def sample_keys(groups: Sequence[Sequence[str]], count: int, seed: int, samples: int) -> list[set[str]]:
    """Return *samples* of *count* keys each, stratified: each group contributes in proportion to its size.

    Samples are disjoint if there are enough keys.
    """
    disjoint = sum(map(len, groups)) // count
    sampled = []
    for i in range(samples):
        shuffle, position = divmod(i, disjoint)
        keys = _shuffled(groups, f"{seed}/{shuffle}")
        sampled.append(set(keys[position * count : (position + 1) * count]))
    return sampled


def _shuffled(groups: Sequence[Sequence[str]], seed: str) -> list[str]:
    """Return all keys, each group shuffled and spread evenly, for a similar mix of groups in every slice."""
    positions = []
    for keys in groups:
        start = hash_fraction(seed, *keys)
        shuffled = sorted(keys, key=lambda key: hash_fraction(seed, key))
        positions += [((i + start) / len(keys), key) for i, key in enumerate(shuffled)]
    return [key for _, key in sorted(positions)]


def hash_fraction(*words: str) -> float:
    """Return a number in [0, 1), a hash of *words*."""
    return int(sha256("\n".join(words).encode()).hexdigest()[:13], 16) / 16**13
