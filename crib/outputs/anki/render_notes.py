"""Render a chapter's Anki notes, without their ids and modification times (the ledger adds those)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import chain
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from crib.engine.cached import cached
from crib.markup import mathjax
from crib.model.gist import with_gist
from crib.model.ledger import Content, hash_of
from crib.model.numbers import label_of
from crib.model.tree import plain
from crib.outputs.anki.card_html import CardFlavor, cloze, formulas_in, inert
from crib.outputs.anki.note_types import CLOZE, RECALL, TYPED
from crib.problems import ContentError, Problem, short
from crib.render import fragments, gate
from crib.render.fragments import render_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crib.model import Answer, Book
    from crib.outputs.anki.note_types import Kind
    from crib.render.templates import Labels, Templates


Tags = tuple[str, ...] | None
"""Tags of retired notes, or None for each answer's own tags."""

_FROM_TEMPLATES = ("Gist", "Hint", "Notes", "See", "Reverse", "Source")
"""Fields rendered by templates of the same name."""

_WITHOUT_DIRECTION = ("Typed", "Code")
"""Fields for comparing typed answers, or for sorting."""


@dataclass(frozen=True)
class NoteDraft:
    """A note without its id and modification time.

    kind     the name of its kind
    content  its content for the ledger
    guid     its id in any collection
    due      its position among the new cards
    """

    kind: str
    content: Content
    guid: str
    due: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class ChapterNotes:
    """The notes of one chapter, and their pictures by file name."""

    notes: tuple[NoteDraft, ...]
    media: Mapping[str, bytes]


@cached
def render_notes(part: Book, linked: Iterable[Answer], templates: Templates, tags: Tags) -> ChapterNotes:
    """Return the notes of the only chapter of *part*, tagged with *tags* if given, else with each answer's own.

    *linked* are all answers the chapter links to, selected or not: a note does not depend on the selection.
    """
    [chapter] = part.chapters
    flavor = CardFlavor(part, templates.labels(part))
    parts = render_answers(chapter.answers, flavor, (*fragments.RENDERED_PARTS, fragments.CLOZE_PART))
    reversed_answers = (with_gist(answer) for answer in chapter.answers if answer.reverse)
    gists = render_answers(reversed_answers, CardFlavor(part, flavor.labels), ["choices", "gist"])
    questions = render_answers(linked, CardFlavor(part, flavor.labels), ["question"])
    question_html = {key: rendered.question for key, rendered in (*questions.items(), *parts.items())}
    drafting = _Drafting(part, templates, question_html, {key: rendered.short for key, rendered in gists.items()})
    drafts = (draft for answer in chapter.answers for draft in drafting.drafts(answer, parts[answer.key], tags))
    return ChapterNotes(tuple(drafts), flavor.media)


class _Drafting:
    """Fills the fields of notes with the fragments of answers."""

    def __init__(
        self, part: Book, templates: Templates, questions: Mapping[str, str], gists: Mapping[str, str]
    ) -> None:
        self._book, self._templates, self._questions, self._gists = part, templates, questions, gists
        self._labels = templates.labels(part)

    def drafts(self, answer: Answer, part: fragments.Fragments, tags: Tags) -> Iterator[NoteDraft]:
        """Yield the notes of *answer*; if *tags* are given, mark them as retired."""
        if tags is None:
            label = label_of(answer.number)
            code = (
                f"{answer.chapter:02d}.{label if answer.is_own else label.zfill(2)}"  # Anki sorts letters after digits
            )
            source = self._render("source", answer=answer)
            tags = tuple(_tags(self._book, answer))
        else:
            source, code = self._render("retired"), ""
        for kind, fields in self._fields(answer, part):
            yield self._draft(kind, answer, {**fields, "Source": source, "Code": code}, tags)

    def _fields(self, answer: Answer, part: fragments.Fragments) -> Iterator[tuple[Kind, dict[str, str]]]:
        """Yield kind and fields (HTML by name) of each note of *answer*."""
        see = [self._questions[key] for key in linked_keys(answer) if key in self._questions]
        if not answer.cloze_alone:
            short = "" if answer.typed and plain(answer.gist).strip() == answer.typed else part.short
            gist = self._render("gist", gist=short or part.body, is_whole=not (short and part.body))
            yield (
                TYPED if answer.typed else RECALL,
                {
                    "Question": part.question,
                    "Typed": escape(answer.typed),
                    "Gist": gist if short or part.body else "",
                    "Answer": part.body if short else "",
                    "Hint": str(part.choices) + (self._render("hint", hint=part.hint) if part.hint else ""),
                    "Notes": self._render("notes", notes=part.notes) if part.notes else "",
                    "See": self._render("see", see=see) if see else "",
                    "Reverse": self._render("reverse", gist=self._gists[answer.key]) if answer.reverse else "",
                },
            )
        if part.cloze:
            yield CLOZE, {"Text": part.cloze, "Question": part.question}

    def _draft(self, kind: Kind, answer: Answer, html: Mapping[str, str], tags: tuple[str, ...]) -> NoteDraft:
        safe = {name: normalize("NFC", inert(self._directed(name, text))) for name, text in html.items()}
        for tex in chain.from_iterable(map(formulas_in, safe.values())):
            if macro := mathjax.refused_macro(tex):
                what = f"\\{macro} is not allowed on a card"
                raise ContentError([Problem(*self._place(answer), "math", what, f"in the formula {short(tex)}")])
        if kind.cloze:
            safe["Text"] = cloze(safe["Text"])
        self._check(answer, safe)
        safe["Key"] = answer.key
        fields = tuple(safe.get(field.name, "") for field in kind.fields)
        return NoteDraft(
            kind=kind.name,
            content=Content(
                name=kind.note(answer),
                hash=hash_of((*fields, *tags)),
                id=kind.first_id(self._book, answer),
                cards=_cards(kind, safe),
            ),
            guid=kind.guid(self._book, answer),
            due=2 * (10_000 * answer.chapter + answer.number) + (kind is CLOZE),
            fields=fields,
            tags=tags,
        )

    def _directed(self, name: str, html: str) -> str:
        """Return the text of a field in the direction of the book: all books share the templates of cards."""
        if self._book.direction == "ltr" or not html or name in _WITHOUT_DIRECTION:
            return html
        return f'<div dir="rtl" style="text-align: right;">{html}</div>'

    def _check(self, answer: Answer, fields: Mapping[str, str]) -> None:
        """Raise ContentError for markup in *fields* not on the allowlist."""
        for name, html in fields.items():
            template = (f"anki/{name.lower()}.html.j2",) if name in _FROM_TEMPLATES else ()
            # In fields `<wbr>` is not closed, since Anki removes only the unclosed form (see `cloze`).
            gate.check(
                html.replace("<wbr>", "<wbr/>"), gate.Origin(self._templates, template, answer=self._place(answer))
            )

    def _place(self, answer: Answer) -> tuple[str, int]:
        return self._book.chapters[0].file, answer.line

    def _render(self, name: str, **values: Any) -> str:
        return render_anki(name, self._book, self._templates, self._labels, **values)


def render_anki(name: str, book: Book, templates: Templates, labels: Labels, **values: Any) -> str:
    """Render the template *name* in `templates/anki`."""
    return templates.render(f"anki/{name}.html.j2", book=book, labels=labels, **values).strip()


def linked_keys(answer: Answer) -> Iterator[str]:
    """Yield the keys of the other answers *answer* links to, in its text or under "see also", without duplicates."""
    return (key for key in dict.fromkeys((*answer.see, *answer.links)) if key != answer.key)


def _cards(kind: Kind, fields: Mapping[str, str]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the cards of a note of *kind* with *fields*."""
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
