"""What decks are called in Anki, how they are numbered, and the searches that find what is in them."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import normalize

from crib.outputs.anki.card_text import inert_name
from crib.outputs.anki.note_types import CLOZE

if TYPE_CHECKING:
    from crib.model import Book, Chapter

_FIRST_DECK, _DECKS = 1 << 40, 1 << 48


def deck_id(book: Book, chapter: Chapter | None = None) -> int:
    """Return the number of the deck of *book*, or that of one of its chapters, for ever."""
    name = f"deck/{book.key}/{chapter.number if chapter else ''}"
    return _FIRST_DECK + int.from_bytes(sha256(name.encode()).digest()[:8], "big") % _DECKS


def deck_name(book: Book, chapter: Chapter | None = None) -> str:
    """Return the name of the deck of *book*, or that of one of its chapters."""
    title = _part_of_name(book.title) or book.key
    return f"{title}::{_part_of_name(f'{chapter.number:02d} {chapter.title}')}" if chapter else title


def homes(book: Book) -> dict[str, str]:
    """Return, for each search that finds the cards of a chapter in another of our decks, the deck of the chapter."""
    return {
        f'tag:{book.key}::ch{chapter.number:02d} "deck:{_searched(deck_name(book))}" '
        f'-"deck:{_searched(deck_name(book, chapter))}" -deck:filtered': deck_name(book, chapter)
        for chapter in book.chapters
        if chapter.answers
    }


def retired_notes(book: Book) -> list[str]:
    """Return searches that find the notes of retired answers, or of retired clozes alone."""
    answers = book.retired.answers if book.retired else ()
    only = f'"note:{CLOZE.title}" '
    return [f"{only if answer.cloze_alone else ''}Key:{answer.key} tag:{book.key}::*" for answer in answers]


def retired_tag(book: Book) -> str:
    """Return the tag of notes whose answers have retired."""
    return f"{book.key}::retired"


def _searched(name: str) -> str:
    """Return the name of a deck for a search of Anki in which no character stands for others.

    Two names mean other things there, but only in lower case, while those of decks fit in any.
    """
    return re.sub(r"[\\*_]", r"\\\g<0>", name.upper() if name in ("current", "filtered") else name)


def _part_of_name(title: str) -> str:
    """Return *title* as one part of a deck's name: `::` would begin the next, and Anki drops `"`."""
    return normalize("NFC", inert_name(re.sub(":{2,}", ":", title.replace('"', "")).strip(" :")))
