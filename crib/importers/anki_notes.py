"""Convert Anki notes to questions: by default the first field is the question, and the others are its answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.importers.anki_html import readable_html
from crib.importers.crib_notes import CribNotes, is_crib_note
from crib.importers.decks import chapters_of_decks
from crib.importers.log import ImportLog
from crib.importers.note_fields import NoteFields, collect, has_gaps, question_of
from crib.importers.questions import Imported
from crib.importers.text_batch import TextBatch, as_inlines, is_on_a_line
from crib.model.chapter_names import readable
from crib.model.tree import plain
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import ImportedQuestion, Media

NEW_TO_ANKI = (
    "Anki will treat the deck that Crib builds from these notes as a new deck: it has other note types, "
    "so the schedule of the old cards does not carry over."
)
KNOWN_TO_ANKI = (
    "Anki will treat the deck that Crib builds from these notes as their next edition, and keep their schedule, "
    "if `key` in book.yaml is the key of their book."
)
_REFERENCE = re.compile(r"\{\{\s*([#^/]?)([^{}]*)\}\}")
_OCCLUSION = "image-occlusion:"
_PLAIN_NAMES = {"answer", "back", "back extra", "definition", "extra", "meaning", "translation"}
_MOST_TYPED = 60
"""Characters of an answer to type."""


@dataclass(frozen=True)
class AnkiNoteType:
    """A note type: its fields, and the two sides of each of its card templates."""

    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str], ...]
    is_cloze: bool = False

    @property
    def conditions(self) -> set[str]:
        """The fields tested by the templates to generate cards, but not shown on any card."""
        tested: set[str] = set()
        visible: set[str] = set()
        for sides in self.templates:
            for sign, name in _REFERENCE.findall("".join(sides)):
                (tested if sign else visible).add(name.rpartition(":")[2].strip())
        return tested - visible

    def shows(self, template: int, filter_: str = "") -> set[str]:
        """Return the fields on the question side of a *template*, or those with a filter such as `type`."""
        if template >= len(self.templates):
            return set()
        names = (name.strip() for sign, name in _REFERENCE.findall(self.templates[template][0]) if not sign)
        return {name.rpartition(":")[2] for name in names if not filter_ or name.startswith(f"{filter_}:")}


@dataclass(frozen=True)
class AnkiNote:
    """A note, the full name of the deck of its first card, and the template numbers of its cards, from 0."""

    guid: str
    type: AnkiNoteType
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    deck: str = ""
    cards: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Card:
    """A note as a question; `typed` is the field for learners to type, or empty."""

    deck: str
    note: NoteFields
    typed: str = ""


def imported_notes(source: SourceFile, notes: Sequence[AnkiNote], options: ReadOptions, media: Media) -> Imported:
    """Return the questions of *notes*, with a chapter for each deck. Raises CribError."""
    _check_columns(source, notes, options)
    log = ImportLog(source.name)
    batch = TextBatch(source, log)
    own = CribNotes(filter(is_crib_note, notes), batch, log)
    cards = [card for note in notes if not is_crib_note(note) and (card := _card(note, options, log))]
    places = [collect(card.note, batch) for card in cards]
    blocks = batch.read()
    questions = list(own.questions(blocks))
    for card, numbers in zip(cards, places, strict=True):
        question = question_of(card.note, [blocks[number] for number in numbers])
        if question is None:
            log.leave_out(0, card.note.origin, "left out: a note without text")
        else:
            questions.append((card.deck, _typed(question) if card.typed else question))
    return Imported(
        file=source.name,
        title="" if cards else own.title,
        chapters=chapters_of_decks(questions, readable(source.path.stem)),
        left_out=tuple(log.left_out),
        media=media,
        notes=(NEW_TO_ANKI if cards else KNOWN_TO_ANKI,),
    )


def _check_columns(source: SourceFile, notes: Iterable[AnkiNote], options: ReadOptions) -> None:
    """Raise BuildError if no note type has a field named in *options*."""
    fields = {name.casefold(): name for note in notes for name in note.type.fields}
    for name in (options.question, *options.answers):
        if name and name.casefold() not in fields:
            hint = f"name one of: {', '.join(fields.values())}"
            raise source.problem("column", f"no note has a field `{name}`", hint)


def _card(note: AnkiNote, options: ReadOptions, log: ImportLog) -> _Card | None:
    """Return *note* as a question; log image occlusion, and return None."""
    kind = note.type
    texts = dict(zip(kind.fields, note.fields, strict=False))
    asks = _question_field(note, texts, options)
    log.near = short(_without_tags(texts.get(asks, "")), 80)
    if _OCCLUSION in texts.get(asks, ""):
        log.leave_out(0, note.guid, "left out: a card that hides a part of a picture, which no book can do")
        return None
    texts = {name: readable_html(text, log) for name, text in texts.items()}
    names = _answer_fields(kind, texts, asks, options, log)
    several = len(names) > 1
    answers = tuple((name if several and name.casefold() not in _PLAIN_NAMES else "", texts[name]) for name in names)
    typed = next((name for name in names[:1] if name in kind.shows(0, "type") and len(names) == 1), "")
    return _Card(
        deck=note.deck,
        note=NoteFields(
            question=texts.get(asks, ""),
            answers=answers,
            tags=note.tags,
            origin=note.guid,
            reverse=_is_reversed(note, asks),
        ),
        typed=typed,
    )


def _question_field(note: AnkiNote, texts: dict[str, str], options: ReadOptions) -> str:
    """Return the name of the field with the question."""
    for name in texts:
        if name.casefold() == options.question.casefold():
            return name
    gaps = next((name for name, text in texts.items() if note.type.is_cloze and has_gaps(text)), "")
    return gaps or next(iter(texts), "")


def _answer_fields(
    kind: AnkiNoteType, texts: dict[str, str], asks: str, options: ReadOptions, log: ImportLog
) -> tuple[str, ...]:
    """Return the names of the nonempty fields of the answer."""
    names = [name.casefold() for name in options.answers]
    chosen = [next((name for name in texts if name.casefold() == folded), "") for folded in names]
    if any(chosen):
        return tuple(name for name in chosen if name and texts[name].strip())
    conditions = kind.conditions
    filled = [name for name, text in texts.items() if name != asks and text.strip()]
    for name in filled:
        if name in conditions:
            log.leave_out(0, f"{name}: {texts[name]}", "left out: a field that no card shows; it only chooses cards")
    return tuple(name for name in filled if name not in conditions)


def _is_reversed(note: AnkiNote, asks: str) -> bool:
    """Return True if the second card is a reverse card."""
    front = note.type.shows(1)
    return not note.type.is_cloze and 1 in note.cards and bool(front) and asks not in front


def _typed(question: ImportedQuestion) -> ImportedQuestion:
    """Return *question* with its answer as one to type if it is short enough."""
    text = " ".join(plain(as_inlines(question.answer)).split())
    if not text or len(text) > _MOST_TYPED or len(question.answer) != 1 or not is_on_a_line(question.answer):
        return question
    return replace(question, typed=text, answer=[])


def _without_tags(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())
