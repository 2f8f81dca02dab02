"""Number, title and slug of a chapter, from its file name."""

from __future__ import annotations

import re
from unicodedata import normalize

from crib.model.keys import slug

CHAPTER_NAME = re.compile(r"([0-9]{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
"""The recommended form of a file name; its slug is used unchanged."""

GREATEST = 999
"""The greatest number of a chapter."""

UNTITLED = "Untitled"
"""The title for a name without printable characters."""

_ENDING = re.compile(r"\.(?:md|markdown)\Z", re.IGNORECASE)
_NUMBER = re.compile(r"([0-9]+)(?![0-9]|\.[0-9])(?:[\s._)–—-]+|\Z)")
_DIGITS = re.compile(r"([0-9]+)")


def number_in(name: str) -> int | None:
    """Return the number at the start of the file *name*; None if it has none, or one above GREATEST (a year)."""
    match = _NUMBER.match(name)
    number = int(match[1][:9]) if match else GREATEST + 1
    return number if number <= GREATEST else None


def title_in(name: str) -> str:
    """Return the file *name* as a title: `04-training_models.md` as `Training models`."""
    return readable(_without_number(name)) or UNTITLED


def slug_in(name: str, title: str) -> str:
    """Return the slug in the file *name*; if that is only a number, the slug of *title*."""
    if match := CHAPTER_NAME.fullmatch(name):
        return match[2]
    rest = _without_number(name)
    return slug(title if _DIGITS.fullmatch(rest) else rest)


def order_of(name: str) -> tuple[int, list[tuple[int, str]], str]:
    """Return the sort key of the file *name*: numbered files first, `part 2` before `part 10`."""
    number, folded = number_in(name), normalize("NFC", name).casefold()
    parts = [(int(part[:9]), "") if part.isdecimal() else (0, part) for part in _DIGITS.split(folded)]
    return GREATEST + 1 if number is None else number, parts, name


def readable(name: str) -> str:
    """Return the *name* of a file or folder as words, with a capital if it has none."""
    spaced = name if " " in name.strip() else name.replace("-", " ")
    printable = "".join(c if c.isprintable() else " " for c in normalize("NFC", spaced.replace("_", " ")))
    words = " ".join(printable.split())
    return words[:1].upper() + words[1:] if words == words.lower() else words


def _without_number(name: str) -> str:
    """Return *name* without its suffix, and without its number unless the name is only a number."""
    stem = _ENDING.sub("", name)
    number = _NUMBER.match(stem) if number_in(name) is not None else None
    return (stem[number.end() :] if number else "") or stem
