"""Import notes of decks built by Crib: fields are text parts, and a cloze note belongs to the answer of its key."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from crib.importers.questions import ImportedChoice, ImportedQuestion
from crib.importers.text_batch import HTML, as_inlines
from crib.model.elements import attributes, children, list_items, numbering, with_attributes, with_children
from crib.model.elements import note as footnote
from crib.model.numbers import number_of
from crib.model.practice import PRACTICE
from crib.model.tree import plain, rewrite
from crib.problems import short

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
"""The chapter number in the last part of the deck name."""

_GAP = re.compile(r"\{\{c(\d)::(.*?)\}\}", re.DOTALL)
_LABEL = re.compile(r"[1-9]\d{0,2}|[1-8]\d{3}|[a-z]{1,2}")
_SOURCE = re.compile(r'<a href="([^"]+)">(.*?)</a>', re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>\"%/?#]+([/?#]([^\s<>\"%]|%[0-9A-Fa-f]{2})*)?")
_LINKED = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DESCRIPTION = re.compile(r'<details class="description"[^>]*>(.*?)</details>', re.DOTALL)
_LEVELS = ("recall", "explain", "derive")
_TITLED = ("tip", "warning", "since", PRACTICE)
"""Blocks with a title on cards."""

_MOST_TITLE = 200
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(?!\d)")
OWN_BLOCK = "crib-block"
"""The class of Crib's own blocks; the attribute `kind` is the original class."""


def is_crib_note(note: AnkiNote) -> bool:
    """Return True if Crib built *note*; Anki may have extended the name of its type."""
    return note.type.name.startswith(_KINDS) and set(note.type.fields) >= _OWN_FIELDS


class CribNotes:
    """Notes of decks built by Crib, with their texts in a batch."""

    def __init__(self, notes: Iterable[AnkiNote], batch: TextBatch, log: ImportLog) -> None:
        """Add the texts of *notes* to *batch*."""
        own = sorted(notes, key=lambda note: _fields(note)["Code"])
        self._keys = {_words(_fields(note)["Question"]): _fields(note)["Key"] for note in own}
        self._notes = [(note, self._collect(_fields(note), batch, log)) for note in own]

    def _collect(self, fields: dict[str, str], batch: TextBatch, log: ImportLog) -> dict[str, int]:
        log.near = fields["Key"]
        for question in map(_words, _LINKED.findall(fields.get("See", ""))):
            if question not in self._keys:
                log.leave_out(0, question, "left out: a link to an answer that is not in the deck")
        return {name: batch.add(_bare(fields[name]), HTML) for name in _TEXTS if fields.get(name)}

    @property
    def title(self) -> str:
        """The title of the book if all notes are in its decks."""
        titles = {note.deck.partition("::")[0] for note, _ in self._notes}
        return titles.pop() if len(titles) == 1 else ""

    def questions(self, blocks: list[Elements]) -> Iterator[tuple[str, ImportedQuestion]]:
        """Yield the deck and the question of each answer, from the *blocks* of the batch."""
        gaps = {
            _fields(note)["Key"]: _own_blocks(blocks[places["Text"]])
            for note, places in self._notes
            if "Text" in note.type.fields
        }
        for note, places in self._notes:
            if "Text" not in note.type.fields:
                texts = {name: _own_blocks(blocks[place]) for name, place in places.items()}
                question = _question(note, texts)
                see = (self._keys.get(_words(line), "") for line in _LINKED.findall(_fields(note).get("See", "")))
                yield (
                    _NUMBER.sub("", note.deck),
                    replace(question, cloze=list(gaps.get(question.key, [])), see=tuple(filter(None, see))),
                )


def _fields(note: AnkiNote) -> dict[str, str]:
    texts = dict(zip(note.type.fields, note.fields, strict=False))
    return {**dict.fromkeys(_OWN_FIELDS, ""), **texts}


def _words(html: str) -> str:
    """Return the words of *html*, to match a note with links to it."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def _bare(html: str) -> str:
    """Return the *html* of a field without its title, with gaps as elements, and without languages of code."""
    bare = _SUMMARY.sub("", _TITLE.sub("", html)).replace('<pre class="code">', "<pre>")
    unfolded = _DESCRIPTION.sub(r'<div class="description">\1</div>', bare)
    return _GAP.sub(r'<span class="c\1">\2</span>', unfolded)


def _own_blocks(blocks: Elements) -> Elements:
    """Return *blocks* with Crib's own blocks marked as such, without their titles on cards."""
    result: Elements = rewrite(blocks, _own_block)
    return result


def _own_block(element: Element) -> Elements | None:
    classes = attributes(element)[1] if element["t"] == "Div" else []
    if classes == ["description"]:
        return [_of_kind(element, children(element), "description")]
    kind = next((name for name in classes if name in _TITLED), "")
    title, *inside = children(element) if kind else [{}]
    if not inside or title["t"] != "Para" or [inline["t"] for inline in children(title)] != ["Strong"]:
        return None
    date = _DATE.search(plain(title))
    return None if kind == "since" and not date else [_of_kind(element, inside, kind, date and date[0])]


def _of_kind(element: Element, inside: Elements, kind: str, date: str | None = None) -> Element:
    pairs = {"kind": kind, **({"date": date} if date and kind == "since" else {})}
    return with_attributes(with_children(element, inside), "", [OWN_BLOCK], pairs)


def _question(note: AnkiNote, texts: dict[str, Elements]) -> ImportedQuestion:
    fields = _fields(note)
    notes = [item for block in texts.get("Notes", []) if block["t"] == "OrderedList" for item in list_items(block)]
    gist, hint = texts.get("Gist", []), [part for block in texts.get("Hint", []) for part in _unfolded(block)]
    choices: tuple[ImportedChoice, ...] = ()
    if hint and _is_lettered(hint[0]):
        right = {number for block in gist if _is_lettered(block) for number in _numbers(block)}
        choices = tuple(ImportedChoice(words, at in right) for at, words in enumerate(list_items(hint[0]), 1))
        gist, hint = [block for block in gist if not _is_lettered(block)], hint[1:]
    answer = texts.get("Answer", [])
    typed = fields.get("Typed", "")
    label = fields["Code"].rpartition(".")[2].lstrip("0")
    return ImportedQuestion(
        question=as_inlines(texts.get("Question", [])),
        answer=_with_notes(answer or gist, notes),
        gist=_with_notes(gist, notes) if answer else [],
        hint=_with_notes(hint, notes),
        choices=choices,
        typed=typed,
        tags=tuple(tag.split("::topic::")[1] for tag in note.tags if "::topic::" in tag),
        level=next((level for level in _LEVELS if any(tag.endswith(f"::level::{level}") for tag in note.tags)), ""),
        number=number_of(label) if _LABEL.fullmatch(label) else 0,
        source=_source(fields["Source"]),
        key=fields["Key"],
        anchors=(fields["Key"],),
        origin=note.guid,
        reverse=bool(fields.get("Reverse")),
    )


def _source(html: str) -> tuple[str, str] | None:
    """Return title and address in the field *Source*; None without an address valid in a book."""
    link = _SOURCE.search(html)
    address = unescape(link[1]) if link else ""
    return (short(_words(link[2]), _MOST_TITLE), address) if link and _ADDRESS.fullmatch(address) else None


def _unfolded(block: Element) -> Elements:
    is_fold = block["t"] == "Div" and "details" in attributes(block)[1]
    return children(block) if is_fold else [block]


def _is_lettered(block: Element) -> bool:
    return bool(block["t"] == "OrderedList" and numbering(block)[1] == "UpperAlpha")


def _numbers(block: Element) -> range:
    """Return the numbers of the items of a list."""
    first, _ = numbering(block)
    return range(first, first + len(list_items(block)))


def _with_notes(blocks: Elements, notes: list[Elements]) -> Elements:
    """Return *blocks* with *notes* in place of superscript numbers."""

    def note(element: Element) -> Elements | None:
        number = plain(element).strip() if element["t"] == "Superscript" else ""
        if not number.isdecimal() or not 1 <= int(number) <= len(notes):
            return None
        return [footnote(notes[int(number) - 1])]

    result: Elements = rewrite(blocks, note)
    return result
