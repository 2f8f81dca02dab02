"""Keys, codes and chapter numbers, each of which names one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.lint.finding import answers, with_retired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def same_key(book: Book) -> Iterator[Finding]:
    """Find answers that share a key, which those that retired keep for ever."""
    seen: dict[tuple[str, str], str] = {}
    for chapter, answer in answers(with_retired(book)):
        place = f"{chapter.file}:{answer.line}"
        names = (*(() if answer.cloze_alone else ("key",)), *(("cloze of",) if answer.cloze else ()))
        firsts = {name: seen.setdefault((name, answer.key), place) for name in names}
        for name, first in firsts.items():
            if answer.key and first != place:
                yield chapter, answer.line, f"the {name} `{answer.key}` stands here a second time", f"first: {first}"
                break


def same_code(book: Book) -> Iterator[Finding]:
    """Find answers that share a number in their chapter."""
    seen: dict[str, str] = {}
    for chapter, answer in answers(book):
        place = f"{chapter.file}:{answer.line}"
        if seen.setdefault(answer.code, place) != place:
            yield chapter, answer.line, f"a second answer {answer.code}", f"first: {seen[answer.code]}; change its n="


def same_chapter(book: Book) -> Iterator[Finding]:
    """Find chapters that share a number."""
    seen: dict[int, str] = {}
    for chapter in book.chapters:
        if seen.setdefault(chapter.number, chapter.file) != chapter.file:
            yield chapter, 1, f"a second chapter {chapter.number}", f"first: {seen[chapter.number]}"
