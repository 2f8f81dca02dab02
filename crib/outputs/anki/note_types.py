"""Crib's note types in Anki (recall, cloze and typed): their permanent ids, fields and card templates.

Anki identifies a note type, its fields and its templates by ids. They must never change. Adding a
field or template would make every note of earlier packages conflict, so there are reserved ones. To
use one, rename it and keep its id. All books share the note types, so they contain no words of any
language: translated words go into fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from crib.model.ledger import NUMBERS, TYPES
from crib.outputs.anki.apkg import Field, NoteType, Template

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from crib.model import Answer, Book


@dataclass(frozen=True)
class Side:
    """A card template: its name and id in Anki, and the files of its front and back."""

    name: str
    id: int
    front: str
    back: str


@dataclass(frozen=True)
class Kind:
    """A note type, with the file names of its templates.

    name    its name in the ledger, and the prefix of the names of its notes there
    title   its name in Anki
    styles  the files of its style sheet
    """

    name: str
    id: int
    title: str
    fields: tuple[Field, ...]
    sides: tuple[Side, ...]
    styles: tuple[str, ...] = ("card.css",)
    cloze: bool = False

    def note_type(self, files: Iterable[tuple[str, str]], css: str, modified: int) -> NoteType:
        """Return the note type; *files* are the front and back of each of its sides."""
        return NoteType(
            id=self.id,
            name=self.title,
            fields=self.fields,
            templates=tuple(
                Template(side.name, side.id, front, back) for side, (front, back) in zip(self.sides, files, strict=True)
            ),
            css=css,
            sort_field=next(i for i, field in enumerate(self.fields) if field.name == "Code"),
            modified=modified,
            cloze=self.cloze,
        )

    def note(self, answer: Answer) -> str:
        """Return the name in the ledger of this kind of note for *answer*."""
        return f"{self.name}/{answer.key}"

    def guid(self, book: Book, answer: Answer) -> str:
        """Return the id of the note in any collection: 32 hex digits."""
        return sha256(f"{self.name}/{book.key}/{answer.key}".encode()).hexdigest()[:32]

    def first_id(self, book: Book, answer: Answer) -> int:
        """Return the default id of the note; the ledger assigns another one if it is taken."""
        return NUMBERS[int(self.guid(book, answer)[:16], 16) % len(NUMBERS)]


RECALL = Kind(
    name="recall",
    id=TYPES["recall"],
    title="Crib Recall",
    fields=(
        Field("Question", 3120451290886341),
        Field("Gist", 1580278443062759),
        Field("Answer", 2846619035527480),
        Field("Hint", 984210367745913),
        Field("Notes", 3517790246108622),
        Field("See", 2093384471590265),
        Field("Source", 1209936475320847),
        Field("Code", 4011572863904178),
        Field("Key", 2478103659217304),
        Field("Reverse", 1846027593318460, collapsed=True),
        Field("Reserved 1", 3309518427760953, collapsed=True),
        Field("Reserved 2", 675820394416127, collapsed=True),
        Field("Reserved 3", 2964471830522098, collapsed=True),
    ),
    sides=(
        Side("Recall", 1387265904473816, "front.html", "back.html"),
        Side("Reverse", 2751930486627341, "reverse.html", "back.html"),
    ),
)
CLOZE = Kind(
    name="cloze",
    id=TYPES["cloze"],
    title="Crib Cloze",
    fields=(
        Field("Text", 1093862574410283),
        Field("Question", 3748201956627140),
        Field("Source", 2215907348861502),
        Field("Code", 3982064715530917),
        Field("Key", 1467735028194656),
        Field("Reserved 1", 2690418853377021, collapsed=True),
        Field("Reserved 2", 812947360551748, collapsed=True),
        Field("Reserved 3", 3356082119746835, collapsed=True),
    ),
    sides=(Side("Cloze", 1928350647712094, "cloze.html", "cloze-back.html"),),
    cloze=True,
)
TYPED = Kind(
    name="typed",
    id=TYPES["typed"],
    title="Crib Typed",
    fields=(
        Field("Question", 2417730986154329),
        Field("Typed", 1590362847715208),
        Field("Gist", 3862014957320641),
        Field("Answer", 1126894503377915),
        Field("Hint", 2933571046820687),
        Field("Notes", 4015823796641052),
        Field("See", 1748206935190433),
        Field("Source", 3301947265881970),
        Field("Code", 2584119073356846),
        Field("Key", 1967430582240719),
        Field("Reverse", 3640725198853604, collapsed=True),
        Field("Reserved 1", 1275806394417528, collapsed=True),
        Field("Reserved 2", 2890347615502936, collapsed=True),
        Field("Reserved 3", 3517062948831745, collapsed=True),
    ),
    sides=(
        Side("Typed", 2046918357720485, "typed.html", "typed-back.html"),
        Side("Reverse", 3179540862294713, "reverse.html", "typed-reverse-back.html"),
    ),
    styles=("card.css", "typed.css"),
)
KINDS = (RECALL, CLOZE, TYPED)


def kinds_of(answers: Iterable[Answer], published: Container[str]) -> tuple[Kind, ...]:
    """Return recall, cloze, and other kinds of notes used by *answers* or *published*.

    *published* are names in the ledger. A ledger lacks unused kinds.
    """
    has_typed = any(answer.typed for answer in answers)
    return tuple(kind for kind in KINDS if kind is not TYPED or has_typed or f"type/{kind.name}" in published)
