"""Lint for duplicate keys, codes and chapter numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.lint.finding import answers, with_retired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def same_key(book: Book) -> Iterator[Finding]:
    """Find answers with the same key, retired ones included."""
    first_places: dict[tuple[str, str], str] = {}
    for chapter, answer in answers(with_retired(book)):
        place = f"{chapter.file}:{answer.line}"
        names = (*(() if answer.cloze_alone else ("key",)), *(("cloze of",) if answer.cloze else ()))
        firsts = {name: first_places.setdefault((name, answer.key), place) for name in names}
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
    """Find answers with the same number in a chapter."""
    first_places: dict[str, str] = {}
    for chapter, answer in answers(book):
        place = f"{chapter.file}:{answer.line}"
        if first_places.setdefault(answer.code, place) != place:
            yield (
                chapter,
                answer.line,
                f"two answers have the code {answer.code}",
                f"change n= here or at {first_places[answer.code]}",
            )


def same_chapter(book: Book) -> Iterator[Finding]:
    """Find chapters with the same number."""
    first_files: dict[int, str] = {}
    for chapter in book.chapters:
        if first_files.setdefault(chapter.number, chapter.file) != chapter.file:
            yield (
                chapter,
                1,
                f"two chapters have the number {chapter.number}",
                f"renumber this one or {first_files[chapter.number]}",
            )
