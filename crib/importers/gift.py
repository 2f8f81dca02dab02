"""Import Moodle's GIFT: https://docs.moodle.org/en/GIFT_format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crib.importers.decks import chapters_of_decks
from crib.importers.log import NOT_AN_ANSWER, ImportLog
from crib.importers.questions import Imported
from crib.importers.quiz_items import QuizItem, QuizOption, read_items
from crib.importers.text_batch import HTML, MARKDOWN, TEXT, TextBatch, form_of
from crib.model.chapter_names import readable

if TYPE_CHECKING:
    from crib.foreign.source_file import SourceFile
    from crib.importers.formats import ReadOptions

_CATEGORY = re.compile(r"^\s*\$CATEGORY:\s*(.+?)\s*$", re.MULTILINE)
_COMMENT = re.compile(r"^\s*//[^\n]*", re.MULTILINE)
_TITLE = re.compile(r"^\s*::(.*?)(?<!\\)::", re.DOTALL)
_TITLED = re.compile(r"^::[^\n:]+::.*?\{[^}]*[=~]", re.MULTILINE | re.DOTALL)
_FORM = re.compile(r"^\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_ANSWERS = re.compile(r"(?<!\\)\{(.*?)(?<!\\)\}", re.DOTALL)
_GENERAL = re.compile(r"(?<!\\)####(.*)$", re.DOTALL)
_OPTION = re.compile(r"(?<!\\)([=~])\s*(?:%(-?[\d.]+)%)?((?:\\.|[^=~\\])*)", re.DOTALL)
_FEEDBACK = re.compile(r"(?<!\\)#")
_ARROW = re.compile(r"(?<!\\)->")
_ESCAPED = re.compile(r"\\([~=#{}:])")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_FORMS = {"html": HTML, "markdown": MARKDOWN, "plain": TEXT}
_BLANK = "_____"


@dataclass
class _Piece:
    line: int
    lines: list[str] = field(default_factory=list)


def is_gift(source: SourceFile) -> bool:
    """Return True if a text file has questions in GIFT."""
    text = source.loose_text[:20_000]
    return bool(_CATEGORY.search(text) or _TITLED.search(text))


def read(source: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - as all readers
    """Return the questions in a GIFT file. Raises CribError."""
    log = ImportLog(source.name)
    category = ""
    items: list[tuple[str, QuizItem]] = []
    for piece in _pieces(source.loose_text):
        text = "\n".join(piece.lines)
        if match := _CATEGORY.search(text):
            category = match[1].split("/")[-1].removeprefix("$course$").strip()
            text = _CATEGORY.sub("", text)
        if not text.strip():
            continue
        item = _item(text, piece.line)
        if item:
            items.append((category, item))
        else:
            log.leave_out(piece.line, text, NOT_AN_ANSWER)
    questions = read_items([item for _, item in items], TextBatch(source, log))
    title = readable(source.path.stem)
    pairs = [(category, question) for (category, _), question in zip(items, questions, strict=True)]
    return Imported(source.name, chapters_of_decks(pairs, title), tuple(log.left_out), media=source.picture)


def _pieces(text: str) -> list[_Piece]:
    """Split *text* into questions with their lines, at blank lines outside braces."""
    pieces: list[_Piece] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        if _COMMENT.match(line) and not is_open:
            continue
        if not line.strip() and not is_open:
            pieces.append(_Piece(number + 1))
            continue
        if not pieces:
            pieces.append(_Piece(number))
        if not pieces[-1].lines:
            pieces[-1].line = number
        pieces[-1].lines.append(line)
        for brace in re.findall(r"(?<!\\)[{}]", line):
            is_open = brace == "{"
    return [piece for piece in pieces if piece.lines]


def _item(text: str, line: int) -> QuizItem | None:
    """Return the question in *text*; None if it has no answer in braces."""
    title = _TITLE.match(text)
    text = text[title.end() :] if title else text
    form = _FORM.match(text)
    text = text[form.end() :] if form else text
    answers = _ANSWERS.search(text)
    if not answers:
        return None
    before, after = text[: answers.start()].strip(), text[answers.end() :].strip()
    kind = _FORMS.get(form[1].lower(), "") if form else ""
    question = _plain(f"{before} {_BLANK} {after}" if after else before)
    item = QuizItem(
        question=question, form=kind or form_of(question), line=line, name=_plain(title[1]) if title else ""
    )
    return _with_answers(item, answers[1].strip())


def _with_answers(item: QuizItem, inside: str) -> QuizItem:
    """Return *item* with the answers in its braces."""
    general = _GENERAL.search(inside)
    notes = (_plain(general[1]),) if general else ()
    inside = inside[: general.start()].strip() if general else inside
    head = _FEEDBACK.split(inside)[0].strip().upper()
    if head in _TRUTH:
        feedback = tuple(_plain(part) for part in _FEEDBACK.split(inside)[1:])
        return replace(item, truth=_TRUTH[head], feedback=(*feedback, *notes))
    if inside.startswith("#"):
        texts = _OPTION.findall(inside[1:]) or [("=", "", inside[1:])]
        numbers = tuple(replace(option, text=_number(option.text)) for option in map(_option, texts))
        return replace(item, options=numbers, feedback=notes)
    options = _OPTION.findall(inside)
    if options and all(_ARROW.search(_divided(text)[0]) for _, _, text in options):
        halves = [_ARROW.split(_divided(text)[0], 1) for _, _, text in options]
        return replace(item, pairs=tuple((_plain(term), _plain(match)) for term, match in halves), feedback=notes)
    is_offered = any(mark == "~" for mark, *_ in options)
    return replace(item, options=tuple(map(_option, options)), is_offered=is_offered, feedback=notes)


def _option(groups: tuple[str, str, str]) -> QuizOption:
    """Return an answer from its sign, its weight in percent (empty: all or nothing), and its text with feedback."""
    mark, weight, text = groups
    words, feedback = _divided(text)
    return QuizOption(_plain(words), float(weight) if weight else 100 * (mark == "="), feedback)


def _number(text: str) -> str:
    """Return a number with its tolerance, such as `3 ± 0.1`, or a range."""
    exact = re.sub(r":0*(?:\.0*)?$", "", text)
    return exact.replace(":", " ± ").replace("..", " – ")


def _divided(text: str) -> tuple[str, str]:
    """Return an option and its feedback."""
    first, *rest = _FEEDBACK.split(text, 1)
    return first.strip(), _plain(rest[0]) if rest else ""


def _plain(text: str) -> str:
    """Return *text* without the backslashes of GIFT."""
    return _ESCAPED.sub(r"\1", text.strip()).replace("\\n", "\n")
