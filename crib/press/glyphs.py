"""Characters that no font of ours can print, found before a page shows an empty box."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import category, name

from crib.problems import Problem
from crib.tree import walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crib.model import Answer, Chapter
    from crib.render.templates import Templates

_INVISIBLE = ("C", "Z")  # categories of Unicode: control and format characters, spaces


def missing_glyphs(chapter: Chapter, parts: tuple[str, ...], templates: Templates) -> Iterator[Problem]:
    """Yield a problem for each character in *parts* of the chapter's answers that has no glyph.

    The fonts are those in `fonts/` of all folders of *templates*.
    """
    known = _characters(tuple(templates.folders))
    for line, text in _texts(chapter, parts):
        for character in sorted(set(text) - known):
            if not category(character).startswith(_INVISIBLE):
                what = name(character, "a character without a name")
                told = f"no font prints {character} (U+{ord(character):04X}, {what.lower()})"
                yield Problem(chapter.file, line, "glyph", told, "write it in another way, or as a formula or picture")


def _texts(chapter: Chapter, parts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    yield 1, chapter.title
    for answer in chapter.answers:
        yield from _texts_of(answer, parts)


def _texts_of(answer: Answer, parts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for part in parts:
        for element in walk(getattr(answer, part)):
            if element["t"] == "Str":
                yield element["line"], element["c"]
            elif element["t"] in ("Code", "CodeBlock"):
                yield element["line"], element["c"][1]


@cache
def _characters(folders: tuple[Path, ...]) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    characters: set[str] = set()
    for folder in folders:
        for path in (folder / "fonts").glob("*.[ot]tf"):
            with TTFont(path, lazy=True) as font:
                characters.update(map(chr, font.getBestCmap()))
    return frozenset(characters)
