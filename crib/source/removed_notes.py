"""Report published notes and cards that were removed from the book without being retired.

Anki's importer never deletes cards, so learners would keep outdated ones.
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
    "recall": "restore its key, or move the whole answer to retired.md; {}",
    "typed": "restore its key, or move the whole answer to retired.md; {}",
    "cloze": "restore it, or move it to retired.md, below the question of its answer; {}",
}
_OTHER = {"recall": "typed", "typed": "recall", "cloze": ""}
"""The other possible kind of note of an answer."""

_RESTORE = "if it was never published, restore anki.lock as last published"


@dataclass(frozen=True)
class _Note:
    """A note of the book or of retired.md: its cards, and its place."""

    cards: frozenset[int]
    file: str
    line: int


def removed_notes(book: Book) -> Iterator[Problem]:
    """Yield a problem for each note or card in the ledger of *book* but not in the book."""
    ledger = book.ledger
    notes = dict(_notes(book))
    for name, entry in ledger.entries.items() if ledger else ():
        kind, _, key = name.partition("/")
        if note := notes.get(name):
            for card in sorted(set(entry.cards) - note.cards):
                yield Problem(note.file, note.line, "lost-card", *_lost(kind, key, card))
        elif ledger and kind != "type":
            if other := notes.get(f"{_OTHER[kind]}/{key}"):
                yield Problem(other.file, other.line, "changed-kind", *_changed(kind, key))
                continue
            what = f"the cloze of `{key}`" if kind == "cloze" else f"the answer `{key}`"
            hint = _RETIRE[kind].format(_RESTORE)
            path = str(book.folder / LOCK_FILE)
            yield Problem(
                path, ledger.lines[name], "vanished", f"{what} was published, but is no longer in the book", hint
            )


def _changed(kind: str, key: str) -> tuple[str, str]:
    """Return text and hint for an answer published as another *kind* of note."""
    before, undo = ("without", "remove") if kind == "recall" else ("with", "restore")
    problem = f"the answer `{key}` was published {before} `answer=`, and would be a new card for its readers"
    hint = f"{undo} `answer=`, or give this question another key and move the old one to retired.md; {_RESTORE}"
    return problem, hint


def _lost(kind: str, key: str, card: int) -> tuple[str, str]:
    """Return text and hint for a lost *card*."""
    if kind == "cloze":
        hint = f"mark any words as `[words]{{.c{card}}}`, or move the whole cloze to retired.md"
        return f"gap {card} of the cloze of `{key}` was published and readers have its card, but it was removed", hint
    hint = "write reverse=true; or reverse=false, and readers delete the card with *Tools > Empty Cards* in Anki"
    return f"the reverse card of `{key}` was published, but it was removed", hint


def _notes(book: Book) -> Iterator[tuple[str, _Note]]:
    """Yield all notes by their names in the ledger."""
    for chapter in (*book.chapters, *([book.retired] if book.retired else [])):
        for answer in chapter.answers:
            yield from _notes_of(answer, chapter)


def _notes_of(answer: Answer, chapter: Chapter) -> Iterator[tuple[str, _Note]]:
    if not answer.cloze_alone:
        cards = {1} if answer.reverse is None else {1, 2}
        kind = "typed" if answer.typed else "recall"
        yield f"{kind}/{answer.key}", _Note(frozenset(cards), chapter.file, answer.line)
    if answer.cloze:
        spans = find_all(answer.cloze, "Span")
        names = [name for span in spans for name in attributes(span)[1] if GAP.fullmatch(name)]
        gaps = frozenset(int(name[1:]) for name in names)
        yield f"cloze/{answer.key}", _Note(gaps, chapter.file, answer.cloze[0].get("line", answer.line))
