"""Verify fixes: code, words, answers and keys must stay the same."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crib.model.elements import text_of, with_caption
from crib.model.tree import find_all, rewrite

if TYPE_CHECKING:
    from collections.abc import Collection

    from crib.model import Answer, Book
    from crib.model.elements import Element, Elements
    from crib.source import Reading

_WHOLE = ("Code", "CodeBlock", "Math", "RawBlock", "RawInline")
_NO_LETTER = re.compile(r"[\W_]+")


def same_words(before: Elements, after: Elements, edited: Collection[int]) -> bool:
    """Return True if code and formulas are the same, and letters and digits of all lines except those *edited*."""
    whole = [[(block["t"], text_of(block)) for block in find_all(blocks, *_WHOLE)] for blocks in (before, after)]
    return whole[0] == whole[1] and _letters(before, edited) == _letters(after, edited)


def _letters(blocks: Elements, edited: Collection[int]) -> dict[int, str]:
    """Return the letters and digits on each line except those *edited*."""
    letters: dict[int, str] = defaultdict(str)
    for word in find_all(rewrite(blocks, _alt_only), "Str", *_WHOLE):
        if word["line"] not in edited and (text := _NO_LETTER.sub("", text_of(word))):
            letters[word["line"]] += text
    return letters


def _alt_only(element: Element) -> Elements | None:
    """Return a figure without its caption: pandoc copies it from the alternative text."""
    return [with_caption(element, [])] if element["t"] == "Figure" else None


def changed_files(before: Reading, after: Reading) -> dict[str, int]:
    """Return the names of files that read differently *after* fixes, each with the first line that differs.

    Answers must be the same, with the same keys, written or not, and no problem may be new.
    """
    old, new = _contents(before.book), _contents(after.book)
    changed = {name: _first_difference(old[name], new.get(name, {})) for name in old if old[name] != new.get(name)}
    old_problems = {(problem.file, problem.text) for problem in before.problems}
    for problem in after.problems:
        if (problem.file, problem.text) not in old_problems:
            changed.setdefault(Path(problem.file).name, problem.line)
    return changed


def _contents(book: Book) -> dict[str, dict[int, object]]:
    """Return the contents of each file of *book* by line."""
    chapters = [*book.chapters, *([book.retired] if book.retired else [])]
    contents: dict[str, dict[int, object]] = {
        Path(chapter.file).name: {0: chapter.formulas, **{answer.line: _with_key(answer) for answer in chapter.answers}}
        for chapter in chapters
    }
    if book.notation:
        contents[Path(book.notation.file).name] = {1: book.notation.blocks}
    return contents


def _with_key(answer: Answer) -> Answer:
    return replace(answer, keyed=True)


def _first_difference(old: dict[int, object], new: dict[int, object]) -> int:
    return min(line for line in old.keys() | new.keys() if old.get(line) != new.get(line))
