"""Line breaks in printed code: at spaces or punctuation; the rest of the line is indented, after a mark."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"<(/?)[^>]*>")
_PIECE = re.compile(r"<[^>]*>|&\w+;|&#\w+;|.")
"""A tag or a character of HTML."""

_UNSPACED = re.compile(r"\S{20,}")
_PUNCTUATION = re.compile(r"[.,;:/(\[{=|&+*](?=[\w\"'])")
_NAME = re.compile(r"\w+")
_BREAK = '<span class="break"></span>'
"""A place to break a line; a zero-width space would be copied with the code."""

_INDENT = 2
"""Extra indentation of the rest of a broken line, in characters."""


def with_lines(html: str, letters: int) -> str:
    """Return the HTML of a code block; if a line is longer than *letters*, each line gets an element."""
    start, code, end = _parts(html)
    lines = code.removesuffix("\n").split("\n")
    if all(len(_text(line)) <= letters for line in lines):
        return html
    return start + "".join(_line(line) for line in _closed(lines)) + end


def _parts(html: str) -> tuple[str, str, str]:
    """Split `<pre><code>…</code></pre>` into opening tags, content and closing tags."""
    start, end = html.index("<code>") + len("<code>"), html.rindex("</code>")
    return html[:start], html[start:end], html[end:]


def _closed(lines: list[str]) -> list[str]:
    """Return *lines* with each multi-line element split into one element per line."""
    opened: list[str] = []
    closed = []
    for line in lines:
        before = "".join(opened)
        for tag in _TAG.finditer(line):
            if tag[1]:
                opened.pop()
            else:
                opened.append(tag[0])
        closed.append(before + line + "</span>" * len(opened))
    return closed


def _line(html: str) -> str:
    text = _text(html)
    hang = len(text) - len(text.lstrip(" ")) + _INDENT
    return f'<span class="line" style="--hang: {hang}ch">{with_breaks(html)}\n</span>'


def with_breaks(html: str) -> str:
    """Return the HTML of a line of code with breaks after punctuation in long runs without spaces.

    No break is inside an element: WeasyPrint would ignore it there.
    """
    text = _text(html)
    long = _UNSPACED.finditer(text)
    places = {mark.end() for part in long for mark in _PUNCTUATION.finditer(text, part.start(), part.end())}
    count, pieces, opened = 0, [], ""
    for piece in _PIECE.findall(html):
        closes = piece.startswith("</")
        if count in places and not closes:
            places.remove(count)
            pieces += [f"</{_NAME.findall(opened)[0]}>", _BREAK, opened] if opened else [_BREAK]
        pieces.append(piece)
        if piece.startswith("<"):
            opened = "" if closes else piece
        else:
            count += 1
    return "".join(pieces)


def _text(html: str) -> str:
    return unescape(_TAG.sub("", html))
