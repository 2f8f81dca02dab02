"""Import CSV and TSV tables, and Anki's export *Notes in Plain Text*.

https://docs.ankiweb.net/importing/text-files.html
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING

from crib.importers.anki_html import readable_html
from crib.importers.decks import chapters_of_decks
from crib.importers.log import ImportLog
from crib.importers.note_fields import NoteFields, collect, has_gaps, question_of
from crib.importers.option_columns import option_columns
from crib.importers.questions import Imported
from crib.importers.text_batch import HTML, TEXT, TextBatch, form_of
from crib.model.chapter_names import readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions

_HEADER = re.compile(r"#(separator|html|tags|columns|notetype|deck|if matches|(?:guid|notetype|deck|tags) column):(.*)")
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " ", "\\t": "\t"}
_KNOWN_NAMES = {
    "question", "questions", "front", "term", "word", "prompt", "text", "answer", "answers", "back", "definition",
    "meaning", "translation", "guid", "tags", "deck", "extra",
}  # fmt: skip
_NOT_TEXT = {"guid", "id", "tags", "tag", "deck", "note type", "notetype", "chapter", "key", "code"}
_PLAIN_ANSWERS = {"answer", "answers", "back", "definition", "meaning", "translation"}
_SAMPLE = 20_000


@dataclass
class _Table:
    """The rows of a file with their lines, and the settings in its header.

    special  the columns, from 0, for metadata, by their names in Anki: guid, notetype, deck, tags
    """

    rows: list[tuple[int, list[str]]]
    names: list[str]
    special: dict[str, int] = field(default_factory=dict)
    form: str = ""
    deck: str = ""
    tags: tuple[str, ...] = ()


def is_notes_in_plain_text(source: SourceFile) -> bool:
    """Return True if a text file is an export from Anki, or a table with tabs."""
    lines = source.loose_text.split("\n")[:50]
    if lines and _HEADER.match(lines[0]):
        return True
    filled = [line for line in lines if line.strip()]
    return len(filled) > 1 and all(line.count("\t") >= 1 and not line.startswith("\t") for line in filled)


def read(source: SourceFile, options: ReadOptions) -> Imported:
    """Return the questions in a text table, one per row. Raises CribError."""
    text = source.loose_text
    table = _anki_table(source, text) if _HEADER.match(text) else _plain_table(source, text, options)
    log = ImportLog(source.name)
    if table.form == HTML:
        table.rows = [(line, [readable_html(cell, log, line) for cell in row]) for line, row in table.rows]
    batch = TextBatch(source, log)
    asks, answers = _columns(table, options, source)
    notes = [(row, _note(row, line, table, asks, answers)) for line, row in table.rows]
    numbers = [collect(note, batch) for _, note in notes]
    blocks = batch.read()
    decks: list[tuple[str, object]] = []
    for (row, note), places in zip(notes, numbers, strict=True):
        question = question_of(note, [blocks[place] for place in places])
        if question is None:
            log.leave_out(note.line, " ".join(row), "left out: a row without text")
        else:
            decks.append((_cell(row, table.special.get("deck", -1)) or table.deck, question))
    title = readable(source.path.stem)
    return Imported(
        file=source.name,
        chapters=chapters_of_decks(decks, title),  # type: ignore[arg-type]
        left_out=tuple(log.left_out),
        media=source.picture,
    )


def _anki_table(source: SourceFile, text: str) -> _Table:
    """Return the table in an export from Anki, with settings in its first lines."""
    lines = text.split("\n")
    settings: dict[str, str] = {}
    count = 0
    while count < len(lines) and (match := _HEADER.match(lines[count])):
        settings[match[1]] = match[2].strip()
        count += 1
    name = settings.get("separator", "tab")
    separator = _SEPARATORS.get(name.casefold(), name[:1] or "\t")
    special = {
        name: int(settings[f"{name} column"]) - 1
        for name in ("guid", "notetype", "deck", "tags")
        if settings.get(f"{name} column", "").isdecimal()
    }
    names = next(csv.reader([settings["columns"]], delimiter=separator), []) if "columns" in settings else []
    return _Table(
        rows=list(_rows("\n".join(lines[count:]), separator, count + 1, source)),
        names=names,
        special=special,
        form=HTML if settings.get("html", "").casefold() == "true" else TEXT,
        deck=settings.get("deck", ""),
        tags=tuple(settings.get("tags", "").split()),
    )


def _plain_table(source: SourceFile, text: str, options: ReadOptions) -> _Table:
    """Return the table in any other file; its first row may have the names of its columns."""
    rows = list(_rows(text, _separator(source, text), 1, source))
    first = [cell.strip() for cell in rows[0][1]] if rows else []
    folded = {name.casefold() for name in first}
    in_options = {options.question.casefold(), *(name.casefold() for name in options.answers)} - {""}
    has_names = bool(folded & _KNOWN_NAMES) or (bool(in_options) and in_options <= folded)
    names = first if has_names else []
    special = {
        name: at
        for at, column in enumerate(names)
        if (name := {"tag": "tags", "chapter": "deck"}.get(column.casefold(), column.casefold()))
        in ("guid", "tags", "deck", "notetype")
    }
    return _Table(rows=rows[has_names:], names=names, special=special)


def _separator(source: SourceFile, text: str) -> str:
    """Return the delimiter of columns."""
    if source.suffix in (".tsv", ".tab", ".txt"):
        return "\t"
    first = text[:_SAMPLE].split("\n", 1)[0]
    counts = {sign: first.count(sign) for sign in (",", ";", "\t", "|")}
    return max(counts, key=lambda sign: counts[sign]) if any(counts.values()) else ","


def _rows(text: str, separator: str, line: int, source: SourceFile) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of *text*, starting on *line*, each with its line. Raises BuildError."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    csv.field_size_limit(10_000_000)
    before = 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line + before, row
            before = reader.line_num
    except csv.Error as error:
        raise source.problem("table", f"not readable as a table: {error}", line=line + before) from None


def _columns(table: _Table, options: ReadOptions, source: SourceFile) -> tuple[int, list[int]]:
    """Return the column of questions, and the columns of answers. Raises BuildError for a missing column."""
    width = max((len(row) for _, row in table.rows), default=0)
    names = [name.casefold() for name in table.names]
    texts = [
        at
        for at in range(width)
        if at not in table.special.values() and not (at < len(names) and names[at] in _NOT_TEXT)
    ]
    asks = _find(options.question, names, width, source) if options.question else (texts[0] if texts else 0)
    if options.answers:
        return asks, [_find(name, names, width, source) for name in options.answers]
    return asks, [at for at in texts if at != asks]


def _find(name: str, names: Sequence[str], width: int, source: SourceFile) -> int:
    if name.casefold() in names:
        return names.index(name.casefold())
    if name.isdecimal() and 1 <= int(name) <= width:
        return int(name) - 1
    hint = f"name one of: {', '.join(names)}" if names else f"give its number, from 1 to {width}"
    raise source.problem("column", f"there is no column `{name}`", hint)


def _note(row: list[str], line: int, table: _Table, asks: int, answers: Sequence[int]) -> NoteFields:
    columns = option_columns(table.names)
    choices = columns.choices(row) if columns else ()
    used = columns.all if columns and choices else set()
    key = columns.key if columns else -1
    texts = [_cell(row, at) for at in (asks, *answers)]
    filled = [at for at in answers if _cell(row, at) and at not in used]
    several = len(set(answers) - used) > 1 and not has_gaps(texts[0])
    tags = _cell(row, table.special.get("tags", -1))
    return NoteFields(
        question=texts[0],
        answers=tuple((_label(table, at) if several and at != key else "", _cell(row, at)) for at in filled),
        choices=choices,
        form=table.form or (HTML if any(form_of(text) == HTML for text in texts) else TEXT),
        line=line,
        tags=(*table.tags, *(tags.split(",") if "," in tags else tags.split())),
        origin=_cell(row, table.special.get("guid", -1)),
    )


def _label(table: _Table, at: int) -> str:
    """Return the name of a column to print before its text; empty for a generic one, such as *Answer*."""
    name = table.names[at] if at < len(table.names) else ""
    return "" if name.casefold() in _PLAIN_ANSWERS else name


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if 0 <= at < len(row) else ""
