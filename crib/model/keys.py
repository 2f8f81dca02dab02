"""Slugs of questions as unique keys, for answers without a key."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import category, normalize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MOST = 60
"""Characters of a key, before `unique_keys` numbers it."""

_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Latin letters that Unicode does not decompose."""

_CONTRACTION = re.compile(r"(?<=\w)['’](?=\w{1,2}\b)")
_WORD = re.compile(r"[a-z0-9]+")
_DIGITS_OF_HASH = 8


def slug(text: str) -> str:
    """Return *text* as a key: lower-case ASCII words with hyphens, at most MOST characters, cut at a word.

    Accents are dropped. If other letters are lost, as in other scripts, the key ends with a hash of the text, so
    different texts have different keys.
    """
    folded = normalize("NFKD", _CONTRACTION.sub("", text).casefold()).translate(_LETTERS)
    words = _WORD.findall("".join(c for c in folded if category(c) != "Mn"))
    is_lossy = any(not c.isascii() and category(c)[0] in "LN" for c in folded)
    if words and not is_lossy:
        return _joined(words, MOST)
    digits = sha256(" ".join(folded.split()).encode(errors="replace")).hexdigest()[:_DIGITS_OF_HASH]
    return f"{_joined(words or ['key'], MOST - len(digits) - 1)}-{digits}"


def _joined(words: list[str], most: int) -> str:
    """Join *words* with hyphens, up to *most* characters; at least a part of the first."""
    key = words[0][:most]
    for word in words[1:]:
        if len(key) + 1 + len(word) > most:
            break
        key += f"-{word}"
    return key


def unique_keys(keys: Iterable[str], reserved: Collection[str]) -> Iterator[str]:
    """Yield *keys*, with numbers appended to repeated ones, and to those in *reserved*: `key`, `key-2`, `key-3`.

    If some of the results are written into the book, and so *reserved* the next time, the others stay the same.
    """
    used = set(reserved)
    last: Counter[str] = Counter()
    for key in keys:
        unique = key
        while unique in used:
            last[key] = max(last[key], 1) + 1
            unique = f"{key}-{last[key]}"
        used.add(unique)
        yield unique
