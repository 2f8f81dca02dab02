"""Text of inlines: split it into lines and words, join and trim it, cut it at a character."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.model.elements import children, string, text_of, with_children, with_contents
from crib.model.tree import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crib.model.elements import Element, Elements


def lines_of(inlines: Elements) -> list[Elements]:
    """Return the lines of a paragraph, as in its source."""
    lines: list[Elements] = [[]]
    for inline in inlines:
        if inline["t"] in ("SoftBreak", "LineBreak"):
            lines.append([])
        else:
            lines[-1].append(inline)
    return [line for line in map(trimmed, lines) if line]


def join_lines(lines: Iterable[Elements]) -> Elements:
    """Join *lines* with line breaks: the inverse of `lines_of`."""
    inlines: Elements = []
    for line in lines:
        inlines += [{"t": "SoftBreak"}, *line] if inlines else line
    return inlines


def one_line(lines: Iterable[Elements]) -> Elements:
    """Join *lines* with spaces."""
    return trimmed([inline for line in lines for inline in (*line, {"t": "Space"})])


def without_prefix(inlines: Elements, length: int) -> Elements:
    """Return *inlines* without their first *length* characters of plain text, and without leading spaces."""
    result: Elements = []
    for at, inline in enumerate(inlines):
        width = len(plain(inline))
        if length >= width and width:
            length -= width
            continue
        if not length:
            return _stripped([*result, *inlines[at:]])
        if inline["t"] == "Str":
            rest = text_of(inline)[length:]
            return _stripped([with_contents(inline, rest), *inlines[at + 1 :]])
        if inline["t"] in ("Strong", "Emph", "Span", "Link", "Underline", "Quoted"):
            inner = without_prefix(children(inline), length)
            return _stripped([with_children(inline, inner), *inlines[at + 1 :]] if inner else inlines[at + 1 :])
        return _stripped(inlines[at:])
    return _stripped(result)


def _stripped(inlines: Elements) -> Elements:
    start = 0
    while start < len(inlines) and inlines[start]["t"] in ("Space", "SoftBreak", "LineBreak"):
        start += 1
    rest = inlines[start:]
    if rest and rest[0]["t"] == "Str" and text_of(rest[0]).lstrip() != text_of(rest[0]):
        stripped = text_of(rest[0]).lstrip()
        rest = [with_contents(rest[0], stripped), *rest[1:]] if stripped else _stripped(rest[1:])
    return rest


def head(inlines: Elements, length: int) -> Elements:
    """Return the first *length* characters of plain text of *inlines*."""
    result: Elements = []
    for inline in inlines:
        width = len(plain(inline))
        if width > length:
            if length and inline["t"] == "Str":
                result.append(with_contents(inline, text_of(inline)[:length]))
            return result
        result.append(inline)
        length -= width
    return result


def split_at(inlines: Elements, offset: int) -> tuple[Elements, Elements]:
    """Split *inlines* at the character *offset* of their text, a boundary between two of them."""
    before: Elements = []
    width = 0
    for inline in inlines:
        if width >= offset:
            break
        before.append(inline)
        width += len(plain(inline))
    return trimmed(before), trimmed(inlines[len(before) :])


def trimmed(inlines: Elements) -> Elements:
    """Return *inlines* without spaces and line breaks at both ends."""
    inlines = _stripped(inlines)
    end = len(inlines)
    while end and _is_space(inlines[end - 1]):
        end -= 1
    return inlines[:end]


def _is_space(inline: Element) -> bool:
    return inline["t"] in ("Space", "SoftBreak", "LineBreak") or (inline["t"] == "Str" and not text_of(inline).strip())


def words(text: str) -> Elements:
    """Return *text* as inlines."""
    result: Elements = []
    for word in text.split():
        result += [{"t": "Space"}, string(word)] if result else [string(word)]
    return result
