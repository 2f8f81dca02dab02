"""Convert the fields of a note, or of a row of a table, to a question with choices, cloze and answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crib.importers.parse_draft import unfolded, with_stem
from crib.importers.questions import ImportedChoice, ImportedQuestion
from crib.importers.text_batch import HTML, MARKDOWN, as_html, as_inlines
from crib.model.elements import div

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crib.importers.text_batch import TextBatch
    from crib.model.elements import Elements

FIELD = "field"
"""The class of a block with the text of a named field."""

_GAP = re.compile(r"\{\{c(\d+)::((?:(?!\{\{|\}\}).)*?)(?:::((?:(?!\{\{|\}\}).)*?))?\}\}", re.DOTALL)
_MOST_NESTED = 10


@dataclass(frozen=True)
class NoteFields:
    """A note or a row: the texts of its question and answers.

    answers  pairs of a label, printed before the text unless empty, and a text
    choices  pairs of a text, and True if it is right
    form     the format of all texts
    origin   its id in the source; may be empty
    """

    question: str
    answers: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, bool], ...] = ()
    form: str = HTML
    line: int = 0
    tags: tuple[str, ...] = ()
    key: str = ""
    origin: str = ""
    reverse: bool = False


def has_gaps(text: str) -> bool:
    """Return True if *text* has gaps of Anki's cloze notes, `{{c1::words::hint}}`."""
    return bool(_GAP.search(text))


def collect(note: NoteFields, batch: TextBatch) -> list[int]:
    """Add the texts of *note* to *batch*; return their numbers."""
    if has_gaps(note.question):
        form = note.form if note.form == MARKDOWN else HTML
        marked = note.question if form == MARKDOWN else as_html(note.question, note.form)
        numbers = [batch.add(change(marked), form, note.line) for change in (with_hints, with_words, with_spans)]
    else:
        numbers = [batch.add(note.question, note.form, note.line)]
    texts = [text for text, _ in note.choices] + [text for _, text in note.answers]
    return numbers + [batch.add(text, note.form, note.line) for text in texts]


def question_of(note: NoteFields, blocks: Sequence[Elements]) -> ImportedQuestion | None:
    """Return the question of *note* with its texts as *blocks*, in the order of `collect`; None for an empty note."""
    is_cloze = has_gaps(note.question)
    front, *others = blocks
    question, stem = with_stem([], unfolded(front))
    answer: Elements = list(others[0]) if is_cloze else []
    rest = others[2 if is_cloze else 0 :]
    options = zip(rest, note.choices, strict=False)
    for (name, _), text in zip(note.answers, rest[len(note.choices) :], strict=True):
        if text:
            answer += _named(name, text)
    if not question and not stem and not answer:
        return None
    return ImportedQuestion(
        question=question or as_inlines(answer)[:1],
        answer=answer,
        line=note.line,
        stem=stem,
        choices=tuple(ImportedChoice(words, right) for words, (_, right) in options),
        cloze=list(others[1]) if is_cloze else [],
        tags=note.tags,
        key=note.key,
        origin=note.origin,
        reverse=note.reverse,
    )


def _named(name: str, blocks: Elements) -> Elements:
    """Return *blocks* with the *name* of their field; it is printed unless all of them are left out."""
    return [div(FIELD, blocks, {"name": name})] if name else blocks


def with_hints(text: str) -> str:
    """Return *text* with the hint of each gap, or dots, in its place."""
    return _replaced(text, lambda match: f"[{match[3] or '…'}]")


def with_words(text: str) -> str:
    """Return *text* with the words of each gap in its place."""
    return _replaced(text, lambda match: match[2])


def with_spans(text: str) -> str:
    """Return *text* with gaps as HTML elements; of nested gaps, only the innermost."""
    spans = _GAP.sub(lambda match: f'<span class="c{min(int(match[1]) or 1, 9)}">{match[2]}</span>', text)
    return with_words(spans)


def _replaced(text: str, change: Callable[[re.Match[str]], str]) -> str:
    for _ in range(_MOST_NESTED):
        new = _GAP.sub(change, text)
        if new == text:
            break
        text = new
    return text
