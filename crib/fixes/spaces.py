"""Fix spaces in markup: ordinary ones instead of nonbreaking ones, which are not spaces in Markdown and YAML.

Keyboards produce them for a space typed with Alt or AltGr, right after a `#`, `-` or `|`. In text they are
typography, and stay.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from crib.fixes.edit import Edit, paragraphs, text_lines
from crib.model.elements import children
from crib.model.tree import find_all, plain, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.model.elements import Element, Elements

ODD_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Every space of Unicode but U+0020, for a class of a regular expression."""

_ODD = re.compile(f"[{ODD_SPACES}]")
_CONTAINER = re.compile(r"[ \t>]*(?:(?:[-*+:]|\d{1,9}[.)])[ \t]+)*")
_MARK = re.compile(rf"[ {ODD_SPACES}]*(?:##+|:::+|[-*+])[ {ODD_SPACES}]+")
_ATTRIBUTES = re.compile(r"\{[#.\w][^{}]*\}$")
_DELIMITERS = re.compile(rf"[ \t>]*[|:\- \t{ODD_SPACES}]*-[|:\- \t{ODD_SPACES}]*")
_SETTING = re.compile(rf"[a-z]+:[ {ODD_SPACES}]+(?=\S)")


def spaces(markdown: str, blocks: Elements) -> Iterator[Edit]:
    """Yield an edit for each odd space in the marks of headings, blocks, lists and tables, and in attributes."""
    if not _ODD.search(markdown):
        return
    lines = markdown.split("\n")
    for header in find_all(blocks, "Header"):
        yield from _in_attributes(header, lines)
    for paragraph in chain.from_iterable(map(paragraphs, walk(blocks))):
        yield from _in_marks(paragraph, lines)


def spaces_of_settings(yaml: str) -> Iterator[Edit]:
    """Yield an edit for each odd space between the name of a setting and its value."""
    for number, line in enumerate(yaml.split("\n"), 1):
        if setting := _SETTING.match(line):
            yield from _odd(number, line, setting.start(), setting.end())


def _in_marks(paragraph: Elements, lines: Sequence[str]) -> Iterator[Edit]:
    """Find markup read as text by pandoc, at the beginning of each line of *paragraph*."""
    above = ""
    for number, text in text_lines(paragraph):
        raw = lines[number - 1]
        start = _container_end(raw)
        if (mark := _MARK.match(text)) and raw.startswith(mark[0], start):
            yield from _odd(number, raw, start, start + mark.end())
        elif "|" in above and "|" in raw and _DELIMITERS.fullmatch(raw):
            yield from _odd(number, raw, 0, len(raw))
        above = raw


def _in_attributes(header: Element, lines: Sequence[str]) -> Iterator[Edit]:
    raw = lines[header["line"] - 1].rstrip()
    match = _ATTRIBUTES.search(raw)
    if match and plain(children(header)).endswith(match[0]):
        yield from _odd(header["line"], raw, match.start(), match.end())


def _container_end(line: str) -> int:
    match = _CONTAINER.match(line)
    return match.end() if match else 0


def _odd(number: int, line: str, start: int, end: int) -> Iterator[Edit]:
    for space in _ODD.finditer(line, start, end):
        yield Edit(number, space.start(), space.end(), " ")
