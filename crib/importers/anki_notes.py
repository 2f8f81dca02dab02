"""Notes of Anki, however they were stored: the first field asks, and the others answer, unless told otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crib.importers.anki_html import readable_html
from crib.importers.crib_notes import CribNotes, is_crib_note
from crib.importers.decks import chapters_of_decks
from crib.importers.log import ImportLog
from crib.importers.notes_of_fields import NoteFields, collect, has_gaps, question_of
from crib.importers.questions import Imported
from crib.importers.recognize import readable
from crib.importers.text_batch import TextBatch, as_inlines, is_on_a_line
from crib.model.tree import plain
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import ImportedQuestion, Media

NEW_TO_ANKI = (
    "Anki takes the deck that Crib builds from these notes as a new one: it has other note types, "
    "so the schedule of the old cards does not carry over."
)
KNOWN_TO_ANKI = (
    "Anki takes the deck that Crib builds from these notes as their next edition, and keeps their schedule, "
    "if `key` in book.yaml is the key of the book that they are from."
)
_REFERENCE = re.compile(r"\{\{\s*([#^/]?)([^{}]*)\}\}")
_OCCLUSION = "image-occlusion:"
_PLAIN_NAMES = {"answer", "back", "back extra", "definition", "extra", "meaning", "translation"}
_MOST_TYPED = 60
"""Characters of an answer that learners are asked to type."""


@dataclass(frozen=True)
class AnkiNoteType:
    """A note type: its fields, and the two sides of each of its card templates."""

    name: str
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str], ...]
    is_cloze: bool = False

    @property
    def conditions(self) -> set[str]:
        """The fields that no card shows, but that decide which cards there are."""
        asked: set[str] = set()
        shown: set[str] = set()
        for sides in self.templates:
            for sign, name in _REFERENCE.findall("".join(sides)):
                (asked if sign else shown).add(name.rpartition(":")[2].strip())
        return asked - shown

    def shows(self, template: int, filter_: str = "") -> set[str]:
        """Return the fields that the question side of a *template* shows through a filter, such as `type`."""
        if template >= len(self.templates):
            return set()
        names = (name.strip() for sign, name in _REFERENCE.findall(self.templates[template][0]) if not sign)
        return {name.rpartition(":")[2] for name in names if not filter_ or name.startswith(f"{filter_}:")}


@dataclass(frozen=True)
class AnkiNote:
    """A note, the full name of the deck of its first card, and the templates of its cards, from 0."""

    guid: str
    type: AnkiNoteType
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    deck: str = ""
    cards: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Asked:
    """A note as a question; `typed` is the field that learners type, empty for none."""

    deck: str
    note: NoteFields
    typed: str = ""


def imported_notes(source: SourceFile, notes: Sequence[AnkiNote], options: ReadOptions, media: Media) -> Imported:
    """Return the questions of *notes*, with a chapter for each deck. Raises CribError."""
    _check_columns(source, notes, options)
    log = ImportLog(source.name)
    batch = TextBatch(source, log)
    own = CribNotes(filter(is_crib_note, notes), batch, log)
    asked = [each for note in notes if not is_crib_note(note) and (each := _asked(note, options, log))]
    places = [collect(each.note, batch) for each in asked]
    blocks = batch.read()
    found = list(own.questions(blocks))
    for each, numbers in zip(asked, places, strict=True):
        question = question_of(each.note, [blocks[number] for number in numbers])
        if question is None:
            log.leave_out(0, each.note.origin, "left out: a note without text")
        else:
            found.append((each.deck, _typed(question) if each.typed else question))
    return Imported(
        file=source.name,
        title="" if asked else own.title,
        chapters=chapters_of_decks(found, readable(source.path.stem)),
        left_out=tuple(log.left_out),
        media=media,
        notes=(NEW_TO_ANKI if asked else KNOWN_TO_ANKI,),
    )


def _check_columns(source: SourceFile, notes: Iterable[AnkiNote], options: ReadOptions) -> None:
    """Raise BuildError if a field that *options* name is in no note type."""
    known = {name.casefold(): name for note in notes for name in note.type.fields}
    for name in (options.question, *options.answers):
        if name and name.casefold() not in known:
            raise source.problem("column", f"no note has a field `{name}`", f"name one of: {', '.join(known.values())}")


def _asked(note: AnkiNote, options: ReadOptions, log: ImportLog) -> _Asked | None:
    """Return *note* as a question; None, with a line in *log*, if no book can ask it."""
    kind = note.type
    texts = dict(zip(kind.fields, note.fields, strict=False))
    asks = _asking(note, texts, options)
    log.near = short(_without_tags(texts.get(asks, "")), 80)
    if _OCCLUSION in texts.get(asks, ""):
        log.leave_out(0, note.guid, "left out: it asks what a part of a picture is, which no book can hide")
        return None
    texts = {name: readable_html(text, log) for name, text in texts.items()}
    names = _answering(kind, texts, asks, options, log)
    several = len(names) > 1
    answers = tuple((name if several and name.casefold() not in _PLAIN_NAMES else "", texts[name]) for name in names)
    typed = next((name for name in names[:1] if name in kind.shows(0, "type") and len(names) == 1), "")
    return _Asked(
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


def _asking(note: AnkiNote, texts: dict[str, str], options: ReadOptions) -> str:
    """Return the field of *note* that asks."""
    for name in texts:
        if name.casefold() == options.question.casefold():
            return name
    gaps = next((name for name, text in texts.items() if note.type.is_cloze and has_gaps(text)), "")
    return gaps or next(iter(texts), "")


def _answering(
    kind: AnkiNoteType, texts: dict[str, str], asks: str, options: ReadOptions, log: ImportLog
) -> tuple[str, ...]:
    """Return the fields that answer, and have a text."""
    wanted = [name.casefold() for name in options.answers]
    chosen = [next((name for name in texts if name.casefold() == folded), "") for folded in wanted]
    if any(chosen):
        return tuple(name for name in chosen if name and texts[name].strip())
    conditions = kind.conditions
    filled = [name for name, text in texts.items() if name != asks and text.strip()]
    for name in filled:
        if name in conditions:
            log.leave_out(0, f"{name}: {texts[name]}", "left out: a field that no card shows; it only chooses cards")
    return tuple(name for name in filled if name not in conditions)


def _is_reversed(note: AnkiNote, asks: str) -> bool:
    """Tell whether a second card asks the other way round."""
    shown = note.type.shows(1)
    return not note.type.is_cloze and 1 in note.cards and bool(shown) and asks not in shown


def _typed(question: ImportedQuestion) -> ImportedQuestion:
    """Return *question* with its answer as one to type, if it is short enough."""
    text = " ".join(plain(as_inlines(question.answer)).split())
    if not text or len(text) > _MOST_TYPED or len(question.answer) != 1 or not is_on_a_line(question.answer):
        return question
    return replace(question, typed=text, answer=[])


def _without_tags(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())
