"""Lint style, as set by `style:` in book.yaml: length of gists, end of questions, spelling of names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.lint.finding import answers
from crib.model.elements import children, contents, is_display, text_of
from crib.model.tree import find_all, plain, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crib.lint.finding import Finding
    from crib.model import Book, Chapter
    from crib.model.elements import Element, Elements, Json

_NOT_PROSE = "\0"
_PICTURED = ("Table", "Figure")


def no_gist(book: Book) -> Iterator[Finding]:
    """Find answers without a gist, if the style requires one; choices need none."""
    for chapter, answer in answers(book):
        if book.style.gists and answer.has("body") and not answer.has("gist"):
            hint = "add a `::: gist` block below it, as `style.gist` in book.yaml asks"
            yield chapter, answer.line, "this question has no gist", hint


def gist_length(book: Book) -> Iterator[Finding]:
    """Find gists too short or too long for the style, in characters of text.

    Tables, figures and displayed formulas do not count; a gist may consist of a table or figure alone.
    """
    if book.style.gist:
        least, most = book.style.gist
        for chapter in book.chapters:
            for line, length in _wrong_gists(chapter, least, most):
                yield (
                    chapter,
                    line,
                    f"this gist has {length} characters",
                    f"write {least} to {most}, as `style.gist` in book.yaml says",
                )


@cached
def _wrong_gists(chapter: Chapter, least: int, most: int) -> list[tuple[int, int]]:
    """Return line and length of each gist with less than *least* or more than *most* characters."""
    wrong = []
    for answer in chapter.answers:
        gist = answer.gist
        length = len(" ".join(_words_of(gist).split()))
        if gist and (length > most or (length < least and not any(block["t"] in _PICTURED for block in gist))):
            wrong.append((answer.line, length))
    return wrong


def question_end(book: Book) -> Iterator[Finding]:
    """Find questions without the end required by the style."""
    end = book.style.question
    for chapter, answer in answers(book):
        if end and not plain(answer.question).rstrip().endswith(end):
            yield (
                chapter,
                answer.line,
                f"this question does not end with `{end}`",
                "`style.question` in book.yaml asks for it",
            )


def misspelled_name(book: Book) -> Iterator[Finding]:
    """Find other spellings of names in the style: other capitals, hyphens or spaces."""
    if book.style.names:
        for chapter in book.chapters:
            for line, spelling, name in _misspelled(chapter, book.style.names):
                yield (
                    chapter,
                    line,
                    f"`{spelling}` is spelled differently elsewhere",
                    f"write {name}, as `style.names` in book.yaml says",
                )


@cached
def _misspelled(chapter: Chapter, names: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return line, spelling and name of each misspelled one of *names*."""
    pattern = re.compile("|".join(f"({_loose(name)})" for name in names), re.IGNORECASE)
    mistakes = []
    for answer in chapter.answers:
        for line, text in _prose(answer.parts):
            for match in pattern.finditer(text):
                name = names[(match.lastindex or 1) - 1]
                spelling = " ".join(match[0].split())
                if spelling not in (name, name[0].upper() + name[1:]):
                    mistakes.append((line + text.count("\n", 0, match.start()), spelling, name))
    return mistakes


def _words_of(blocks: Elements) -> str:
    """Return the words of *blocks*, without tables, figures and displayed formulas."""
    text = rewrite(blocks, _no_picture)
    return " ".join(plain(children(block)) for block in find_all(text, "Para", "Plain"))


def _no_picture(element: Element) -> Elements | None:
    """Drop tables, figures and displayed formulas."""
    is_formula = element["t"] == "Math" and is_display(element)
    return [] if is_formula or element["t"] in _PICTURED else None


def _prose(parts: tuple[Elements, ...]) -> Iterator[tuple[int, str]]:
    """Yield each run of text with its first line, and with the line ends of the source."""
    question, *rest = parts
    runs = [question, *map(children, find_all(rest, "Para", "Plain"))]
    for inlines in runs:
        if inlines:
            yield inlines[0]["line"], _written(inlines)


def _written(node: Json) -> str:
    """Return the text of inlines with the line ends of the source, and a placeholder for code, formulas and images."""
    if isinstance(node, list):
        return "".join(map(_written, node))
    if not isinstance(node, dict):
        return ""
    match node["t"]:
        case "Str":
            return text_of(node)
        case "Space":
            return " "
        case "SoftBreak" | "LineBreak":
            return "\n"
        case "Code" | "Math" | "Image":
            return _NOT_PROSE
        case "Link":
            return _written(children(node))
        case "Note":
            return ""
        case _:
            return _written(contents(node))


def _loose(name: str) -> str:
    """Return a pattern for *name* in any spelling, outside addresses and file names."""
    letters = r"[-\s]?".join(map(re.escape, re.split(r"[-\s]", name)))
    return rf"(?<![\w./@-]){letters}(?![\w/@]|\.\w)"
