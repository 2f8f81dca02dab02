"""Jobs of the Anki deck: one subdeck per chapter, one note per answer and another for its cloze."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crib.engine.cached import prefetch
from crib.engine.job import Job, Record
from crib.model import TEXT_PARTS
from crib.model.ledger import LOCK_FILE, Content, Ledger, hash_of
from crib.outputs.anki import apkg
from crib.outputs.anki.decks import deck_id, deck_name, retired_tag
from crib.outputs.anki.note_types import kinds_of
from crib.outputs.anki.render_notes import linked_keys, render_anki, render_notes
from crib.problems import ContentError, Problem
from crib.program_name import command_on
from crib.render import gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crib.model import Answer, Book, Chapter
    from crib.model.ledger import LedgerEntry
    from crib.outputs.anki.note_types import Kind
    from crib.outputs.anki.render_notes import ChapterNotes, NoteDraft
    from crib.render.templates import Templates

PRESET = apkg.Preset(
    id=1764020815731,
    name="Crib",
    settings={
        "new": {"perDay": 10, "order": 1, "bury": True},
        "rev": {"perDay": 9999, "bury": True},
        "lapse": {"leechAction": 1, "leechFails": 8},
    },
)
"""10 new cards a day in the order of the book; no limit for reviews; leeches are only tagged."""

_MOST_NAMES = 20
_NEW_LEDGER = (
    "{path} is new: keep it with the book. It records which notes have changed.\n"
    "  If readers have the deck already, put back the file of its last edition before you publish:\n"
    "  without it every note counts as changed at the date of `released`, and an import replaces\n"
    "  what readers wrote into their notes. Their reviews stay in any case."
)


def jobs(book: Book, templates: Templates, *, locked: bool = False) -> Iterator[Job]:
    """Yield the job for the package of retired answers, if any, and the job for all other answers of *book*.

    Raises ContentError if the ledger is *locked* but would change.
    """
    edition = Edition(book, templates)
    if locked:
        edition.refuse_changes()
    yield from edition.jobs()


def write_deck(frame: _Frame, *chapters: ChapterNotes) -> bytes:
    """Return the `.apkg` of *frame* with the notes of *chapters*. Raises BuildError."""
    return apkg.write_apkg(frame.filled(chapters))


class Edition:
    """A new edition of a book's deck, with the ledger after its publication."""

    def __init__(self, book: Book, templates: Templates) -> None:
        """Render all notes and date them by the ledger. Writes nothing, and keeps no text in memory."""
        writer = _DeckWriter(book, templates)
        self._book = book
        self._before = book.ledger or Ledger(book.key)
        chapters, retired = writer.chapters, writer.retired
        prefetch([*chapters, *retired])
        notes, retired_notes = _contents(chapters), _contents(retired)
        contents = [*writer.note_types(), *notes, *retired_notes]
        self.ledger = self._before.advance(contents, int(book.released.timestamp()))
        self._package = _UnwrittenPackage(writer.frame(self.ledger, notes), chapters)
        self._retired = _UnwrittenPackage(writer.retired_frame(self.ledger, retired_notes), retired)

    @property
    def package(self) -> apkg.Package:
        """The package of all answers except retired ones."""
        return self._package.filled()

    @property
    def retired(self) -> apkg.Package:
        """The package of retired answers, without cards; it has no decks if no answer is retired."""
        return self._retired.filled()

    def jobs(self) -> Iterator[Job]:
        """Yield the jobs to write each package with notes."""
        if self._retired.chapters:
            yield self._retired.job(f"{self._book.key}-retired.apkg", self.record)
        if self._package.chapters:
            yield self._package.job(f"{self._book.stem}.apkg", self.record)

    @property
    def _unkeyed(self) -> tuple[Chapter, Answer] | None:
        """The first answer without a written key, with its chapter."""
        places = ((chapter, answer) for chapter in self._book.chapters for answer in chapter.answers)
        return next(((chapter, answer) for chapter, answer in places if not answer.keyed), None)

    @property
    def changes(self) -> list[str]:
        """Names in the ledger of new and changed notes and note types."""
        return self._before.changes(self.ledger)

    @property
    def record(self) -> Record | None:
        """The ledger to write beside the book, None if it is unchanged, or if an answer has no written key."""
        if self._unkeyed:
            return None
        path = self._book.folder / LOCK_FILE
        data = self.ledger.dump()
        if path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == data:
            return None
        return Record(path, data, "" if self._book.ledger is not None else _NEW_LEDGER.format(path=path))

    def refuse_changes(self) -> None:
        """Raise ContentError if the ledger would change, or if an answer has no written key."""
        if self._unkeyed:
            chapter, answer = self._unkeyed
            what = "this question has no key, and a deck without keys has no ledger"
            fix = command_on(self._book.folder, "fix")
            hint = f"run `{fix}`, which writes keys, and build the deck without `--locked`"
            raise ContentError([Problem(chapter.file, answer.line, "no-key", what, hint)])
        record = self.record
        if record:
            what = f"it would change: {abbreviated(self.changes)}" if self.changes else "it was reformatted"
            hint = f"run `{command_on(self._book.folder, 'anki')}` and keep the file with the book"
            raise ContentError([Problem(str(record.path), 1, "stale", what, hint)])


def abbreviated(names: list[str]) -> str:
    """Return *names* in one line, cut off after the first 20."""
    rest = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


@dataclass(frozen=True)
class _Frame:
    """A package without notes; its last decks are one for each chapter.

    types    note types by the name of their kind
    entries  ledger entries of the notes, by name
    """

    package: apkg.Package
    types: Mapping[str, apkg.NoteType]
    entries: Mapping[str, LedgerEntry]

    def filled(self, chapters: Sequence[ChapterNotes]) -> apkg.Package:
        """Return the package with the notes of *chapters*, and their pictures unless it is bare."""
        first = len(self.package.decks) - len(chapters)
        above, decks = self.package.decks[:first], self.package.decks[first:]
        filled = [
            replace(deck, notes=tuple(map(self._dated, chapter.notes)))
            for deck, chapter in zip(decks, chapters, strict=True)
        ]
        media = (
            {} if self.package.bare else {name: file for chapter in chapters for name, file in chapter.media.items()}
        )
        return replace(self.package, decks=(*above, *filled), media=tuple(media.items()))

    def _dated(self, draft: NoteDraft) -> apkg.Note:
        entry = self.entries[draft.content.name]
        return apkg.Note(
            type=self.types[draft.kind],
            id=entry.id,
            guid=draft.guid,
            modified=entry.modified,
            due=draft.due,
            tags=draft.tags,
            fields=draft.fields,
        )


@dataclass(frozen=True)
class _UnwrittenPackage:
    """A package to write: its frame, and the jobs to render the notes of its chapters."""

    frame: _Frame
    chapters: tuple[Job, ...]

    def filled(self) -> apkg.Package:
        """Return the package with all its notes."""
        return self.frame.filled(list(map(_notes_of, self.chapters)))

    def job(self, path: str, record: Record | None) -> Job:
        """Return the job to write it, without loading the notes in this process."""
        return Job(path, write_deck, (self.frame, *self.chapters), record)


def _notes_of(chapter: Job) -> ChapterNotes:
    """Return the value of the job *chapter*."""
    notes: ChapterNotes = chapter.make(*chapter.arguments)
    return notes


def _contents(chapters: Iterable[Job]) -> list[Content]:
    """Return the ledger contents for the notes of *chapters*."""
    return [draft.content for chapter in chapters for draft in _notes_of(chapter).notes]


class _DeckWriter:
    """Makes the decks, note types and notes of one book."""

    def __init__(self, book: Book, templates: Templates) -> None:
        self._book, self._templates = book, templates.only("anki", "labels")
        self._labels = templates.labels(book)
        self._questions = {answer.key: answer.only("question") for answer in (*book.answers, *book.others)}
        retired = book.retired.answers if book.retired else ()
        published = book.ledger.entries if book.ledger else ()
        self._kinds = kinds_of((*book.answers, *book.others, *retired), published)

    @property
    def chapters(self) -> tuple[Job, ...]:
        """The jobs to render the notes of each chapter with answers."""
        return tuple(self._rendering(chapter, None) for chapter in self._book.chapters if chapter.answers)

    @property
    def retired(self) -> tuple[Job, ...]:
        """The job to render the notes of retired answers, if any, with a tag for retired notes."""
        retired = None if self._book.selection.names else self._book.retired
        return (self._rendering(retired, (retired_tag(self._book),)),) if retired and retired.answers else ()

    def note_types(self) -> Iterator[Content]:
        """Yield the ledger contents for the note types."""
        for kind in self._kinds:
            note_type = self._note_type(kind, 0)
            fields = [text for field in note_type.fields for text in (field.name, str(field.id))]
            templates = [text for t in note_type.templates for text in (t.name, str(t.id), t.front, t.back)]
            parts = (note_type.name, note_type.css, *fields, *templates)
            yield Content(f"type/{kind.name}", hash_of(parts), kind.id)

    def frame(self, ledger: Ledger, contents: Iterable[Content]) -> _Frame:
        """Return the deck of the book with a subdeck for each chapter with answers; *contents* are of their notes."""
        top = apkg.Deck(deck_id(self._book), deck_name(self._book), self._render("book"), preset=PRESET)
        decks = (
            apkg.Deck(
                id=deck_id(self._book, chapter),
                name=deck_name(self._book, chapter),
                description=self._render("chapter", chapter=chapter),
                preset=PRESET,
            )
            for chapter in self._book.chapters
            if chapter.answers
        )
        return self._frame(apkg.Package((top, *decks)), ledger, contents)

    def retired_frame(self, ledger: Ledger, contents: Sequence[Content]) -> _Frame:
        """Return one deck for the retired notes; Anki ignores it since it has no cards."""
        deck = apkg.Deck(deck_id(self._book), deck_name(self._book), "")
        return self._frame(apkg.Package((deck,) if contents else (), bare=True), ledger, contents)

    def _frame(self, package: apkg.Package, ledger: Ledger, contents: Iterable[Content]) -> _Frame:
        types = {kind.name: self._note_type(kind, ledger.entries[f"type/{kind.name}"].modified) for kind in self._kinds}
        return _Frame(package, types, {content.name: ledger.entries[content.name] for content in contents})

    def _rendering(self, chapter: Chapter, tags: tuple[str, ...] | None) -> Job:
        part = self._book.part(chapter, *TEXT_PARTS)
        keys = dict.fromkeys(key for answer in chapter.answers for key in linked_keys(answer))
        linked = tuple(self._questions[key] for key in keys if key in self._questions)
        return render_notes.job(part, linked, self._templates, tags)

    def _note_type(self, kind: Kind, modified: int) -> apkg.NoteType:
        files = [(self._template(side.front), self._template(side.back)) for side in kind.sides]
        return kind.note_type(files, "".join(map(self._style, kind.styles)), modified)

    def _render(self, name: str, **values: Any) -> str:
        html = render_anki(name, self._book, self._templates, self._labels, **values)
        gate.check(html, gate.Origin(self._templates, (f"anki/{name}.html.j2",)))
        return html

    def _template(self, name: str) -> str:
        """Return a side of a card: HTML for Anki's browser, with Anki's own commands in its text."""
        from tinyhtml5 import parse

        html = self._file(name)
        gate.check_tree(parse(html, namespace_html_elements=False), gate.Origin(self._templates, (f"anki/{name}",)))
        return html

    def _style(self, name: str) -> str:
        css = self._file(name)
        gate.check_sheet(css, self._templates.path(f"anki/{name}"))
        return css

    def _file(self, name: str) -> str:
        """Return the text of a template in Anki's language, not Jinja's."""
        return self._templates.path(f"anki/{name}").read_text(encoding="utf-8")
