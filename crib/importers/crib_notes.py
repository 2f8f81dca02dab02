"""Notes that Crib made: their fields are the parts of an answer, and a cloze note belongs to the answer of its key."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crib.importers.questions import ImportedChoice, ImportedQuestion
from crib.importers.text_batch import HTML, as_inlines
from crib.model.elements import attributes, children, list_items, numbering
from crib.model.elements import note as footnote
from crib.model.tree import plain, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.importers.anki_notes import AnkiNote
    from crib.importers.log import ImportLog
    from crib.importers.text_batch import TextBatch
    from crib.model.elements import Element, Elements

_KINDS = ("Crib Recall", "Crib Typed", "Crib Cloze")
_OWN_FIELDS = {"Question", "Source", "Code", "Key"}
_TEXTS = ("Question", "Gist", "Answer", "Hint", "Notes", "Text")
_TITLE = re.compile(r"\A\s*<h2>[^<]*</h2>")
_SUMMARY = re.compile(r"<summary>.*?</summary>", re.DOTALL)
_NUMBER = re.compile(r"\b\d+ (?=[^:]*\Z)")
"""The number of a chapter, in the last part of the name of its deck."""

_GAP = re.compile(r"\{\{c(\d)::(.*?)\}\}", re.DOTALL)


def is_crib_note(note: AnkiNote) -> bool:
    """Tell whether Crib made *note*; Anki may have added to the name of its type."""
    return note.type.name.startswith(_KINDS) and set(note.type.fields) >= _OWN_FIELDS


class CribNotes:
    """Crib's notes, whose texts a batch reads together with others."""

    def __init__(self, notes: Iterable[AnkiNote], batch: TextBatch, log: ImportLog) -> None:
        """Add the texts of *notes* to *batch*."""
        self._found = [(note, self._collect(_fields(note), batch, log)) for note in notes]

    @staticmethod
    def _collect(fields: dict[str, str], batch: TextBatch, log: ImportLog) -> dict[str, int]:
        log.near = fields["Key"]
        if fields.get("See"):
            log.leave_out(0, " ".join(re.sub(r"<[^>]*>", " ", fields["See"]).split()), "left out: links to answers")
        return {name: batch.add(_bare(fields[name]), HTML) for name in _TEXTS if fields.get(name)}

    def questions(self, blocks: list[Elements]) -> Iterator[tuple[str, ImportedQuestion]]:
        """Yield the deck and the question of each answer, from the *blocks* of the batch."""
        gaps = {
            _fields(note)["Key"]: blocks[places["Text"]] for note, places in self._found if "Text" in note.type.fields
        }
        for note, places in self._found:
            if "Text" not in note.type.fields:
                texts = {name: blocks[place] for name, place in places.items()}
                question = _question(note, texts)
                yield _NUMBER.sub("", note.deck), replace(question, cloze=list(gaps.get(question.key, [])))


def _fields(note: AnkiNote) -> dict[str, str]:
    texts = dict(zip(note.type.fields, note.fields, strict=False))
    return {**dict.fromkeys(_OWN_FIELDS, ""), **texts}


def _bare(html: str) -> str:
    """Return the *html* of a field without its title, and with its gaps as elements."""
    bare = _SUMMARY.sub("", _TITLE.sub("", html))
    return _GAP.sub(r'<span class="c\1">\2</span>', bare)


def _question(note: AnkiNote, texts: dict[str, Elements]) -> ImportedQuestion:
    fields = _fields(note)
    notes = [item for block in texts.get("Notes", []) if block["t"] == "OrderedList" for item in list_items(block)]
    gist, hint = texts.get("Gist", []), [part for block in texts.get("Hint", []) for part in _opened(block)]
    choices: tuple[ImportedChoice, ...] = ()
    if hint and _is_lettered(hint[0]):
        right = {number for block in gist if _is_lettered(block) for number in _numbers(block)}
        choices = tuple(ImportedChoice(words, at in right) for at, words in enumerate(list_items(hint[0]), 1))
        gist, hint = [block for block in gist if not _is_lettered(block)], hint[1:]
    answer = texts.get("Answer", [])
    typed = fields.get("Typed", "")
    number = fields["Code"].rpartition(".")[2]
    return ImportedQuestion(
        question=as_inlines(texts.get("Question", [])),
        answer=_with_notes(answer or gist, notes),
        gist=_with_notes(gist, notes) if answer else [],
        hint=_with_notes(hint, notes),
        choices=choices,
        typed=typed,
        tags=tuple(tag.split("::topic::")[1] for tag in note.tags if "::topic::" in tag),
        number=int(number) if number.isdecimal() and len(number) < 5 else 0,
        key=fields["Key"],
        origin=note.guid,
        reverse=bool(fields.get("Reverse")),
    )


def _opened(block: Element) -> Elements:
    is_fold = block["t"] == "Div" and "details" in attributes(block)[1]
    return children(block) if is_fold else [block]


def _is_lettered(block: Element) -> bool:
    return bool(block["t"] == "OrderedList" and numbering(block)[1] == "UpperAlpha")


def _numbers(block: Element) -> range:
    """Return the numbers of the items of a list."""
    first, _ = numbering(block)
    return range(first, first + len(list_items(block)))


def _with_notes(blocks: Elements, notes: list[Elements]) -> Elements:
    """Return *blocks* with the *notes* where their numbers are raised."""

    def note(element: Element) -> Elements | None:
        number = plain(element).strip() if element["t"] == "Superscript" else ""
        if not number.isdecimal() or not 1 <= int(number) <= len(notes):
            return None
        return [footnote(notes[int(number) - 1])]

    result: Elements = rewrite(blocks, note)
    return result
