"""An Anki deck: a note an answer, and one for its cloze, in a subdeck a chapter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from crib.job import Job, Record
from crib.ledger import LOCK_FILE, Content, Ledger
from crib.model import PARTS
from crib.outputs import apkg
from crib.outputs.cardtext import CardFlavor, cloze, inert, inert_name
from crib.outputs.notes import CLOZE, KINDS, RECALL
from crib.problems import ContentError, Problem
from crib.render import fragments
from crib.render.fragments import render_answers
from crib.store import remember

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crib.model import Answer, Book, Chapter
    from crib.outputs.notes import Kind
    from crib.render.templates import Labels, Templates

PRESET = apkg.Preset(
    id=1764020815731,
    name="Crib",
    settings={
        "new": {"perDay": 10, "order": 1, "bury": True},
        "rev": {"perDay": 9999, "bury": True},
        "lapse": {"leechAction": 1, "leechFails": 8},
    },
)
"""Few new cards a day, in the order of the book; reviews without a limit; leeches are only tagged."""

_FIRST_DECK, _DECKS = 1 << 40, 1 << 48
_NAMED = 20
_BEGUN = (
    "{path} is new: keep it with the book. It tells a note that changed from one that did not.\n"
    "  If readers have the deck already, put back the file of its last edition before you publish:\n"
    "  without it every note counts as changed at the date of `released`, and an import replaces\n"
    "  what readers wrote into their notes. Their reviews stay in any case."
)


def jobs(book: Book, templates: Templates, *, locked: bool = False) -> Iterator[Job]:
    """Yield the package of all answers in *book*, if it has any, and that of the retired ones.

    Raises ContentError if the ledger would change but is *locked*.
    """
    edition = Edition(book, templates)
    if locked:
        edition.refuse_changes()
    record = edition.record
    if edition.retired.decks:
        yield Job(f"{book.key}-retired.apkg", apkg.write, (edition.retired,), record)
    if any(deck.notes for deck in edition.package.decks):
        yield Job(f"{book.stem}.apkg", apkg.write, (edition.package,), record)


def ahead(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield jobs that make what an `Edition` then finds."""
    writer = _Writer(book, templates)
    return (Job("", _drafts, writer.to_draft(chapter)) for chapter in book.chapters)


class Edition:
    """What of a book is for Anki, as it would be published now."""

    def __init__(self, book: Book, templates: Templates) -> None:
        """Render all notes and date them; nothing is written."""
        writer = _Writer(book, templates)
        drafts = list(writer.drafts())
        retired = list(writer.retired_drafts())
        self._book = book
        self._before = book.ledger or Ledger(book.key)
        self.ledger = self._before.advance(
            [*writer.note_types(), *(draft.content for draft in (*drafts, *retired))],
            int(book.released.timestamp()),
        )
        dated = writer.dated(drafts, self.ledger)
        self.package = apkg.Package(tuple(writer.decks(dated)), tuple(writer.media.items()))
        self.retired = apkg.Package(tuple(writer.retired_decks(writer.dated(retired, self.ledger))), bare=True)

    @property
    def changes(self) -> list[str]:
        """The names of the notes and note types that the ledger does not have as they are."""
        return self._before.changes(self.ledger)

    @property
    def record(self) -> Record | None:
        """The ledger to be kept, if it changes."""
        path = self._book.folder / LOCK_FILE
        data = self.ledger.dump()
        if path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == data:
            return None
        return Record(path, data, "" if self._book.ledger is not None else _BEGUN.format(path=path))

    def refuse_changes(self) -> None:
        """Raise ContentError if the ledger would change."""
        record = self.record
        if record:
            what = f"it would change: {named(self.changes)}" if self.changes else "it is not as Crib writes it"
            hint = "run `python build.py anki` and keep the file with the book"
            raise ContentError([Problem(str(record.path), 1, "stale", what, hint)])


def named(names: list[str]) -> str:
    """Return *names* as one line, not all of them if they are many."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class _Draft:
    """A note without its number and time; *deck* is the number of its chapter."""

    kind: Kind
    answer: Answer
    content: Content
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: int


@dataclass(frozen=True)
class _Drafts:
    """The notes of one chapter, and their pictures by name."""

    notes: tuple[_Draft, ...]
    media: Mapping[str, bytes]


def _drafts(part: Book, linked: Iterable[Answer], templates: Templates, tags: tuple[str, ...] | None) -> _Drafts:
    """Return the notes of the one chapter of *part* with these *tags*, or those that an answer has.

    A note is the same whatever else is selected: *linked* are all answers that it leads to.
    """
    [chapter] = part.chapters
    flavor = CardFlavor(part, templates.labels(part))
    parts = render_answers(chapter.answers, flavor, (*fragments.PARTS, fragments.CLOZE))
    questions = render_answers(linked, CardFlavor(part, flavor.labels), ["question"])
    shown = {key: each.question for key, each in (*questions.items(), *parts.items())}
    drafting = _Drafting(part, templates, shown)
    drafts = (draft for answer in chapter.answers for draft in drafting.drafts(answer, parts[answer.key], tags))
    return _Drafts(tuple(drafts), flavor.media)


class _Drafting:
    """Puts the fragments of answers into the fields of notes."""

    def __init__(self, part: Book, templates: Templates, questions: Mapping[str, str]) -> None:
        self._book, self._templates, self._questions = part, templates, questions
        self._labels = templates.labels(part)

    def drafts(self, answer: Answer, part: fragments.Fragments, tags: tuple[str, ...] | None) -> Iterator[_Draft]:
        """Yield the notes of *answer*: retired ones, which have *tags* given, say that they are."""
        if tags is None:
            source, code = self._render("source", answer=answer), f"{answer.chapter:02d}.{answer.number:02d}"
            tags = tuple(_tags(self._book, answer))
        else:
            source, code = self._render("retired"), ""
        for kind, fields in self._fields(answer, part):
            yield self._draft(kind, answer, {**fields, "Source": source, "Code": code}, tags)

    def _fields(self, answer: Answer, part: fragments.Fragments) -> Iterator[tuple[Kind, dict[str, str]]]:
        """Yield the notes that *answer* has, as fields that are not empty for every note."""
        see = [self._questions[key] for key in _named_by(answer) if key in self._questions]
        if not answer.cloze_alone:
            yield (
                RECALL,
                {
                    "Question": part.question,
                    "Gist": self._render("gist", gist=part.gist),
                    "Answer": part.body,
                    "Hint": self._render("hint", hint=part.hint) if part.hint else "",
                    "Notes": self._render("notes", notes=part.notes) if part.notes else "",
                    "See": self._render("see", see=see) if see else "",
                    "Reverse": self._render("reverse", gist=part.gist) if answer.reverse else "",
                },
            )
        if part.cloze:
            yield CLOZE, {"Text": part.cloze, "Question": part.question}

    def _draft(self, kind: Kind, answer: Answer, html: Mapping[str, str], tags: tuple[str, ...]) -> _Draft:
        safe = {name: normalize("NFC", inert(text)) for name, text in html.items()}
        if kind.cloze:
            safe["Text"] = cloze(safe["Text"])
        safe["Key"] = answer.key
        fields = tuple(safe.get(field.name, "") for field in kind.fields)
        content = Content(kind.note(answer), (*fields, *tags), kind.first_id(self._book, answer), _cards(kind, safe))
        return _Draft(kind, answer.bare, content, fields, tags, answer.chapter)

    def _render(self, name: str, **values: Any) -> str:
        return _rendered(name, self._book, self._templates, self._labels, **values)


def _rendered(name: str, book: Book, templates: Templates, labels: Labels, **values: Any) -> str:
    return templates.render(f"anki/{name}.html.j2", book=book, labels=labels, **values).strip()


class _Writer:
    """The decks, note types and notes of one book."""

    def __init__(self, book: Book, templates: Templates) -> None:
        self._book, self._templates = book, templates.only("anki", "labels")
        self._labels = templates.labels(book)
        self._questions = {answer.key: answer.only("question") for answer in (*book.answers, *book.others)}
        self.media: dict[str, bytes] = {}

    def note_types(self) -> Iterator[Content]:
        """Yield what the note types are made of."""
        for kind in KINDS:
            note_type = self._note_type(kind, 0)
            fields = [text for field in note_type.fields for text in (field.name, str(field.id))]
            templates = [text for t in note_type.templates for text in (t.name, str(t.id), t.front, t.back)]
            yield Content(f"type/{kind.name}", (note_type.name, note_type.css, *fields, *templates), kind.id)

    def drafts(self) -> Iterator[_Draft]:
        """Yield the notes of the book; `media` gathers their pictures."""
        for chapter in self._book.chapters:
            made = self._drafts(chapter)
            self.media.update(made.media)
            yield from made.notes

    def retired_drafts(self) -> Iterator[_Draft]:
        """Yield the notes of retired answers: what they were, and a tag that says so.

        Their pictures are where the notes are.
        """
        if self._book.retired and not self._book.selection.names:
            yield from self._drafts(self._book.retired, (retired_tag(self._book),)).notes

    def _drafts(self, chapter: Chapter, tags: tuple[str, ...] | None = None) -> _Drafts:
        made: _Drafts = remember(_drafts, *self.to_draft(chapter, tags))
        return made

    def to_draft(self, chapter: Chapter, tags: tuple[str, ...] | None = None) -> tuple[Any, ...]:
        """Return what `_drafts` is given for *chapter*."""
        part = self._book.part(chapter, *PARTS)
        named = dict.fromkeys(key for answer in chapter.answers for key in _named_by(answer))
        linked = tuple(self._questions[key] for key in named if key in self._questions)
        return part, linked, self._templates, tags

    def dated(self, drafts: Iterable[_Draft], ledger: Ledger) -> Iterator[tuple[int, apkg.Note]]:
        """Yield the number of the chapter and the note for each of *drafts*."""
        types = {kind: self._note_type(kind, ledger.entries[f"type/{kind.name}"].modified) for kind in KINDS}
        for draft in drafts:
            entry = ledger.entries[draft.content.name]
            yield (
                draft.deck,
                apkg.Note(
                    type=types[draft.kind],
                    id=entry.id,
                    guid=draft.kind.guid(self._book, draft.answer),
                    modified=entry.modified,
                    due=len(KINDS) * (10_000 * draft.answer.chapter + draft.answer.number) + KINDS.index(draft.kind),
                    tags=draft.tags,
                    fields=draft.fields,
                ),
            )

    def decks(self, notes: Iterable[tuple[int, apkg.Note]]) -> Iterator[apkg.Deck]:
        """Yield the deck that holds the others, and one for each chapter with answers."""
        inside: dict[int, list[apkg.Note]] = {}
        for number, note in notes:
            inside.setdefault(number, []).append(note)
        yield apkg.Deck(_deck_id(self._book), deck_name(self._book), self._render("book"), preset=PRESET)
        for chapter in self._book.chapters:
            if chapter.answers:
                yield apkg.Deck(
                    id=_deck_id(self._book, chapter),
                    name=deck_name(self._book, chapter),
                    description=self._render("chapter", chapter=chapter),
                    notes=tuple(inside[chapter.number]),
                    preset=PRESET,
                )

    def retired_decks(self, notes: Iterable[tuple[int, apkg.Note]]) -> Iterator[apkg.Deck]:
        """Yield a deck for the retired *notes*, which Anki does not look at as it has no cards."""
        if retired := tuple(note for _, note in notes):
            yield apkg.Deck(_deck_id(self._book), deck_name(self._book), "", retired)

    def _note_type(self, kind: Kind, modified: int) -> apkg.NoteType:
        files = [(self._file(side.front), self._file(side.back)) for side in kind.sides]
        return kind.note_type(files, self._file("card.css"), modified)

    def _render(self, name: str, **values: Any) -> str:
        return _rendered(name, self._book, self._templates, self._labels, **values)

    def _file(self, name: str) -> str:
        """Return a file that Anki reads as it is."""
        return self._templates.path(f"anki/{name}").read_text(encoding="utf-8")


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


def _deck_id(book: Book, chapter: Chapter | None = None) -> int:
    name = f"deck/{book.key}/{chapter.number if chapter else ''}"
    return _FIRST_DECK + int.from_bytes(sha256(name.encode()).digest()[:8], "big") % _DECKS


def _named_by(answer: Answer) -> Iterator[str]:
    """Yield the key of each other answer that *answer* names or links to, once."""
    return (key for key in dict.fromkeys((*answer.see, *answer.links)) if key != answer.key)


def _cards(kind: Kind, fields: Mapping[str, str]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the cards that a note of *kind* has by its *fields*."""
    if kind.cloze:
        return tuple(sorted({int(number) for number in re.findall(r"{{c(\d)::", fields["Text"])}))
    return (1, 2) if fields["Reverse"] else (1,)


def _tags(book: Book, answer: Answer) -> Iterator[str]:
    yield f"{book.key}::ch{answer.chapter:02d}"
    yield f"{book.key}::code::{answer.code.replace('.', '_')}"
    for topic in answer.tags:
        yield f"{book.key}::topic::{topic}"
    if answer.level:
        yield f"{book.key}::level::{answer.level}"
