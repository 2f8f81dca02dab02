"""What only the whole book can show: a table of rules, each a code and a function over a Book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from crib import mathjax
from crib.problems import Problem
from crib.tree import walk

if TYPE_CHECKING:
    from crib.model import Answer, Book, Chapter
    from crib.tree import Element

Finding = tuple[str, int, str, str]
"""File, line, text and hint; the rule's code is added."""

Rule = Callable[["Book"], Iterator[Finding]]


def lint(book: Book, *, complete: bool = True) -> Iterator[Problem]:
    """Yield what the rules find in *book*; links only if it is *complete*."""
    for code, rule in RULES.items():
        if complete or code not in _NEED_EVERY_CHAPTER:
            for file, line, text, hint in rule(book):
                yield Problem(file, line, code, text, hint)


def _same_key(book: Book) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for chapter, answer in _answers(book):
        place = f"{chapter.file}:{answer.line}"
        if answer.key and seen.setdefault(answer.key, place) != place:
            yield (
                chapter.file,
                answer.line,
                f"the key `{answer.key}` stands here a second time",
                f"first: {seen[answer.key]}",
            )


def _same_code(book: Book) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for chapter, answer in _answers(book):
        place = f"{chapter.file}:{answer.line}"
        if seen.setdefault(answer.code, place) != place:
            yield (
                chapter.file,
                answer.line,
                f"a second answer {answer.code}",
                f"first: {seen[answer.code]}; change its n=",
            )


def _same_chapter(book: Book) -> Iterator[Finding]:
    seen: dict[int, str] = {}
    for chapter in book.chapters:
        if seen.setdefault(chapter.number, chapter.file) != chapter.file:
            yield chapter.file, 1, f"a second chapter {chapter.number}", f"first: {seen[chapter.number]}"


def _broken_link(book: Book) -> Iterator[Finding]:
    keys = {answer.key for answer in book.answers}
    hint = "link to the key of an answer, as [words](#its-key)"
    for chapter, element in _elements(book):
        if element["t"] == "Link" and (target := element["c"][2][0]).startswith("#") and target[1:] not in keys:
            yield chapter.file, element["line"], f"no answer has the key `{target[1:]}`", _near(target[1:], keys, hint)
    for chapter, answer in _answers(book):
        for key in answer.see:
            if key not in keys:
                yield chapter.file, answer.line, f"no answer has the key `{key}`", _near(key, keys, hint)


def _math(book: Book) -> Iterator[Finding]:
    for chapter, element in _elements(book):
        if element["t"] == "Math" and (why := mathjax.complaint(element["c"][1])):
            tex = " ".join(element["c"][1].split())
            yield chapter.file, element["line"], why, f"in the formula {tex}"


RULES: dict[str, Rule] = {
    "duplicate-key": _same_key,
    "duplicate-number": _same_code,
    "duplicate-chapter": _same_chapter,
    "broken-link": _broken_link,
    "math": _math,
}

_NEED_EVERY_CHAPTER = {"broken-link"}


def _answers(book: Book) -> Iterator[tuple[Chapter, Answer]]:
    for chapter in book.chapters:
        for answer in chapter.answers:
            yield chapter, answer


def _elements(book: Book) -> Iterator[tuple[Chapter, Element]]:
    for chapter, answer in _answers(book):
        for part in answer.parts:
            for element in walk(part):
                yield chapter, element


def _near(key: str, keys: set[str], otherwise: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, sorted(keys), 1)
    return f"did you mean `#{near[0]}`?" if near else otherwise
