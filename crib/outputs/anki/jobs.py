"""An Anki deck: a note an answer, and one for its cloze, in a subdeck a chapter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crib.engine.cached import prefetch
from crib.engine.job import Job, Record
from crib.model import TEXT_PARTS
from crib.model.ledger import LOCK_FILE, Content, Ledger, hash_of
from crib.outputs.anki import apkg
from crib.outputs.anki.deck_names import deck_id, deck_name, retired_tag
from crib.outputs.anki.drafts import drafts_of, named_by, rendered
from crib.outputs.anki.note_types import KINDS
from crib.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crib.model import Book, Chapter
    from crib.model.ledger import LedgerEntry
    from crib.outputs.anki.drafts import Draft, Drafts
    from crib.outputs.anki.note_types import Kind
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
"""Few new cards a day, in the order of the book; reviews without a limit; leeches are only tagged."""

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
    yield from edition.jobs()


def write(frame: _Frame, *chapters: Drafts) -> bytes:
    """Return the package of *frame* with the notes of *chapters*. Raises BuildError."""
    return apkg.write(frame.filled(chapters))


class Edition:
    """What of a book is for Anki, as it would be published now."""

    def __init__(self, book: Book, templates: Templates) -> None:
        """Render all notes and date them; nothing is written, and no text of theirs is kept."""
        writer = _Writer(book, templates)
        self._book = book
        self._before = book.ledger or Ledger(book.key)
        chapters, retired = writer.chapters, writer.retired
        prefetch([*chapters, *retired])
        notes, others = _contents(chapters), _contents(retired)
        self.ledger = self._before.advance([*writer.note_types(), *notes, *others], int(book.released.timestamp()))
        self._package = _Unwritten(writer.frame(self.ledger, notes), chapters)
        self._retired = _Unwritten(writer.retired_frame(self.ledger, others), retired)

    @property
    def package(self) -> apkg.Package:
        """The package of all answers."""
        return self._package.made()

    @property
    def retired(self) -> apkg.Package:
        """The package of the answers that have retired, which has no cards; without such answers it has no decks."""
        return self._retired.made()

    def jobs(self) -> Iterator[Job]:
        """Yield those that write both packages, if they have notes."""
        if self._retired.chapters:
            yield self._retired.job(f"{self._book.key}-retired.apkg", self.record)
        if self._package.chapters:
            yield self._package.job(f"{self._book.stem}.apkg", self.record)

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
class _Frame:
    """A package whose last decks lack their notes, each those of one chapter.

    types    the note types by the names of their kinds
    entries  what the ledger says of the notes
    """

    package: apkg.Package
    types: Mapping[str, apkg.NoteType]
    entries: Mapping[str, LedgerEntry]

    def filled(self, chapters: Sequence[Drafts]) -> apkg.Package:
        """Return the package with the notes of *chapters*, and the pictures of those that have cards."""
        first = len(self.package.decks) - len(chapters)
        above, decks = self.package.decks[:first], self.package.decks[first:]
        filled = [
            replace(deck, notes=tuple(map(self._dated, made.notes))) for deck, made in zip(decks, chapters, strict=True)
        ]
        media = {} if self.package.bare else {name: file for made in chapters for name, file in made.media.items()}
        return replace(self.package, decks=(*above, *filled), media=tuple(media.items()))

    def _dated(self, draft: Draft) -> apkg.Note:
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
class _Unwritten:
    """A package to be: its frame, and the jobs that draft the notes of its chapters."""

    frame: _Frame
    chapters: tuple[Job, ...]

    def made(self) -> apkg.Package:
        """Return it with all its notes."""
        return self.frame.filled(list(map(_drafted, self.chapters)))

    def job(self, path: str, record: Record | None) -> Job:
        """Return the job that writes it; this process need not hold the notes."""
        return Job(path, write, (self.frame, *self.chapters), record)


def _drafted(chapter: Job) -> Drafts:
    """Return the value of the job *chapter*."""
    drafts: Drafts = chapter.make(*chapter.arguments)
    return drafts


def _contents(chapters: Iterable[Job]) -> list[Content]:
    """Return what the ledger must know of the notes of *chapters*."""
    return [draft.content for chapter in chapters for draft in _drafted(chapter).notes]


class _Writer:
    """The decks, note types and notes of one book."""

    def __init__(self, book: Book, templates: Templates) -> None:
        self._book, self._templates = book, templates.only("anki", "labels")
        self._labels = templates.labels(book)
        self._questions = {answer.key: answer.only("question") for answer in (*book.answers, *book.others)}

    @property
    def chapters(self) -> tuple[Job, ...]:
        """The jobs that draft the notes of each chapter with answers."""
        return tuple(self._drafting(chapter, None) for chapter in self._book.chapters if chapter.answers)

    @property
    def retired(self) -> tuple[Job, ...]:
        """The one for those of retired answers, if there are any: they get a tag that says what they are."""
        retired = None if self._book.selection.names else self._book.retired
        return (self._drafting(retired, (retired_tag(self._book),)),) if retired and retired.answers else ()

    def note_types(self) -> Iterator[Content]:
        """Yield what the note types are made of."""
        for kind in KINDS:
            note_type = self._note_type(kind, 0)
            fields = [text for field in note_type.fields for text in (field.name, str(field.id))]
            templates = [text for t in note_type.templates for text in (t.name, str(t.id), t.front, t.back)]
            made_of = (note_type.name, note_type.css, *fields, *templates)
            yield Content(f"type/{kind.name}", hash_of(made_of), kind.id)

    def frame(self, ledger: Ledger, contents: Iterable[Content]) -> _Frame:
        """Return the deck that holds the others, and one for each chapter with answers: *contents* are their notes'."""
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
        """Return a deck for the retired notes, which Anki does not look at as it has no cards."""
        deck = apkg.Deck(deck_id(self._book), deck_name(self._book), "")
        return self._frame(apkg.Package((deck,) if contents else (), bare=True), ledger, contents)

    def _frame(self, package: apkg.Package, ledger: Ledger, contents: Iterable[Content]) -> _Frame:
        types = {kind.name: self._note_type(kind, ledger.entries[f"type/{kind.name}"].modified) for kind in KINDS}
        return _Frame(package, types, {content.name: ledger.entries[content.name] for content in contents})

    def _drafting(self, chapter: Chapter, tags: tuple[str, ...] | None) -> Job:
        part = self._book.part(chapter, *TEXT_PARTS)
        named = dict.fromkeys(key for answer in chapter.answers for key in named_by(answer))
        linked = tuple(self._questions[key] for key in named if key in self._questions)
        return drafts_of.job(part, linked, self._templates, tags)

    def _note_type(self, kind: Kind, modified: int) -> apkg.NoteType:
        files = [(self._file(side.front), self._file(side.back)) for side in kind.sides]
        return kind.note_type(files, self._file("card.css"), modified)

    def _render(self, name: str, **values: Any) -> str:
        return rendered(name, self._book, self._templates, self._labels, **values)

    def _file(self, name: str) -> str:
        """Return a file that Anki reads as it is."""
        return self._templates.path(f"anki/{name}").read_text(encoding="utf-8")
