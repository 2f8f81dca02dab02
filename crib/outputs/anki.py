"""An Anki deck: a note an answer, in a subdeck a chapter."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import normalize

from crib.outputs import Job, apkg
from crib.outputs.cardtext import CardFlavor, inert
from crib.render.fragments import render_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Answer, Book, Chapter
    from crib.render.templates import Templates

# Anki knows the note type and its parts by these numbers; they never change. A field or template
# more would make every note of earlier packages conflict: those to come are already here. To use
# one, rename it; its number stays. The note type is one for all books, so none of its words is in
# a language: those are in the fields.
NOTE_TYPE = 1764020814937
FIELDS = (
    apkg.Field("Question", 3120451290886341),
    apkg.Field("Gist", 1580278443062759),
    apkg.Field("Answer", 2846619035527480),
    apkg.Field("Hint", 984210367745913),
    apkg.Field("Notes", 3517790246108622),
    apkg.Field("See", 2093384471590265),
    apkg.Field("Source", 1209936475320847),
    apkg.Field("Code", 4011572863904178),
    apkg.Field("Key", 2478103659217304),
    apkg.Field("Reverse", 1846027593318460, collapsed=True),
    apkg.Field("Reserved 1", 3309518427760953, collapsed=True),
    apkg.Field("Reserved 2", 675820394416127, collapsed=True),
    apkg.Field("Reserved 3", 2964471830522098, collapsed=True),
)
RECALL, REVERSE = 1387265904473816, 2751930486627341

_SORT_FIELD = next(i for i, field in enumerate(FIELDS) if field.name == "Code")

# A number of a note is also the time it was made, in milliseconds, and Anki mends those that lie
# ahead: ours are from 1985 to 2020, with room for the numbers of 16 cards.
_FIRST_NOTE, _NOTES, _CARDS_A_NOTE = 500_000_000_000, 1 << 36, 16
_FIRST_DECK, _DECKS = 1 << 40, 1 << 48


def jobs(book: Book, templates: Templates) -> Iterator[Job]:
    """Yield the package of all answers in *book*, if it has any."""
    writer = _Writer(book, templates)
    decks = tuple(writer.decks())
    if any(deck.notes for deck in decks):
        yield Job(f"{book.stem}.apkg", apkg.write, (apkg.Package(decks, writer.media),))


class _Writer:
    """The decks and notes of one book."""

    def __init__(self, book: Book, templates: Templates) -> None:
        self._book, self._templates = book, templates
        self._labels = templates.labels(book)
        self._flavor = CardFlavor(book, self._labels)
        self._fragments = render_answers(book.answers, self._flavor)
        self._modified = int(book.released.timestamp())
        self._type = apkg.NoteType(
            id=NOTE_TYPE,
            name="Crib Recall",
            fields=FIELDS,
            templates=(
                apkg.Template("Recall", RECALL, self._file("front.html"), self._file("back.html")),
                apkg.Template("Reverse", REVERSE, self._file("reverse.html"), self._file("back.html")),
            ),
            css=self._file("card.css"),
            sort_field=_SORT_FIELD,
            modified=self._modified,
        )

    @property
    def media(self) -> tuple[tuple[str, bytes], ...]:
        """The pictures of all notes, each once."""
        return tuple(self._flavor.media.items())

    def decks(self) -> Iterator[apkg.Deck]:
        """Yield the deck that holds the others, and one for each chapter with answers."""
        title = _deck_name(self._book.title) or self._book.key
        yield apkg.Deck(_deck_id(self._book), title, self._render("book"))
        for chapter in self._book.chapters:
            if chapter.answers:
                yield apkg.Deck(
                    id=_deck_id(self._book, chapter),
                    name=f"{title}::{_deck_name(f'{chapter.number:02d} {chapter.title}')}",
                    description=self._render("chapter", chapter=chapter),
                    notes=tuple(self._note(answer, chapter) for answer in chapter.answers),
                )

    def _note(self, answer: Answer, chapter: Chapter) -> apkg.Note:
        identity = sha256(f"recall/{self._book.key}/{answer.key}".encode())
        fields = self._fields(answer, chapter)
        return apkg.Note(
            type=self._type,
            id=_FIRST_NOTE + int.from_bytes(identity.digest()[:8], "big") % _NOTES * _CARDS_A_NOTE,
            guid=identity.hexdigest()[:32],
            modified=self._modified,
            due=1000 * answer.chapter + answer.number,
            tags=tuple(_tags(self._book, answer)),
            fields=tuple(fields.get(field.name, "") for field in FIELDS),
        )

    def _fields(self, answer: Answer, chapter: Chapter) -> dict[str, str]:
        """Return what the fields hold that are not empty for every note."""
        part = self._fragments[answer.key]
        others = self._flavor.answers
        see = [(others[key].code, self._fragments[key].question) for key in answer.see if key in others]
        html = {
            "Question": part.question,
            "Gist": self._render("gist", gist=part.gist),
            "Answer": part.body,
            "Hint": self._render("hint", hint=part.hint) if part.hint else "",
            "Notes": self._render("notes", notes=part.notes) if part.notes else "",
            "See": self._render("see", see=see) if see else "",
            "Source": self._render("source", answer=answer, chapter=chapter),
            "Code": f"{answer.chapter:02d}.{answer.number:02d}",
            "Key": answer.key,
        }
        return {name: normalize("NFC", inert(text)) for name, text in html.items()}

    def _render(self, name: str, **values: object) -> str:
        html = self._templates.render(f"anki/{name}.html.j2", book=self._book, labels=self._labels, **values)
        return html.strip()

    def _file(self, name: str) -> str:
        """Return a file that Anki reads as it is."""
        return self._templates.path(f"anki/{name}").read_text(encoding="utf-8")


def _deck_id(book: Book, chapter: Chapter | None = None) -> int:
    name = f"deck/{book.key}/{chapter.number if chapter else ''}"
    return _FIRST_DECK + int.from_bytes(sha256(name.encode()).digest()[:8], "big") % _DECKS


def _deck_name(title: str) -> str:
    """Return *title* as one part of a deck's name: `::` would begin the next, and Anki drops `"`."""
    return normalize("NFC", re.sub(":{2,}", ":", title.replace('"', "")).strip(" :"))


def _tags(book: Book, answer: Answer) -> Iterator[str]:
    yield f"{book.key}::ch{answer.chapter:02d}"
    yield f"{book.key}::code::{answer.code.replace('.', '_')}"
    for topic in answer.tags:
        yield f"{book.key}::topic::{topic}"
    if answer.level:
        yield f"{book.key}::level::{answer.level}"
