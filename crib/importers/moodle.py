"""Import Moodle XML: https://docs.moodle.org/en/Moodle_XML_format."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from crib.importers.decks import chapters_of_decks
from crib.importers.log import NOT_AN_ANSWER, ImportLog
from crib.importers.note_fields import NoteFields, collect, has_gaps, question_of
from crib.importers.questions import Imported
from crib.importers.quiz_items import QuizItem, QuizOption, read_items
from crib.importers.text_batch import HTML, MARKDOWN, TEXT, TextBatch, form_of
from crib.model.chapter_names import readable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element as Node  # only a type

    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions
    from crib.importers.questions import ImportedQuestion

_FORMS = {"html": HTML, "markdown": MARKDOWN, "plain_text": TEXT}
_FILE = re.compile(r"@@PLUGINFILE@@/")
_BLANK = re.compile(r"\[\[(\d+)\]\]")
_EMBEDDED = re.compile(r"\{\d*:([A-Z_]+):((?:\\.|[^\\{}])*)\}")
_RIGHT = re.compile(r"^(?:=|%100(?:\.0+)?%)")
_GAPPED = {"cloze", "ddwtos", "gapselect"}
_KINDS = {"shortanswer", "numerical", "multichoice", "truefalse", "matching", "essay", "multichoiceset"}


def is_moodle(source: SourceFile) -> bool:
    """Return True if an XML file is a question bank of Moodle."""
    return b"<quiz" in source.data[:4096]


def read(source: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - as all readers
    """Return the questions of a question bank. Raises CribError."""
    try:
        root: Node = fromstring(source.data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise source.problem("xml", f"not readable as XML: {error}") from None
    log = ImportLog(source.name)
    files: dict[str, bytes] = {}
    items: list[tuple[str, QuizItem | NoteFields]] = []
    category = ""
    for question in root.iter("question"):
        kind = question.get("type", "")
        if kind == "category":
            category = _text(question.find("category")).split("/")[-1].removeprefix("$course$").strip()
            continue
        name, text = _text(question.find("name")), _text(question.find("questiontext"))
        files.update(_files(question))
        gapped = _gapped(question, kind, text)
        if has_gaps(gapped):
            items.append((category, _note(question, gapped)))
        elif kind in _KINDS and text:
            items.append((category, _item(question, kind, name, text)))
        else:
            log.leave_out(0, f"{name or text} ({kind})", NOT_AN_ANSWER)
    questions = _questions([item for _, item in items], source, log)
    pairs = [(category, question) for (category, _), question in zip(items, questions, strict=True) if question]

    def media(target: str) -> bytes | None:
        return files.get(unquote(target)) or source.picture(target)

    return Imported(source.name, chapters_of_decks(pairs, readable(source.path.stem)), tuple(log.left_out), media=media)


def _questions(
    items: list[QuizItem | NoteFields], source: SourceFile, log: ImportLog
) -> Iterator[ImportedQuestion | None]:
    """Yield the question of each of *items*. Raises CribError."""
    quiz = read_items([item for item in items if isinstance(item, QuizItem)], TextBatch(source, log))
    batch = TextBatch(source, log)
    places = [collect(item, batch) if isinstance(item, NoteFields) else [] for item in items]
    blocks = batch.read()
    for item, numbers in zip(items, places, strict=True):
        yield next(quiz) if isinstance(item, QuizItem) else question_of(item, [blocks[number] for number in numbers])


def _gapped(question: Node, kind: str, text: str) -> str:
    """Return the *text* of a question with gaps as `{{c1::words}}`; empty for other kinds of questions."""
    if kind not in _GAPPED:
        return ""
    boxes = [_text(box) for name in ("dragbox", "selectoption") for box in question.findall(name)]
    count = 0

    def gap(words: str) -> str:
        nonlocal count
        count += 1
        return f"{{{{c{min(count, 9)}::{words.replace('::', ':&#58;')}}}}}" if words else "_____"

    if kind == "cloze":
        return _EMBEDDED.sub(lambda match: gap(_right_answer(match[1], match[2])), text)
    return _BLANK.sub(lambda match: gap(boxes[int(match[1]) - 1] if 0 < int(match[1]) <= len(boxes) else ""), text)


def _right_answer(kind: str, alternatives: str) -> str:
    """Return the right answer of a gap (https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type)."""
    for alternative in re.split(r"(?<!\\)~", alternatives):
        if match := _RIGHT.match(alternative):
            words = re.split(r"(?<!\\)#", alternative[match.end() :])[0]
            words = words.partition(":")[0] if kind in ("NUMERICAL", "NM") else words
            return re.sub(r"\\(.)", r"\1", words).strip()
    return ""


def _note(question: Node, text: str) -> NoteFields:
    feedback = _text(question.find("generalfeedback"))
    return NoteFields(
        question=text,
        answers=(("", feedback),) if feedback else (),
        form=_form(question, text),
        key=_text(question.find("name")),
        tags=_question_tags(question),
    )


def _form(question: Node, text: str) -> str:
    node = question.find("questiontext")
    return _FORMS.get(node.get("format", "") if node is not None else "", form_of(text))


def _question_tags(question: Node) -> tuple[str, ...]:
    return tuple(filter(None, (_text(tag) for tag in question.findall("tags/tag"))))


def _item(question: Node, kind: str, name: str, text: str) -> QuizItem:
    options = tuple(
        QuizOption(_text(answer), float(answer.get("fraction", "0") or 0), _text(answer.find("feedback")))
        for answer in question.findall("answer")
    )
    right = [option for option in options if option.percent > 0]
    feedback = [option.feedback for option in right] if kind == "truefalse" else []
    feedback += [
        _text(question.find("generalfeedback")),
        *([_text(question.find("graderinfo"))] if kind == "essay" else []),
    ]
    pairs = [(_text(sub), _text(sub.find("answer"))) for sub in question.findall("subquestion")]
    return QuizItem(
        question=text,
        form=_form(question, text),
        name=name,
        options=options if kind in ("shortanswer", "numerical") or "multichoice" in kind else (),
        is_offered="multichoice" in kind,
        truth=any(option.text.casefold() == "true" for option in right) if kind == "truefalse" else None,
        pairs=tuple(pair for pair in pairs if all(pair)),
        feedback=tuple(dict.fromkeys(filter(None, feedback))),
        tags=_question_tags(question),
    )


def _text(node: Node | None) -> str:
    """Return the text of *node*, with embedded files by their bare names."""
    inner = node.find("text") if node is not None else None
    return _FILE.sub("", (inner.text or "").strip()) if inner is not None else ""


def _files(question: Node) -> Iterator[tuple[str, bytes]]:
    for file in question.iter("file"):
        try:
            yield file.get("name", ""), base64.b64decode(file.text or "")
        except (binascii.Error, ValueError):
            continue
