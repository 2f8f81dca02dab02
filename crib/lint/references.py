"""Lint references: links to answers that do not exist or are retired, and unknown tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crib.engine.cached import cached
from crib.lint.finding import answers, did_you_mean, packed_texts
from crib.model.elements import target
from crib.model.tree import find_all, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crib.lint.finding import Finding
    from crib.model import Book


def broken_link(book: Book) -> Iterator[Finding]:
    """Find links and `see` attributes to missing answers."""
    keys = {answer.key for answer in book.answers}
    places = [(chapter, line, key) for chapter, packed in packed_texts(book) for line, key in _links(packed)]
    places += [(chapter, answer.line, key) for chapter, answer in answers(book) for key in answer.see]
    retired = {answer.key for answer in book.retired.answers if not answer.cloze_alone} if book.retired else set()
    for chapter, line, key in places:
        if key in retired:
            yield chapter, line, f"the answer `{key}` is retired", "remove the link, or link to another answer"
        elif key not in keys:
            hint = did_you_mean(key, keys, "use the key of an answer, as in [words](#its-key)")
            yield chapter, line, f"no answer has the key `{key}`", hint


@cached
def _links(packed: tuple[bytes, ...]) -> list[tuple[int, str]]:
    """Return line and key of each link to an answer in *packed*."""
    links = [link for part in packed for link in find_all(unpack(part), "Link")]
    return [(link["line"], target(link)[1:]) for link in links if target(link).startswith("#")]


def unknown_tag(book: Book) -> Iterator[Finding]:
    """Find tags missing in the book's tags.yaml, if it has one."""
    listed = set(book.tags)
    for chapter, answer in answers(book):
        for tag in answer.tags:
            if listed and tag not in listed:
                yield (
                    chapter,
                    answer.line,
                    f"tags.yaml has no tag `{tag}`",
                    did_you_mean(tag, listed, "add it to tags.yaml, or remove it here"),
                )
