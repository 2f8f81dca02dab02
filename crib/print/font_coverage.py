"""Characters that no font of ours can print, found before a page shows an empty box."""

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

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crib.model import Answer, Chapter
    from crib.render.templates import Templates

_HINT = "put a font that has it into fonts/ of a folder for --templates, or write it in another way"
_INVISIBLE = ("C", "Z")  # categories of Unicode: control and format characters, spaces


def chapter_glyph_problems(chapter: Chapter, parts: tuple[str, ...], templates: Templates) -> Iterator[Problem]:
    """Yield a problem for each script in which *parts* of the chapter's answers have characters without a glyph."""
    return glyph_problems(chapter.file, _texts(chapter, parts), templates)


def glyph_problems(file: str, texts: Iterable[tuple[int, str]], templates: Templates) -> Iterator[Problem]:
    """Yield a problem for each script in which *texts*, each with its line of *file*, have what no font has.

    The fonts are those in `fonts/` of all folders of *templates*; scripts are those of Unicode.
    """
    known = _characters(templates.only("fonts"))
    missing: dict[str, dict[str, int]] = defaultdict(dict)
    for line, text in texts:
        for character in sorted(set(text) - known):
            if not category(character).startswith(_INVISIBLE):
                missing[unicodedata.script(character)].setdefault(character, line)
    for script, lines in missing.items():
        first, *others = lines
        told = f"no font prints {first} (U+{ord(first):04X}, {name(first, 'a character without a name').lower()})"
        if others:
            told += f" and {len(others)} more of the script {unicodedata.script_name(script)}"
        yield Problem(file, lines[first], "glyph", told, _HINT)


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
    return frozenset(_printable(templates))


@cached
def _printable(templates: Templates) -> str:
    """Return all characters that a font of *templates* has."""
    from fontTools.ttLib import TTFont

    characters: set[str] = set()
    for folder in templates.folders:
        for path in (folder / "fonts").glob("*.[ot]tf"):
            with TTFont(path, lazy=True) as font:
                characters.update(map(chr, font.getBestCmap()))
    return "".join(sorted(characters))
