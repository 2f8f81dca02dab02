"""Lint a whole book: the table of rules, each an error code and a function over a Book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.lint import anki_requirements, code_blocks, duplicates, formulas, references, style
from crib.problems import ERROR, WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Rule
    from crib.model import Book
    from crib.problem_codes import Code

RULES: dict[Code, Rule] = {
    "duplicate-key": duplicates.same_key,
    "duplicate-number": duplicates.same_code,
    "duplicate-chapter": duplicates.same_chapter,
    "broken-link": references.broken_link,
    "unknown-tag": references.unknown_tag,
    "math": formulas.refused,
    "highlight": code_blocks.not_highlighted,
    "no-gist": style.no_gist,
    "gist-length": style.gist_length,
    "question-end": style.question_end,
    "name": style.misspelled_name,
    "no-key": anki_requirements.no_key,
    "no-released": anki_requirements.no_date,
}

_NEED_EVERY_CHAPTER = {"broken-link"}
_WARNINGS = {"highlight", "no-key", "no-released"}


def lint(book: Book, *, complete: bool = True) -> Iterator[Problem]:
    """Yield the problems of all rules in *book*; check links only if it is *complete*."""
    for code, rule in RULES.items():
        if complete or code not in _NEED_EVERY_CHAPTER:
            for chapter, line, text, hint in rule(book):
                severity = WARNING if code in _WARNINGS else ERROR
                yield Problem(chapter.file, line, code, text, hint, severity)
