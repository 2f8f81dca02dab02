"""Restore a book from `crib export --format json`; docs/export.schema.json defines the format."""

from __future__ import annotations

import base64
import binascii
import json
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft202012Validator

from crib import limits
from crib.files import folder as open_folder
from crib.files import replace
from crib.importers.report import ImportReport
from crib.importers.write_markdown import attributes_of
from crib.model.book_files import BOOK_FILE, NOTATION_FILE, RETIRED_FILE, TAGS_FILE
from crib.model.ledger import LOCK_FILE
from crib.model.numbers import label_of, number_of
from crib.problems import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.foreign.source_file import SourceFile

Data = dict[str, Any]

_MARK = b'"format": "crib"'
_BLOCKS = ("gist", "choices")
_LATER_BLOCKS = ("cloze", "hint")


def is_export(source: SourceFile) -> bool:
    """Return True if *source* was written by `crib export --format json`."""
    return source.suffix == ".json" and _MARK in source.read(limits.IMPORT_UNPACKED_BYTES)[:200]


def restore(source: SourceFile, folder: Path) -> ImportReport:
    """Write the book in *source* into *folder*. Raises BuildError and OSError."""
    data = _data(source)
    written = dict(_files(data, source))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in written.items():
        *folders, last = Path(name).parts
        with open_folder(folder, folders, create=True) as parent:
            replace(last, parent, content)
    return ImportReport(
        folder=str(folder),
        questions={_name(chapter): len(chapter["answers"]) for chapter in data["chapters"]},
        files=tuple(written),
        left_out=(),
    )


def _data(source: SourceFile) -> Data:
    """Return the data in *source*, validated against the schema. Raises BuildError."""
    try:
        data = json.loads(source.read(limits.IMPORT_UNPACKED_BYTES))
    except (ValueError, RecursionError):
        raise source.problem("export", "not JSON, or nested too deep") from None
    for error in _validator().iter_errors(data):
        place = "/".join(map(str, error.absolute_path))
        hint = "see docs/export.schema.json for the format"
        raise source.problem("export", f"at {place or 'its top'}: {short(error.message, 200)}", hint)
    result: Data = data
    return result


@cache
def _validator() -> Draft202012Validator:
    text = (files(__package__) / "schema" / "export.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _files(data: Data, source: SourceFile) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each file of the book."""
    yield BOOK_FILE, _yaml(data["settings"]).encode()
    if data.get("tags"):
        yield TAGS_FILE, _yaml(data["tags"]).encode()
    for chapter in data["chapters"]:
        front = {name: chapter[name] for name in ("title", "number", "exercises") if name in chapter}
        strip = [f"::: formulas\n{chapter['formulas']}\n:::"] if "formulas" in chapter else []
        pieces = [f"---\n{_yaml(front)}---", *strip, *_pieces(chapter["answers"])]
        yield _name(chapter), ("\n\n".join(pieces) + "\n").encode()
    if data.get("retired"):
        yield RETIRED_FILE, ("\n\n".join(_pieces(data["retired"])) + "\n").encode()
    for name, text in ((NOTATION_FILE, data.get("notation")), (LOCK_FILE, data.get("ledger"))):
        if text:
            yield name, text.encode()
    for name, encoded in data.get("pictures", {}).items():
        try:
            yield name, base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise source.problem("export", f"the picture {short(name)} is not in base 64") from None


def _name(chapter: Data) -> str:
    return f"{chapter['number']:02d}-{chapter['slug']}.md"


def _yaml(settings: Data) -> str:
    return yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, width=1000)


def _pieces(answers: Sequence[Data]) -> Iterator[str]:
    """Yield the Markdown of each answer, and of each table of cards."""
    number = 0
    for table, group in groupby(answers, key=lambda answer: answer.get("table", 0)):
        rows = list(group)
        if table:
            yield _table(rows)
        else:
            for answer in rows:
                number += 1
                label = str(answer["number"])
                yield _answer(answer, "" if label == label_of(number) else label)
                number = number_of(label)
        number = number_of(str(rows[-1]["number"]))


def _answer(answer: Data, number: str) -> str:
    heading = f"## {answer['question']}"
    key = answer["key"] if answer.get("keyed", True) else ""
    attributes = attributes_of(key, [("n", number), *_shared(answer), ("answer", answer.get("typed", ""))])
    heading += f" {attributes}" if attributes != "{}" else ""
    blocks = [f"::: {name}\n{answer[name]}\n:::" for name in _BLOCKS if answer.get(name)]
    body = [answer["body"]] if answer.get("body") else []
    later = [f"::: {name}\n{answer[name]}\n:::" for name in _LATER_BLOCKS if answer.get(name)]
    return "\n\n".join([heading, *blocks, *body, *later])


def _shared(answer: Data) -> list[tuple[str, str]]:
    """Return the attributes shared by all rows of a table."""
    reverse = answer.get("reverse")
    return [
        ("tags", " ".join(answer.get("tags", ()))),
        ("level", answer.get("level", "")),
        ("see", " ".join(answer.get("see", ()))),
        ("source", answer.get("source", "")),
        ("reverse", "" if reverse is None else str(reverse).lower()),
    ]


def _table(rows: Sequence[Data]) -> str:
    """Return a table of cards with *rows*, and a column of their keys."""
    first = rows[0]
    names = [field["name"] for field in first.get("fields", ())]
    pairs = " ".join(f'{name}="{value}"' for name, value in _shared(first) if value)
    classes = ".cards .typed" if first.get("typed") else ".cards"
    lines = [f"{{{classes}{' ' + pairs if pairs else ''}}}", _row(["Question", "Answer", *names, "#key"])]
    lines.append("|:--" * (len(names) + 3) + "|")
    for row in rows:
        texts = [field["text"] for field in row.get("fields", ())]
        lines.append(_row([row["question"], row.get("gist", ""), *texts, row["key"]]))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
