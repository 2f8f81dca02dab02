"""List answers too long for a sheet, for `check` to suggest gists; they are not problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.model.gist import with_gist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.model import Book, Chapter


def worth_a_gist(book: Book) -> Iterator[tuple[Chapter, list[str]]]:
    """Yield each chapter with the codes of its answers in need of a gist."""
    for chapter in book.chapters:
        if codes := _abridged(chapter):
            yield chapter, codes


@cached
def _abridged(chapter: Chapter) -> list[str]:
    return [answer.code for answer in map(with_gist, chapter.answers) if answer.abridged]
