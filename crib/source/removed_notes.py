"""What was published of a book and is not in it any more: answers, clozes, single cards.

Anki's importer removes no card, so readers would keep what nobody tells them of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.model.elements import attributes
from crib.model.ledger import LOCK_FILE
from crib.model.tree import find_all
from crib.problems import Problem
from crib.source.allowlist import GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Answer, Book, Chapter

_RETIRE = {
    "recall": "give it its key back, or move the whole answer to retired.md; {}",
    "cloze": "put it back, or move it to retired.md, below the question of its answer; {}",
}
_RESTORE = "if it was never published, restore anki.lock as last published"


@dataclass(frozen=True)
class _Note:
    """A note that the book has, or keeps in retired.md: the cards it accounts for, and its place."""

    cards: frozenset[int]
    file: str
    line: int


def removed_notes(book: Book) -> Iterator[Problem]:
    """Yield what the ledger of *book* has and the book has not."""
    ledger = book.ledger
    notes = dict(_notes(book))
    for name, entry in ledger.entries.items() if ledger else ():
        kind, _, key = name.partition("/")
        if note := notes.get(name):
            for card in sorted(set(entry.cards) - note.cards):
                yield Problem(note.file, note.line, "lost-card", *_lost(kind, key, card))
        elif ledger and kind != "type":
            what = f"the answer `{key}`" if kind == "recall" else f"the cloze of `{key}`"
            hint = _RETIRE[kind].format(_RESTORE)
            path = str(book.folder / LOCK_FILE)
            yield Problem(path, ledger.lines[name], "vanished", f"{what} was published and is gone", hint)


def _lost(kind: str, key: str, card: int) -> tuple[str, str]:
    """Return what is told of a lost *card*, and how to mend it."""
    if kind == "cloze":
        hint = f"mark words as `[words]{{.c{card}}}`, be they others, or move the whole cloze to retired.md"
        return f"the gap {card} of the cloze of `{key}` was published and is gone: readers have a card of it", hint
    hint = "write reverse=true again; or reverse=false, and readers delete it by *Tools > Empty Cards* in Anki"
    return f"the reverse card of `{key}` was published and is gone", hint


def _notes(book: Book) -> Iterator[tuple[str, _Note]]:
    """Yield all notes by their names in the ledger."""
    for chapter in (*book.chapters, *([book.retired] if book.retired else [])):
        for answer in chapter.answers:
            yield from _notes_of(answer, chapter)


def _notes_of(answer: Answer, chapter: Chapter) -> Iterator[tuple[str, _Note]]:
    if not answer.cloze_alone:
        cards = {1} if answer.reverse is None else {1, 2}
        yield f"recall/{answer.key}", _Note(frozenset(cards), chapter.file, answer.line)
    if answer.cloze:
        spans = find_all(answer.cloze, "Span")
        names = [name for span in spans for name in attributes(span)[1] if GAP.fullmatch(name)]
        gaps = frozenset(int(name[1:]) for name in names)
        yield f"cloze/{answer.key}", _Note(gaps, chapter.file, answer.cloze[0].get("line", answer.line))
