"""Lint for duplicate keys, codes and chapter numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.lint.finding import answers, with_retired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def same_key(book: Book) -> Iterator[Finding]:
    """Find answers that share a key; retired answers keep theirs."""
    seen: dict[tuple[str, str], str] = {}
    for chapter, answer in answers(with_retired(book)):
        place = f"{chapter.file}:{answer.line}"
        names = (*(() if answer.cloze_alone else ("key",)), *(("cloze of",) if answer.cloze else ()))
        firsts = {name: seen.setdefault((name, answer.key), place) for name in names}
        for name, first in firsts.items():
            if answer.key and first != place:
                yield (
                    chapter,
                    answer.line,
                    f"the {name} `{answer.key}` is used twice",
                    f"change one of them; the first is at {first}",
                )
                break


def same_code(book: Book) -> Iterator[Finding]:
    """Find answers that share a number in their chapter."""
    seen: dict[str, str] = {}
    for chapter, answer in answers(book):
        place = f"{chapter.file}:{answer.line}"
        if seen.setdefault(answer.code, place) != place:
            yield (
                chapter,
                answer.line,
                f"two answers have the code {answer.code}",
                f"change n= here or at {seen[answer.code]}",
            )


def same_chapter(book: Book) -> Iterator[Finding]:
    """Find chapters that share a number."""
    seen: dict[int, str] = {}
    for chapter in book.chapters:
        if seen.setdefault(chapter.number, chapter.file) != chapter.file:
            yield (
                chapter,
                1,
                f"two chapters have the number {chapter.number}",
                f"renumber this one or {seen[chapter.number]}",
            )
