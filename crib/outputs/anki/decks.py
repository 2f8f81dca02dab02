"""Ids and names of decks in Anki, and searches for misplaced cards and retired notes."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import normalize

from crib.outputs.anki.card_html import inert_name
from crib.outputs.anki.note_types import CLOZE

if TYPE_CHECKING:
    from crib.model import Book, Chapter

_FIRST_DECK, _DECKS = 1 << 40, 1 << 48


def deck_id(book: Book, chapter: Chapter | None = None) -> int:
    """Return the permanent id of the deck of *book*, or of the subdeck of a *chapter*."""
    name = f"deck/{book.key}/{chapter.number if chapter else ''}"
    return _FIRST_DECK + int.from_bytes(sha256(name.encode()).digest()[:8], "big") % _DECKS


def deck_name(book: Book, chapter: Chapter | None = None) -> str:
    """Return the name of the deck of *book*, or of the subdeck of a *chapter*."""
    title = _name_component(book.title) or book.key
    return f"{title}::{_name_component(f'{chapter.number:02d} {chapter.title}')}" if chapter else title


def decks_by_search(book: Book) -> dict[str, str]:
    """Map each search for cards of a chapter in the wrong deck of *book* to the name of the right deck."""
    return {
        f'tag:{book.key}::ch{chapter.number:02d} "deck:{_escaped_for_search(deck_name(book))}" '
        f'-"deck:{_escaped_for_search(deck_name(book, chapter))}" -deck:filtered': deck_name(book, chapter)
        for chapter in book.chapters
        if chapter.answers
    }


def retired_notes(book: Book) -> list[str]:
    """Return searches for the notes of retired answers, or for the cloze note alone if only the cloze is retired."""
    answers = book.retired.answers if book.retired else ()
    only = f'"note:{CLOZE.title}" '
    return [f"{only if answer.cloze_alone else ''}Key:{answer.key} tag:{book.key}::*" for answer in answers]


def retired_tag(book: Book) -> str:
    """Return the tag for notes of retired answers."""
    return f"{book.key}::retired"


def _escaped_for_search(name: str) -> str:
    """Return the name of a deck for a search in Anki, without wildcards.

    In a search, `current` and `filtered` are keywords in lower case only; deck names match in any case.
    """
    return re.sub(r"[\\*_]", r"\\\g<0>", name.upper() if name in ("current", "filtered") else name)


def _name_component(title: str) -> str:
    """Return *title* as one component of a deck name: `::` would start the next one, and Anki drops `"`."""
    return normalize("NFC", inert_name(re.sub(":{2,}", ":", title.replace('"', "")).strip(" :")))
