"""Recognize multiple choice: a list of options, with letters or boxes, and a line with the right ones."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from crib.importers.drafts import line_of
from crib.importers.inlines import join_lines, lines_of, one_line, trimmed, without_prefix
from crib.importers.questions import ImportedChoice
from crib.importers.wording import ANSWER_LABEL
from crib.model.elements import children, list_items, numbering, paragraph, plain_block, with_children
from crib.model.tree import plain

if TYPE_CHECKING:
    from crib.model.elements import Element, Elements

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER = re.compile(r"^\s*[\[(]?([A-Za-z]|\d{1,2})(?:[.):\]]|\s+[-–—])(?=\s|\W)\s*")
_RIGHT = re.compile(
    r"^\W*(?:(?:the\s+)?(?:correct|right)\s+(?:answers?|options?|choices?)\s*(?:is|are)?|options?|choices?|both|all\s+of)?"
    r"\W*((?:[A-Z]|\d{1,2})(?:(?:\s*(?:,|;|/|&|\+|and|or|und|et|y)\s*|\s+)+(?:[A-Z]|\d{1,2})\b)*)(?=\W*$|\s*[.:)–—-])",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"(?:and|or|und|et|y)\b|[\s,;/&+]+", re.IGNORECASE)
_LETTERED = ("UpperAlpha", "LowerAlpha")
_BOXES = {"☐": False, "☒": True}


class _Option(NamedTuple):
    letter: str
    words: Elements
    right: bool | None


def find_choices(stem: Elements, answer: Elements) -> tuple[tuple[ImportedChoice, ...], Elements, Elements]:
    """Return the choices of a question, its *stem* without them, and its *answer* without the line of right ones.

    Without a list of options, or without a right option, there are no choices.
    """
    for at, block in enumerate(stem):
        options, others = _options(block)
        if len(options) > 1:
            marks: list[bool] = [bool(option.right) for option in options]
            in_answer, rest = _marks(options, answer)
            marks = marks if any(marks) else in_answer
            if any(marks) and (options[0].letter in LETTERS[:1] or any(in_answer)):
                choices = (ImportedChoice(o.words, bool(mark)) for o, mark in zip(options, marks, strict=True))
                return tuple(choices), [*stem[:at], *others, *stem[at + 1 :]], rest
    return (), stem, answer


def option_lines(lines: list[Elements]) -> list[Elements]:
    """Return the words of the options at the start of *lines*: `a) words`, then `b)` and so on."""
    options = [option for option in takewhile(bool, (_lettered([plain_block(line)]) for line in lines)) if option]
    is_list = len(options) > 1 and _in_order(options) and options[0].letter in LETTERS
    return [option.words for option in options] if is_list else []


def _options(block: Element) -> tuple[list[_Option], Elements]:
    """Return the options in *block*, and the rest of it."""
    if block["t"] in ("Para", "Plain"):
        lines = lines_of(children(block))
        start = next((at for at, line in enumerate(lines) if _LETTER.match(plain(line))), len(lines))
        candidates = [_lettered([plain_block(line)]) for line in lines[start:]]
        before = one_line(lines[:start])
        options = [option for option in candidates if option]
        return (options if len(options) == len(candidates) and _in_order(options) else []), (
            [with_children(block, before)] if before else []
        )
    if block["t"] == "OrderedList" and numbering(block)[1] in _LETTERED:
        return [_Option(LETTERS[at % 26], item, _is_bold(item)) for at, item in enumerate(list_items(block))], []
    if block["t"] not in ("BulletList", "OrderedList"):
        return [], []
    items = list_items(block)
    boxed = [option for at, item in enumerate(items) if (option := _boxed(item, at))]
    if len(boxed) == len(items):
        return boxed, []
    lettered = [option for item in items if (option := _lettered(item))]
    if len(lettered) == len(items) and _in_order(lettered):
        return lettered, []
    if block["t"] == "OrderedList":
        return [_Option(str(at), item, _is_bold(item)) for at, item in enumerate(items, numbering(block)[0])], []
    return [_Option("", item, _is_bold(item)) for item in items], []


def _in_order(options: list[_Option]) -> bool:
    letters = [option.letter for option in options]
    return letters in (list(LETTERS[: len(options)]), [str(at + 1) for at in range(len(options))])


def _lettered(item: Elements) -> _Option | None:
    """Return the option in a list *item* such as `A: words`; pandoc may read it as a list within the item."""
    if len(item) == 1 and item[0]["t"] == "OrderedList" and numbering(item[0])[1] in _LETTERED:
        start, [words, *others] = numbering(item[0])[0], list_items(item[0])
        return None if others or start > len(LETTERS) else _Option(LETTERS[start - 1], words, _is_bold(words))
    match = _LETTER.match(plain(item[0])) if item and item[0]["t"] in ("Para", "Plain") else None
    if not match:
        return None
    first = with_children(item[0], without_prefix(children(item[0]), match.end()))
    return _Option(match[1].upper(), [first, *item[1:]], _is_bold([first, *item[1:]]))


def _boxed(item: Elements, at: int) -> _Option | None:
    """Return the option in an *item* of a task list."""
    text = plain(item[0]) if item and item[0]["t"] in ("Para", "Plain") else ""
    if text[:1] not in _BOXES:
        return None
    rest = without_prefix(children(item[0]), 1)
    letter = _LETTER.match(plain(rest))
    words = without_prefix(rest, letter.end()) if letter and letter[1].upper() == LETTERS[at % 26] else rest
    return _Option(LETTERS[at % 26], [with_children(item[0], words), *item[1:]], _BOXES[text[0]])


def _is_bold(item: Elements) -> bool:
    if len(item) != 1 or item[0]["t"] not in ("Para", "Plain"):
        return False
    return [inline["t"] for inline in trimmed(children(item[0]))] == ["Strong"]


def _marks(options: list[_Option], answer: Elements) -> tuple[list[bool], Elements]:
    """Return a mark for each of *options*, True if the first block of *answer* names it, and the rest of the answer."""
    if answer and answer[0]["t"] == "OrderedList":
        return _repeated(options, answer)
    if not answer or answer[0]["t"] not in ("Para", "Plain", "Header"):
        return [False] * len(options), answer
    lines = lines_of(children(answer[0]))
    if not lines:
        return [False] * len(options), answer
    text = plain(lines[0])
    label = ANSWER_LABEL.match(text)
    statement = (text[label.end() :] if label else text).strip()
    text = text.rstrip()
    match = _RIGHT.match(statement)
    letters = {part.upper() for part in _SEVERAL.split(match[1]) if part} if match else set()
    if letters and letters <= {option.letter for option in options}:
        remark = statement[match.end() :].lstrip(" .:)–—-*_`") if match else ""
        explains = remark and not any(_same(remark, option) for option in options)
        first = [plain_block(without_prefix(lines[0], len(text) - len(remark)))] if explains else []
        return [option.letter in letters for option in options], [*first, *_rest(answer, lines)]
    marks = [_same(statement, option) for option in options]
    return marks, (_rest(answer, lines) if any(marks) else answer)


def _repeated(options: list[_Option], answer: Elements) -> tuple[list[bool], Elements]:
    """Return a mark for each of *options*, True if the list at the start of *answer* repeats it, and the rest."""
    start, style = numbering(answer[0])
    is_lettered = style in _LETTERED
    right = {
        LETTERS[at % 26] if is_lettered else str(at + 1): item
        for at, item in enumerate(list_items(answer[0]), start - 1)
    }
    marks = [option.letter in right and _same(plain(right[option.letter]), option) for option in options]
    return (marks, answer[1:]) if sum(marks) == len(right) else ([False] * len(options), answer)


def _rest(answer: Elements, lines: list[Elements]) -> Elements:
    """Return *answer* without the first of the *lines* of its first block."""
    words = join_lines(lines[1:])
    return [{**paragraph(words), "line": line_of(answer[0])}, *answer[1:]] if words else answer[1:]


def _same(text: str, option: _Option) -> bool:
    words = plain(option.words[0]) if option.words and option.words[0]["t"] in ("Para", "Plain") else ""
    return bool(words.strip()) and text.strip(" .`*").casefold() == words.strip(" .`*").casefold()
