"""Font coverage: characters without a glyph in any font are errors, not empty boxes on a page."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import category, name

from fontTools import unicodedata

from crib.engine.cached import cached
from crib.model.elements import text_of
from crib.model.tree import find_all
from crib.problems import Problem
from crib.render.font_file import opened_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.model import Answer, Chapter
    from crib.render.templates import Templates

_HINT = "add a font that has it to fonts/ in your --templates folder, or rewrite the text without it"
_INVISIBLE = ("C", "Z")  # categories of Unicode: control and format characters, spaces
_SELECTORS = {chr(number) for number in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
"""Variation selectors: a font without the variant shows the character alone (Unicode, chapter 23.4)."""


def chapter_glyph_problems(chapter: Chapter, parts: tuple[str, ...], templates: Templates) -> Iterator[Problem]:
    """Yield a problem for each Unicode script with unprintable characters in *parts* of *chapter*."""
    return glyph_problems(chapter.file, _texts(chapter, parts), templates)


def glyph_problems(file: str, texts: Iterable[tuple[int, str]], templates: Templates) -> Iterator[Problem]:
    """Yield a problem for each Unicode script with characters in *texts* without a glyph in any font.

    texts      pairs of line number in *file* and text
    templates  their folders' `fonts/` are searched
    """
    covered = _characters(templates.only("fonts"))
    missing: dict[str, dict[str, int]] = defaultdict(dict)
    for line, text in texts:
        for character in sorted(set(text) - covered - _SELECTORS):
            if not category(character).startswith(_INVISIBLE):
                missing[unicodedata.script(character)].setdefault(character, line)
    for script, lines in missing.items():
        first, *others = lines
        message = f"no font prints {first} (U+{ord(first):04X}, {name(first, 'a character without a name').lower()})"
        if others:
            message += f" and {len(others)} more of the script {unicodedata.script_name(script)}"
        yield Problem(file, lines[first], "glyph", message, _HINT)


def printable(text: str, templates: Templates) -> str:
    """Return *text* without characters lacking a glyph in all fonts."""
    covered = _characters(templates.only("fonts"))
    return "".join(character for character in text if character in covered)


def _texts(chapter: Chapter, parts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    yield 1, chapter.title
    for answer in chapter.answers:
        yield from _texts_of(answer, parts)


def _texts_of(answer: Answer, parts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for part in parts:
        for element in find_all(getattr(answer, part), "Str", "Code", "CodeBlock"):
            yield element["line"], text_of(element)


@cache
def _characters(templates: Templates) -> frozenset[str]:
    return frozenset(_covered(templates))


@cached
def _covered(templates: Templates) -> str:
    """Return all characters with a glyph in the fonts of *templates*."""
    characters: set[str] = set()
    for folder in templates.folders:
        for path in (folder / "fonts").glob("*.[ot]t[cf]"):
            with opened_font(path) as font:
                characters.update(map(chr, font.getBestCmap()))
    return "".join(sorted(characters))
